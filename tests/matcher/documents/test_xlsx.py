"""Workbooks written for people."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]  # has no types
from openpyxl.workbook import Workbook  # type: ignore[import-untyped]  # has no types

from matcher.documents import xlsx
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet

ONE = [Column("姓名")]
MOMENT = dt.datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - cells have no zone
DAY = dt.datetime(2026, 11, 22)  # noqa: DTZ001 - what the other library makes of a date
NOT_TOLD = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the constant in every file's properties


def written(*sheets: SheetSpec) -> bytes:
    """Return the bytes of a workbook."""
    stream = io.BytesIO()
    write_sheet(stream, sheets)
    return stream.getvalue()


def opened(content: bytes) -> Workbook:
    """Open written bytes with another library."""
    return load_workbook(io.BytesIO(content))


def values(content: bytes) -> list[tuple[object, ...]]:
    """Return the cells of the first sheet."""
    return [tuple(c.value for c in row) for row in opened(content).worksheets[0].iter_rows()]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+8613800000000", "-5", "@SUM(A1)", '=HYPERLINK("x")', "http://x.cn", "{=1}", "007"],
)
def test_a_text_never_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    content = written(SheetSpec("表", ONE, [[text]]))

    cell = opened(content).worksheets[0]["A2"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_an_identity_number_keeps_all_its_digits() -> None:
    content = written(SheetSpec("表", ONE, [[110105194912310021], ["110105194912310021"]]))

    assert values(content)[1:] == [("110105194912310021",), ("110105194912310021",)]


def test_numbers_dates_and_yes_stay_what_they_are() -> None:
    columns = [
        Column("人数", "number"),
        Column("金额", "money"),
        Column("日期", "date"),
        Column("同意"),
    ]
    row: list[Cell] = [3, Decimal("12.50"), dt.date(2026, 11, 22), True]

    content = written(SheetSpec("表", columns, [row, [None, float("nan"), MOMENT, False]]))

    assert values(content)[1:] == [
        (3, 12.5, DAY, "是"),
        (None, "nan", "2026-01-02 03:04", "否"),
    ]


def test_the_headings_stay_in_view_and_nothing_is_hidden() -> None:
    content = written(
        SheetSpec("表", [Column("姓名"), Column("单位")], [["张", "甲"]], lines=("标题", "截至"))
    )

    sheet = opened(content).worksheets[0]

    assert sheet.freeze_panes == "A4"
    assert [c.value for c in sheet[3]] == ["姓名", "单位"]
    assert sheet.sheet_state == "visible"
    assert not any(
        d.hidden for d in (*sheet.column_dimensions.values(), *sheet.row_dimensions.values())
    )


def test_the_properties_name_nobody_and_no_time() -> None:
    properties = opened(written(SheetSpec("表", ONE, []))).properties

    assert not properties.creator
    assert not properties.lastModifiedBy
    assert (properties.title, properties.description, properties.keywords) == (None, None, None)
    assert properties.created == NOT_TOLD


def test_the_same_rows_give_the_same_bytes() -> None:
    assert written(SheetSpec("表", ONE, [["张"]])) == written(SheetSpec("表", ONE, [["张"]]))


def test_forbidden_and_equal_sheet_names_are_changed() -> None:
    long = "非常" * 20

    content = written(
        *(SheetSpec(name, ONE, []) for name in ("a/b", "A b", "", "history", long, long))
    )

    names = opened(content).sheetnames
    assert names[:4] == ["a b", "A b (2)", "Sheet", "history_"]
    assert all(len(name) <= 31 for name in names)
    assert len(set(names)) == 6


def test_the_footer_is_printed_as_text_with_the_page() -> None:
    sheet = opened(written(SheetSpec("表", ONE, [], footer="摘要 a&Db" + "x" * 300))).worksheets[0]

    assert sheet.oddFooter.left.text is not None
    assert sheet.oddFooter.left.text.startswith("摘要 a&&Db") or "a&Db" in sheet.oddFooter.left.text
    assert "&P" in str(sheet.oddFooter.right.text) or "&[Page]" in str(sheet.oddFooter.right.text)


def test_rows_may_be_a_generator_and_a_path_may_be_the_target(tmp_path: Path) -> None:
    def rows() -> Iterator[list[Cell]]:
        for number in range(3):
            yield [number]

    write_sheet(tmp_path / "x.xlsx", [SheetSpec("表", ONE, rows())], spool_folder=tmp_path)

    assert values((tmp_path / "x.xlsx").read_bytes())[1:] == [(0,), (1,), (2,)]
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]


def test_more_rows_than_a_sheet_holds_go_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    book = opened(written(SheetSpec("表", ONE, [[n] for n in range(5)])))

    assert [[c.value for (c,) in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["姓名", 0, 1],
        ["姓名", 2, 3],
        ["姓名", 4],
    ]
    assert book.sheetnames == ["表", "表 (2)", "表 (3)"]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    (_, (cell,)) = values(written(SheetSpec("表", ONE, [["长" * 40_000]])))

    assert isinstance(cell, str)
    assert len(cell) == xlsx.LONGEST_CELL
    assert cell.endswith("…")


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a sheet"):
        written()
    with pytest.raises(ValueError, match="no columns"):
        written(SheetSpec("表", [], []))
    with pytest.raises(ValueError, match="2 cells"):
        written(SheetSpec("表", ONE, [["a", "b"]]))


@hypothesis_settings(max_examples=40)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn"]), min_size=1), st.text())
def test_any_text_is_written_and_read_back(text: str, name: str) -> None:
    content = written(SheetSpec(name, [Column(name)], [[text]], lines=[name], footer=name))

    assert values(content)[2:] == [(text,)]


@hypothesis_settings(max_examples=40)
@given(st.text(st.characters()), st.text(st.characters()))
def test_any_character_leaves_a_workbook_that_opens(text: str, name: str) -> None:
    content = written(SheetSpec(name, [Column(name)], [[text]], footer=name))

    assert len(values(content)) == 2
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
