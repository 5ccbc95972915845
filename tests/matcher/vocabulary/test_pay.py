"""Reading pay texts."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from matcher.vocabulary.pay import MOST_MONTHLY_YUAN, read_pay


@pytest.mark.parametrize(
    ("text", "low", "high", "months", "basis"),
    [
        ("12-18K", 12000, 18000, 12, "month"),
        ("25-35K·13薪", 25000, 35000, 13, "month"),
        ("2-3.5万/月", 20000, 35000, 12, "month"),
        ("4.5-6千/月", 4500, 6000, 12, "month"),
        ("30-50万/年", 25000, 41667, 12, "year"),
        ("300元/天", 6525, 6525, 12, "day"),
        ("100元/小时", 17400, 17400, 12, "hour"),
        ("4000以上", 4000, None, 12, "month"),
        ("8000+", 8000, None, 12, "month"),
        ("8千以下/月", None, 8000, 12, "month"),
        ("不低于5000元/月", 5000, None, 12, "month"),
        ("3000元", 3000, 3000, 12, "month"),
        ("5000-8000", 5000, 8000, 12, "month"),
        ("5千-1万", 5000, 10000, 12, "month"),
        ("5000-1万", 5000, 10000, 12, "month"),
        ("月薪：８，０００－12,000元", 8000, 12000, 12, "month"),
        ("年薪20万以上", 16667, None, 12, "year"),
        ("8000-5000", 5000, 8000, 12, "month"),
        ("300-330元/天", 6525, 7178, 12, "day"),
        ("8千-1.2万·14薪", 8000, 12000, 14, "month"),
        ("15-25万/年", 12500, 20833, 12, "year"),
        ("时薪20", 3480, 3480, 12, "hour"),
        ("4000元/月以上", 4000, None, 12, "month"),
        ("底薪3000+提成", 3000, None, 12, "month"),
        ("6000-8000（税前）", 6000, 8000, 12, "month"),
        ("800元/周", 3467, 3467, 12, "week"),
        ("一天200", 4350, 4350, 12, "day"),
        ("10-15K*14", 10000, 15000, 14, "month"),
        ("二十万年薪", 16667, 16667, 12, "year"),
        ("4千多", 4000, None, 12, "month"),
    ],
)
def test_pay_is_read_as_a_monthly_range(
    text: str, low: int | None, high: int | None, months: int, basis: str
) -> None:
    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan, pay.months, pay.basis) == (low, high, months, basis)
    assert not pay.negotiable


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("月薪四千左右", 4000, 4000),
        ("三千五", 3500, 3500),
        ("四千五百", 4500, 4500),
        ("一万二", 12000, 12000),
        ("1万2", 12000, 12000),
        ("1w5", 15000, 15000),
        ("五六千", 5000, 6000),
        ("两三千", 2000, 3000),
        ("八千到一万二", 8000, 12000),
        ("月入过万", 10000, None),
        ("五千以内", None, 5000),
    ],
)
def test_sums_in_chinese_numerals_are_those_in_digits(
    text: str, low: int | None, high: int | None
) -> None:
    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan) == (low, high)


@pytest.mark.parametrize("text", ["十万以上", "10万左右", "12万", "10-12万"])
def test_a_large_sum_without_a_unit_of_time_is_a_years_pay_and_says_so(text: str) -> None:
    pay = read_pay(text)

    assert pay is not None
    assert pay.basis == "year"
    assert "年薪" in pay.note
    assert read_pay(f"{text}/月") == read_pay(f"月薪{text}")
    assert getattr(read_pay(f"月薪{text}"), "basis", None) == "month"


def test_pay_on_trial_gives_way_to_the_pay_after_it() -> None:
    pay = read_pay("试用期3000，转正4000")
    only = read_pay("试用期3000")

    assert pay is not None
    assert only is not None
    assert (pay.low_yuan, only.low_yuan) == (4000, 3000)


def test_of_several_numbers_of_months_the_least_is_promised() -> None:
    pay = read_pay("3-5k·13-15薪")

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan, pay.months) == (3000, 5000, 13)


@pytest.mark.parametrize("text", ["面议", "薪资面议", "工资待定", "面议·13薪"])
def test_negotiable_pay_has_no_amount(text: str) -> None:
    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan, pay.negotiable) == (None, None, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "五险一金",
        "三千人",
        "第一千",
        "万达",
        "一个",
        "13薪",
        "2026年毕业",
        "招聘300人",
        "6-8",
        "18-35周岁",
        "0元",
    ],
)
def test_a_text_without_pay_invents_none(text: str) -> None:
    assert read_pay(text) is None


def test_a_day_rate_says_that_it_was_multiplied_up() -> None:
    pay = read_pay("300元/天")

    assert pay is not None
    assert "21.75" in pay.note


@pytest.mark.real_tables
@pytest.mark.parametrize(
    ("file", "column"),
    [("boss_sadxdh.csv", 2), ("51job_Yi27_job_info.csv", 3), ("51job_yingtaoluo.xlsx", 4)],
)
def test_every_pay_text_of_the_real_postings_is_read(
    shared_data: Path, file: str, column: int
) -> None:
    path = shared_data / "postings" / file
    if path.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    else:
        text = path.read_bytes().decode("gb18030" if file.startswith("51job") else "utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
    texts = {str(row[column]).strip() for row in rows if len(row) > column} - {"", "薪资"}

    assert [text for text in sorted(texts) if read_pay(text) is None] == []


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from("万千"))
def test_a_sum_in_numerals_is_read_back(head: int, tail: int, unit: str) -> None:
    factor = {"万": 10_000, "千": 1_000}[unit]
    numerals = "零一二三四五六七八九"

    pay = read_pay(f"月薪{numerals[head]}{unit}{numerals[tail]}")

    assert pay is not None
    assert pay.low_yuan == pay.high_yuan == head * factor + tail * factor // 10


@given(st.text())
def test_no_text_makes_it_crash_or_leave_the_bounds(text: str) -> None:
    pay = read_pay(text)

    if pay is not None and pay.low_yuan is not None and pay.high_yuan is not None:
        assert 0 < pay.low_yuan <= pay.high_yuan <= MOST_MONTHLY_YUAN


@given(st.from_regex(r"[0-9.kK千万元/月年天薪·\-~,以上下面议 ]{0,20}", fullmatch=True))
def test_no_text_of_pay_characters_makes_it_crash(text: str) -> None:
    read_pay(text)


@given(
    st.integers(1, 99),
    st.integers(1, 99),
    st.sampled_from(
        [("K", 1000), ("千/月", 1000), ("k", 1000), ("000元/月", 1000), ("万/月", 10000)]
    ),
)
def test_a_range_written_in_any_unit_is_read_back(a: int, b: int, unit: tuple[str, int]) -> None:
    word, factor = unit
    low, high = sorted((a, b))
    text = f"{low}{word if word[0] == '0' else ''}-{high}{word}"

    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan) == (low * factor, high * factor)
