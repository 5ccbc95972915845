"""What holds for any sheet and any cell."""

import datetime as dt
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matcher.identity import id_number_problem
from matcher.intake import judge_rows, mask_value
from matcher.intake.dates import read_date
from matcher.intake.encodings import decode_text
from matcher.intake.grids import CellValue, Grid, Row
from matcher.intake.identifiers import read_id_number, read_phone
from matcher.intake.numbers import read_count
from matcher.kinds import ImportKind
from tests.matcher.intake.messy import HEADS, TODAY, valid_id

_WORDS = st.sampled_from(
    [
        *HEADS,
        "合计",
        "张三",
        "11010519491231002X",
        "13812345678",
        "本科",
        "甲大学",
        "会计",
        "甲有限公司",
        "男性",
        "2026-07-01",
        "注：",
        "#N/A",
    ]
)
_CELLS: st.SearchStrategy[CellValue] = st.one_of(
    st.none(),
    _WORDS,
    st.text(max_size=12),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    width = draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(_CELLS, min_size=width, max_size=width), max_size=14))
    return Grid("表", [Row(n, tuple(cells)) for n, cells in enumerate(rows, start=1)], width)


@pytest.mark.parametrize("kind", list(ImportKind))
@given(grid=grids())
def test_every_row_gets_one_verdict_whatever_it_holds(kind: ImportKind, grid: Grid) -> None:
    judged = list(judge_rows(kind, grid, today=TODAY))

    assert [r.row for r in judged] == [r.number for r in grid.rows]
    assert all((r.draft is not None) == (r.status == "ok") for r in judged)
    assert all(
        any(p.severity == "refuse" for p in r.problems) for r in judged if r.status == "refused"
    )


@given(_CELLS)
def test_an_identity_number_that_is_taken_is_valid_and_was_not_a_long_number(
    value: CellValue,
) -> None:
    reading = read_id_number(value, TODAY)

    if reading.value is not None:
        assert id_number_problem(reading.value, TODAY) is None
        assert not isinstance(value, float) or abs(value) < 1e15


@given(st.randoms(use_true_random=False))
def test_no_identity_number_stored_as_a_number_is_ever_taken(rng: random.Random) -> None:
    number = valid_id(rng)
    assume(number.isdigit())

    readings = [read_id_number(kind(number), TODAY) for kind in (int, float)]

    assert read_id_number(number, TODAY).value == number
    assert [r.value for r in readings] == [None, None]
    assert {r.flaw.code for r in readings if r.flaw} == {"digits_lost"}


@given(st.dates(dt.date(1930, 1, 1), dt.date(2050, 12, 31)))
def test_a_date_is_read_back_from_each_way_of_writing_it(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    ways: list[CellValue] = [
        f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", float(serial), serial, day,
        dt.datetime.combine(day, dt.time()), f"{day:%Y-%m-%d} 00:00:00",
    ]  # fmt: skip

    read = [read_date(way, TODAY).value for way in ways]

    assert [date.day if date else None for date in read] == [day] * len(ways)


@given(st.text(max_size=30))
def test_reading_a_cell_never_raises(text: str) -> None:
    for value in (
        read_date(text, TODAY),
        read_count(text),
        read_phone(text),
        read_id_number(text, TODAY),
    ):
        assert value.value is None or value.flaw is None or value.flaw.severity != "refuse"


@given(st.text(alphabet="姓名学校专业会计张三李四，。0123456789,\n", min_size=12, max_size=200))
def test_ordinary_text_comes_through_the_decoder_unchanged(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert decode_text(text.encode(encoding), "a.csv").text == text


@given(st.text(max_size=10), st.from_regex(r"[1-9]\d{5}(19|20)\d{9}[\dX]", fullmatch=True))
def test_an_identity_number_is_masked_wherever_it_stands(before: str, number: str) -> None:
    shown = mask_value(f"{before} {number}", "remark")

    assert number not in shown
