"""Workbooks (xlsx) written row by row, so that 50,000 rows need no more memory than 50.

Every string is written as text: a cell beginning with = + - @ stays what it says and never becomes a
formula or a link, a long number stays readable. Nothing is hidden (no hidden sheet, row or column),
and the file's properties name no person; the same rows give the same bytes. A watermark (水印) stands above the
headings, where it stays in sight, at the head of every printed page, and its mark among the properties.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | Decimal | bool | dt.date | dt.datetime | None
ColumnKind = Literal["text", "number", "money", "date", "wrapped"]

LONGEST_CELL = 32_767
"""Characters Excel keeps in a cell."""
MOST_ROWS = 1_048_576
"""Rows Excel keeps on a sheet; what is more continues on the next sheet."""
_LONGEST_SHEET_NAME = 31
_LONGEST_FOOTER = 255
_MOST_DIGITS = 15
"""Excel keeps fifteen digits of a number; longer ones (证件号码) are written as text."""
_WIDTH_LIMITS = (8, 60)
_NO_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant that says "not told", not a time
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 forbids: half surrogates, control characters, U+FFFE, U+FFFF."""
_FORMATS: dict[ColumnKind, dict[str, object]] = {
    "text": {"num_format": "@", "valign": "top"},
    "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "number": {"num_format": "0.##", "valign": "top"},
    "money": {"num_format": "#,##0.00", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top"},
}
_HEAD = {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, how its cells look, width in characters (None: from the heading)."""

    heading: str
    kind: ColumnKind = "text"
    width: float | None = None


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet: a row a sequence of cells in the order of `columns`; rows may be a generator.

    `lines` stand above the headings (title, "as of"); `footer` is printed on every page, with the
    page number (the audit hash goes there); `header` is printed at the head of every page (a watermark).
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    lines: Sequence[str] = ()
    footer: str = ""
    header: str = ""


def write_sheet(
    target: str | Path | BinaryIO,
    sheets: Sequence[SheetSpec],
    *,
    spool_folder: Path | None = None,
    marks: Mapping[str, str] | None = None,
) -> None:
    """Write a workbook to a path or an open binary stream.

    Parameters
    ----------
    target : path, or a stream open for writing bytes (left open, at its end)
    sheets : written one after the other; equal or forbidden names are changed, not refused
    spool_folder : where temporary files go (names of people pass through them); None: the system's
    marks : custom properties of the file by name, such as the number of the request it was made for

    Raises
    ------
    ValueError
        No sheet, a sheet without columns, or a row longer than its columns.
    """
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    options: dict[str, object] = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "tmpdir": str(spool_folder) if spool_folder else None,
    }
    names: set[str] = set()
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        book.set_properties({"created": _NO_DATE})
        for name, mark in (marks or {}).items():
            book.set_custom_property(name, mark, "text")
        formats = {kind: book.add_format(look) for kind, look in _FORMATS.items()}
        head = book.add_format(_HEAD)
        for sheet in sheets:
            _write_one(book, sheet, names=names, formats=formats, head=head)


def _write_one(
    book: xlsxwriter.Workbook,
    spec: SheetSpec,
    *,
    names: set[str],
    formats: dict[ColumnKind, Format],
    head: Format,
) -> None:
    """Write one sheet, and further ones when its rows are too many for one."""
    if not spec.columns:
        raise ValueError(f"sheet {spec.name!r} has no columns")
    page, at = _open_page(book, spec, names=names, formats=formats, head=head)
    for row in spec.rows:
        if len(row) > len(spec.columns):
            raise ValueError(f"a row of sheet {spec.name!r} has {len(row)} cells")
        if at >= MOST_ROWS:
            page, at = _open_page(book, spec, names=names, formats=formats, head=head)
        for place, (cell, column) in enumerate(zip(row, spec.columns, strict=False)):
            _write_cell(page, (at, place), cell, formats[column.kind])
        at += 1


def _open_page(
    book: xlsxwriter.Workbook,
    spec: SheetSpec,
    *,
    names: set[str],
    formats: dict[ColumnKind, Format],
    head: Format,
) -> tuple[Worksheet, int]:
    """Begin a sheet with its lines and headings; return it and the first row for data."""
    page = book.add_worksheet(_free_name(spec.name, names))
    for place, column in enumerate(spec.columns):
        look = formats[column.kind]
        page.set_column(place, place, column.width or _width(column.heading), look)
    for at, line in enumerate(spec.lines):
        page.write_string(at, 0, _text(line))
    at = len(spec.lines)
    for place, column in enumerate(spec.columns):
        page.write_string(at, place, _text(column.heading), head)
    page.freeze_panes(at + 1, 0)
    page.repeat_rows(at)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_paper(9)
    page.set_footer(_footer(spec.footer))
    if spec.header:
        page.set_header("&C" + _escaped(spec.header, _LONGEST_FOOTER - 2))
    return page, at + 1


def _write_cell(page: Worksheet, place: tuple[int, int], cell: Cell, look: Format) -> None:
    """Write one cell by the type of its value; nothing is ever read as a formula."""
    if cell is None or cell == "":
        if (
            place[1] == 0
        ):  # so that an empty row is a row; other empty cells have the look of their column
            page.write_blank(*place, None, look)
    elif isinstance(cell, str):
        page.write_string(*place, _text(cell), look)
    elif isinstance(cell, bool):
        page.write_string(*place, "是" if cell else "否", look)
    elif isinstance(cell, int | float | Decimal) and _fits_a_number(cell):
        page.write_number(*place, cell, look)
    elif isinstance(cell, dt.datetime):
        page.write_string(*place, cell.strftime("%Y-%m-%d %H:%M"), look)
    elif isinstance(cell, dt.date) and cell.year >= 1900:
        page.write_datetime(*place, cell, look)
    else:
        page.write_string(*place, _text(str(cell)), look)


def _fits_a_number(cell: float | Decimal) -> bool:
    """Whether Excel keeps all digits of a number."""
    value = Decimal(cell)
    return value.is_finite() and (
        isinstance(cell, float) or len(value.as_tuple().digits) <= _MOST_DIGITS
    )


def _text(text: str) -> str:
    """Return a text a cell can hold: nothing XML forbids, not longer than Excel keeps."""
    if text.isprintable() and 2 * len(text) <= LONGEST_CELL:
        return text  # most are: nothing XML forbids is printable
    text = _NOT_XML.sub("\ufffd", text)
    cut = _cut(text, LONGEST_CELL)
    return text if cut == text else _cut(text, LONGEST_CELL - 1) + "…"


def plain_text(text: str) -> str:
    """Return a text as a cell can hold it; for writers of layouts of their own."""
    return _text(text)


def printed_text(text: str, room: int) -> str:
    """Return a text as printed heads and feet take it; for writers of layouts of their own."""
    return _escaped(text, room)


def _cut(text: str, longest: int) -> str:
    """Return the beginning of a text; Excel counts a character beyond the basic plane as two."""
    if 2 * len(text) <= longest:
        return text
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def _width(heading: str) -> int:
    """Return a column width from its heading: a Chinese character is two wide."""
    lines = heading.split("\n")
    wide = max(
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in lines
    )
    low, high = _WIDTH_LIMITS
    return max(low, min(high, wide + 2))


def _free_name(name: str, taken: set[str]) -> str:
    """Return a sheet name Excel accepts and the workbook does not have yet."""
    clean = _FORBIDDEN_IN_NAME.sub(" ", _text(name)).strip(" '") or "Sheet"
    if clean.casefold() == "history":
        clean += "_"  # Excel keeps this name for itself.
    free, number = _cut(clean, _LONGEST_SHEET_NAME).strip(" '"), 2
    while free.casefold() in taken:
        mark = f" ({number})"
        free, number = _cut(clean, _LONGEST_SHEET_NAME - len(mark)) + mark, number + 1
    taken.add(free.casefold())
    return free


def _escaped(text: str, room: int) -> str:
    """Return a text as printed heads and feet take it, cut to what they keep."""
    plain = _text(text).replace("\n", " ").replace("&", "&&")
    return _cut(plain, room).rstrip("&")


def _footer(text: str) -> str:
    """Return the printed footer: the text left, the page number right."""
    pages = "&R第 &P 页，共 &N 页"
    left = _escaped(text, _LONGEST_FOOTER - len(pages) - 2)
    return (f"&L{left}" if left else "") + pages
