"""The statistics sheet as files: figures as numbers, words as text, marked 非官方样式, room to sign and seal."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from matcher.documents.pdf import compile_pdf
from matcher.documents.sheet_files import sheet_docx, sheet_xlsx, write_sheet
from matcher.documents.sheet_forms import (
    SheetForm,
    SheetLine,
    UnionPart,
    change_words,
    figure_words,
)
from matcher.documents.sheet_pdfs import compile_sheet
from matcher.documents.sheet_summaries import codes_in, filled, load_parts
from matcher.errors import InvalidInputError
from matcher.statistics.indicators import indicators_by_code
from tests.matcher.documents.test_pdf import pages

LINES = (
    SheetLine("graduates", "3", "毕业生总数", "人", value=192, earlier=30, typed=4, before=190),
    SheetLine("helped", "30", "帮助实现就业", "人", value=141, earlier=9, reported=6),
    SheetLine("job_aid_fen", "26.1", "求职补贴金额", "元", "fen", value=50_590_000, before=0),
    SheetLine(
        "helped_rate", "32", "帮扶就业率", "%", "percent", 8868, numerator=141, denominator=159
    ),
    SheetLine("zero_helped_rate", "33", "零就业帮扶就业率", "%", "percent"),
)
FORM = SheetForm(
    union="银川市总工会",
    drive="2026 年阳光就业",
    lines=LINES,
    as_of="2026-08-31",
    filled_by="王某",
    digest="ab" * 32,
    audit="812 " + "cd" * 32,
    has_before=True,
    failures=("已服务人数不能多于需援助数。",),
    corrections=("30 帮助实现就业：报送 141，按后来的记录 140",),
    parts=(UnionPart("兴庆区总工会", {"graduates": 100}),),
)


def _sheet(form: SheetForm, name: str = "统计表") -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(sheet_xlsx(form)))[name]


def _rows(sheet: Worksheet) -> dict[str, tuple[object, ...]]:
    rows = list(sheet.iter_rows(values_only=True))
    return {str(row[1]): row for row in rows if len(row) > 1 and row[1]}


def test_a_workbook_holds_numbers_excel_can_add() -> None:
    sheet = _sheet(FORM)
    rows = _rows(sheet)

    assert rows["毕业生总数"][3:9] == (192, 30, None, 4, 190, "+2")
    assert rows["求职补贴金额"][3] == 505_900
    assert rows["帮扶就业率"][3] == pytest.approx(0.8868)
    assert rows["帮扶就业率"][9] == "141/159"
    formats = {str(row[1].value): row[3].number_format for row in sheet.iter_rows() if row[1].value}
    assert formats["帮扶就业率"] == "0.0%"
    assert formats["求职补贴金额"] == "#,##0.00"


def test_what_has_no_figure_shows_a_dash_and_no_nought() -> None:
    assert _rows(_sheet(FORM))["零就业帮扶就业率"][3] == "—"


def test_the_workbook_says_that_it_is_not_official_who_signs_and_what_it_is_a_print_of() -> None:
    sheet = _sheet(FORM)
    said = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)

    for words in ("非官方样式", "填报人：王某", "审核人：", "负责人：", "单位盖章", FORM.digest):
        assert words in said
    assert FORM.digest[:16] in sheet.oddFooter.left.text
    assert FORM.audit[:16] in sheet.oddFooter.left.text
    assert "非官方样式" not in " ".join(
        str(cell.value)
        for row in _sheet(replace(FORM, is_official=True)).iter_rows()
        for cell in row
    )


def test_without_an_earlier_submission_nothing_is_compared() -> None:
    heads = [
        cell.value for row in _sheet(replace(FORM, has_before=False)).iter_rows() for cell in row
    ]

    assert "上次报送" not in heads
    assert "上次报送" in [cell.value for row in _sheet(FORM).iter_rows() for cell in row]


def test_unions_below_and_what_does_not_add_up_have_sheets_of_their_own() -> None:
    parts = list(_sheet(FORM, "分单位").iter_rows(values_only=True))
    findings = list(_sheet(FORM, "核对与更正").iter_rows(values_only=True))

    assert parts[0][3:] == ("本级合计（不重复）", "兴庆区总工会")
    assert parts[1][3:] == (192, 100)
    assert (FORM.failures[0],) in findings
    assert (FORM.corrections[0],) in findings


def test_a_withheld_line_shows_its_words_and_nothing_that_gives_it_away() -> None:
    line = replace(LINES[1], withheld="少于 5")
    form = replace(FORM, lines=(line,), parts=(), failures=(), corrections=())
    rows = _rows(_sheet(form))

    assert rows["帮助实现就业"][3] == "少于 5"
    assert not any(isinstance(cell, int | float) for cell in rows["帮助实现就业"])
    said = docx.Document(io.BytesIO(sheet_docx(form)))
    assert "141" not in "".join(p.text for p in said.paragraphs)


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.sampled_from("=+-@"))
def test_words_never_become_formulas(text: str, first: str) -> None:
    form = replace(
        FORM,
        union=first + text,
        filled_by=first + text,
        failures=(first + text,),
        lines=(replace(LINES[0], label=first + text, note=first + text),),
        parts=(UnionPart(first + text, {}),),
    )

    for sheet in openpyxl.load_workbook(io.BytesIO(sheet_xlsx(form))):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_pdf_is_signed_on_paper_and_wide_when_unions_follow() -> None:
    alone = compile_sheet(replace(FORM, parts=(), has_before=False))
    many = tuple(UnionPart(f"第{n}区", {"graduates": n}) for n in range(9))

    assert pages(alone) == 1
    assert pages(compile_sheet(replace(FORM, parts=many))) == 3
    assert compile_sheet(FORM) == compile_sheet(FORM)


def test_markup_in_a_name_is_printed_and_not_run() -> None:
    assert pages(compile_sheet(replace(FORM, union='#panic("x")', filled_by="*a* $x$"))) >= 1
    with pytest.raises(RuntimeError):
        compile_pdf("figure_sheet", {})


def test_a_summary_says_only_what_is_known() -> None:
    document = docx.Document(io.BytesIO(sheet_docx(FORM)))
    said = "\n".join(one.text for one in document.paragraphs)

    assert "帮扶就业率88.7%" in said
    assert "帮助就业的人员中，往届9人" in said
    assert "零就业帮扶就业率" not in said.split("附：")[0]
    assert "【请补充" in said
    assert "初稿" in said
    assert FORM.digest in said
    table = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["26.1", "求职补贴金额", "元", "505,900.00", "", ""] in table
    assert document.core_properties.author == ""


def test_every_figure_of_the_summary_is_an_indicator() -> None:
    codes = {
        code for part in load_parts() for sentence in part.sentences for code in codes_in(sentence)
    }

    assert codes <= set(indicators_by_code())
    assert len(codes) > 40


def test_a_sentence_with_a_missing_figure_is_left_out() -> None:
    lines = {line.code: line for line in LINES}

    assert filled("共{graduates}，{helped_rate}。", lines) == "共192人，88.7%。"
    assert filled("金额{job_aid_fen}", lines) == "金额50.59万元"
    assert filled("{graduates}，{zero_helped_rate}", lines) is None
    assert filled("{graduates.reported}", lines) is None


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("count", 1204, "1,204"), ("fen", 50_590_000, "505,900.00"), ("percent", 8868, "88.7%")],
)
def test_figures_are_printed_by_their_kind(kind: str, value: int, words: str) -> None:
    assert figure_words(kind, value) == words  # type: ignore[arg-type] # one of the kinds


def test_changes_carry_their_sign_and_points_of_a_ratio() -> None:
    assert change_words(replace(LINES[0], before=195)) == "−3"
    assert change_words(replace(LINES[3], before=8000)) == "+8.7 个百分点"
    assert change_words(replace(LINES[0], before=192)) == "0"
    assert change_words(LINES[1]) == ""


def test_a_sheet_is_written_by_its_ending_and_whole_or_not_at_all(tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.pdf", "a.DOCX"):
        write_sheet(FORM, tmp_path / name)
    with pytest.raises(InvalidInputError):
        write_sheet(FORM, tmp_path / "a.txt")

    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.DOCX", "a.pdf", "a.xlsx"]
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
