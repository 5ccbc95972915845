"""Cells as people fill them: dates, phones, numbers, ticks; taken when certain, refused when not."""

import datetime as dt
import random

import pytest

from matcher.identity import id_check_digit
from matcher.intake.dates import read_date
from matcher.intake.identifiers import read_credit_code, read_id_number, read_phone
from matcher.intake.problems import mask_value
from matcher.intake.word_readers import read_education_cell
from matcher.kinds import EducationLevel, HardshipTier, ImportKind
from tests.matcher.intake.messy import valid_id
from tests.matcher.intake.unseen import TODAY, codes, employer, graduate, judge

NUMBER = valid_id(random.Random(4))


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("20260701.0", "2026-07-01", "day"),
        ("2026。7。1", "2026-07-01", "day"),
        ("2026，7", "2026-07-01", "month"),
        ("2026.7.", "2026-07-01", "month"),
        ("2026年7月初", "2026-07-01", "month"),
        ("2026年6月30日前", "2026-06-30", "day"),
        ("July 1, 2026", "2026-07-01", "day"),
        ("1 Jul 2026", "2026-07-01", "day"),
        ("2026-07-01T00:00:00.000Z", "2026-07-01", "day"),
        (1793577600000, "2026-11-02", "day"),
        ("1793577600", "2026-11-02", "day"),
    ],
)
def test_a_date_is_read_in_any_form_in_use(written: str | int, day: str, precision: str) -> None:
    reading = read_date(written, TODAY)

    assert reading.value is not None, reading.flaw
    assert (reading.value.day, reading.value.precision) == (dt.date.fromisoformat(day), precision)


@pytest.mark.parametrize("written", ["1-Jul-26", "7/1/2026", "2026-13", "Jul 2026年"])
def test_a_date_with_two_readings_or_none_is_left_open(written: str) -> None:
    assert read_date(written, TODAY).value is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800138007(父亲)", "13800138007"),
        ("微信同号13800138008", "13800138008"),
        ("王厂长13812345678", "13812345678"),
        ("'13800138013", "13800138013"),
        ("0371-65900000转801", "037165900000"),
        ("138 0013 8010；0371-65900000", "13800138010"),
        ("13800138011\n13800138012", "13800138011"),
        ("+86 139 5790 0001", "13957900001"),
    ],
)
def test_a_phone_is_found_among_other_words(written: str, number: str) -> None:
    assert read_phone(written).value == number


@pytest.mark.parametrize("written", ["1380013800", "订单号12345678901234567", "无电话"])
def test_other_digits_are_no_phone(written: str) -> None:
    assert read_phone(written).value is None


def test_a_remark_in_brackets_does_not_spoil_an_identity_number() -> None:
    assert read_id_number(f"{NUMBER}（身份证）", TODAY).value == NUMBER


@pytest.mark.parametrize("written", ["护照E12345678", "H1234567890", "EA1234567"])
def test_another_document_is_called_so(written: str) -> None:
    flaw = read_id_number(written, TODAY).flaw

    assert flaw is not None
    assert flaw.code == "id_other"


def test_nobody_is_a_hundred_and_twenty_years_old() -> None:
    first = "41010219010503001"

    flaw = read_id_number(first + id_check_digit(first), TODAY).flaw

    assert flaw is not None
    assert (flaw.severity, flaw.code) == ("refuse", "id_date")


@pytest.mark.parametrize("written", ["410100000012345", 410100600123456.0, "77654321-0"])
def test_an_old_registration_number_never_costs_the_employer(written: object) -> None:
    rows = [["企业名称", "营业执照号", "法定代表人"], ["甲机械有限公司", written, "张三"]]

    judged = judge(ImportKind.EMPLOYERS, rows)

    assert employer(judged[2]).credit_code is None
    assert "credit_code_form" in codes(judged[2])


def test_an_old_number_is_called_by_its_name() -> None:
    flaw = read_credit_code("410100000012345").flaw

    assert flaw is not None
    assert "15 位" in flaw.reason


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Bachelor", EducationLevel.BACHELOR),
        ("Master's degree or above", EducationLevel.MASTER),
        ("High school", EducationLevel.SECONDARY),
    ],
)
def test_english_levels_are_read(text: str, level: EducationLevel) -> None:
    reading = read_education_cell(text).value

    assert reading is not None
    assert reading.minimum is level


def test_a_tick_means_what_stands_above_it() -> None:
    rows = [
        ["姓名", "身份证号", "学历", "困难类型", None],
        [None, None, None, "深度困难", "是否零就业家庭"],
        ["张三", NUMBER, "本科", "√", "√"],
    ]
    merges = [(0, 3, 0, 4), *((0, column, 1, column) for column in range(3))]

    draft = graduate(judge(ImportKind.GRADUATES, rows, merges)[3])

    assert (draft.tier, draft.zero_employment_claim) == (HardshipTier.DEEP, True)


@pytest.mark.parametrize(
    "value", ["张经理 13900139000", "护照E12345678", "王小明转交0371-65900000"]
)
def test_words_beside_a_masked_number_are_masked_too(value: str) -> None:
    shown = mask_value(value, "contact_phone")

    assert not any(
        words in shown for words in ("经理", "13900139000", "12345678", "小明", "65900000")
    )
