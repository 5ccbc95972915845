"""Cells whose formula ended in an error (#REF!, #N/A …): the reader leaves them empty, a person must hear of them.

A cell that was to hold an identity number and holds an error is not a cell without one. Only xlsx marks them so
that they can be found.
"""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

from matcher.intake.grids import CellValue, Row

ErrorCells = dict[int, dict[int, str]]
"""Error text by row number as the spreadsheet shows it, then by 0-based column."""
_CHUNK = 4_000_000
_MARK = b't="e"'
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*?t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]{2,12})</v>'
)
_SPACES = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_LONGEST = 2_000_000
"""Bytes of a workbook's table of contents that are parsed; real ones have some kilobytes."""


def find_error_cells(data: bytes) -> dict[str, ErrorCells]:
    """Return the error cells of an xlsx by sheet name; empty for other formats."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        found = {}
        for sheet, path in _sheet_paths(archive).items():
            if path in names and (cells := _scan(archive, path)):
                found[sheet] = cells
        return found


def with_errors(row: Row, errors: dict[int, str]) -> Row:
    """Return a row whose empty cells say the error that stands in them."""
    values: list[CellValue] = list(row.values)
    for column, text in errors.items():
        if column < len(values) and values[column] is None:
            values[column] = text
    return Row(row.number, tuple(values), row.filled)


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    contents = [
        archive.getinfo(f"xl/{name}") for name in ("workbook.xml", "_rels/workbook.xml.rels")
    ]
    if any(member.file_size > _LONGEST for member in contents):
        return {}
    texts = [archive.read(member) for member in contents]
    if any(b"<!DOCTYPE" in text or b"<!ENTITY" in text for text in texts):
        return {}
    try:
        book, links = (ElementTree.fromstring(text) for text in texts)  # noqa: S314 - no entities, see above
    except ElementTree.ParseError:
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return {
        sheet.get("name", ""): _inside(targets.get(sheet.get(f"{{{_SPACES['r']}}}id"), ""))
        for sheet in book.iterfind("m:sheets/m:sheet", _SPACES)
    }


def _inside(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _scan(archive: zipfile.ZipFile, path: str) -> ErrorCells:
    found: ErrorCells = {}
    tail = b""
    with archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            block = tail + chunk
            if _MARK in block:
                for letters, number, text in _CELL.findall(block):
                    found.setdefault(int(number), {})[_index(letters)] = text.decode(
                        "ascii", "ignore"
                    )
            tail = block[-2_000:]
    return found


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
