"""Files of every kind become grids, or a clear error that says what to do."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from matcher.intake import IntakeError, open_table
from matcher.intake.encodings import decode_text
from matcher.intake.grids import column_letter
from tests.matcher.intake.sheets import make_xlsx

_CSV = "姓名,学校,专业\n张三丰,西安大学,软件工程\n李四,北京大学,会计学\n" * 10


@pytest.mark.parametrize(
    "data",
    [
        _CSV.encode(),
        _CSV.encode("utf-8-sig"),
        _CSV.encode("gb18030"),
        _CSV.encode("utf-16"),
        _CSV.encode("utf-16-le"),
        _CSV.encode().decode("latin-1").encode(),
        _CSV.encode("gb18030").decode("latin-1").encode(),
        "姓名,学校\n张三,西安\n李四,南京\n".encode().decode("gb18030").encode(),
    ],
)
def test_text_is_read_by_what_its_bytes_say(data: bytes) -> None:
    (grid,) = open_table(data, "whatever.txt")

    assert grid.rows[0].values[0] == "姓名"
    assert str(grid.rows[1].values[0]).startswith("张三")


def test_a_double_encoding_is_undone_and_said() -> None:
    decoded = decode_text(_CSV.encode().decode("latin-1").encode(), "a.csv")

    assert decoded.text == _CSV
    assert decoded.note is not None
    assert "两次转码" in decoded.note


def test_characters_lost_in_a_double_encoding_are_marked_not_guessed() -> None:
    lossy = _CSV.encode().decode("gbk", "replace").encode()

    decoded = decode_text(lossy, "a.csv")

    assert "\ufffd" in decoded.text
    assert "张三" in decoded.text


def test_foreign_names_alone_are_no_double_encoding() -> None:
    text = "name,city\nJosé Müller,Zürich\nÅsa Ørsted,Århus\n"

    assert decode_text(text.encode(), "a.csv").text == text


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    data = _CSV.replace(",", delimiter).encode()

    (grid,) = open_table(data, "a.csv")

    assert grid.width == 3


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    (by_csv,) = open_table(b'a,b\n\n"x\ny",1\nz,2\n', "a.csv")
    (by_xlsx,) = open_table(make_xlsx([[None, None], [None, None], ["a", "b"], ["x", 1]]), "a.xlsx")

    assert [(r.number, r.values) for r in by_csv.rows][2:] == [(3, ("x\ny", "1")), (4, ("z", "2"))]
    assert [(r.number, r.values[0]) for r in by_xlsx.rows] == [
        (1, None),
        (2, None),
        (3, "a"),
        (4, "x"),
    ]


def test_xls_is_read_by_its_content_whatever_its_name() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    sheet.write(2, 1, "姓名")
    stream = io.BytesIO()
    book.save(stream)

    (grid,) = open_table(stream.getvalue(), "a.csv")

    assert grid.sheet == "甲"
    assert grid.rows[2].values[1] == "姓名"


def test_json_arrays_envelopes_and_lines_are_tables() -> None:
    records = [{"姓名": "张三", "tags": ["a", "b"]}, {"姓名": "李四", "年级": 3}]
    array = json.dumps(records, ensure_ascii=False).encode()
    envelope = json.dumps({"data": records}).encode()
    lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode("gb18030")

    for data in (array, envelope, lines):
        (grid,) = open_table(data, "a.json")
        assert grid.given_head == ("姓名", "tags", "年级")
        assert grid.rows[0].values == ("张三", "a、b", None)
        assert [r.number for r in grid.rows] == [1, 2]


def test_every_sheet_that_holds_something_is_read_hidden_ones_with_a_note() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet("甲").write(0, 0, "x")
    book.add_worksheet("空")
    hidden = book.add_worksheet("乙")
    hidden.write(0, 0, "y")
    hidden.hide()
    book.close()

    grids = open_table(stream.getvalue(), "a.xlsx")

    assert [(g.sheet, bool(g.notes)) for g in grids] == [("甲", False), ("乙", True)]


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_GOOD = make_xlsx([["a", "b"], [1, 2]])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        (make_xlsx([]), "empty_file"),
        (_GOOD[: len(_GOOD) // 2], "damaged_file"),
        (_OLE, "damaged_file"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_file"),
        (_OLE + "WordDocument".encode("utf-16-le"), "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "not_a_table"),
        (_zip(a=b"x"), "not_a_table"),
        (_zip(word__document_xml=b"<w/>"), "not_a_table"),
        (b"\x00\x01\x02\xff\xfe\xfd" * 50, "unknown_encoding"),
        (b'[{"a": 1', "bad_json"),
        (b"[1, 2, 3]", "no_records"),
        (
            _zip(xl__workbook_xml=b"<w/>", xl__worksheets__sheet1_xml=b"0" * 120_000_000),
            "too_large",
        ),
        (
            _zip(
                xl__workbook_xml=b"<w/>",
                xl__worksheets__sheet1_xml=b'<c r="XFD1048576" t="n"><v>1</v></c>',
            ),
            "too_large",
        ),
    ],
)
def test_what_is_no_table_is_refused_with_a_way_out(data: bytes, code: str) -> None:
    with pytest.raises(IntakeError) as caught:
        open_table(data, "名册.xlsx")

    assert caught.value.code == code
    assert "名册.xlsx" in caught.value.message
    assert "请" in caught.value.message


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as caught:
        open_table(tmp_path / "no.xlsx")

    assert caught.value.code == "unreadable_file"


def test_a_quotation_mark_that_never_closes_is_refused() -> None:
    data = ('a,b\n1,"' + "x,y\n" * 20_000).encode()

    with pytest.raises(IntakeError) as caught:
        open_table(data, "a.csv")

    assert caught.value.code == "broken_quotes"


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_lettered_like_a_spreadsheet(index: int, letter: str) -> None:
    assert column_letter(index) == letter
