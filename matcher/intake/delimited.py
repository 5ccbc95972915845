"""Text tables: csv, tsv and their cousins with semicolons."""

import csv
import io
import re
from statistics import median

from matcher.intake.encodings import DecodedText
from matcher.intake.errors import IntakeError
from matcher.intake.grids import Grid, Row

_DELIMITERS = (",", "\t", ";", "|")
_SNIFF_LINES = 60
_CELL_LIMIT = 32_767
"""Characters in one cell of a spreadsheet; a longer field means a quotation mark never closed."""
_FORMULA_TEXT = re.compile(r'^=\s*"(.*)"$', re.DOTALL)


def _clean(cell: str) -> str | None:
    """Return a field as a spreadsheet would show it: `="0123"` and `'0123` lose their armour."""
    if not cell:
        return None
    if cell[0] == "=" and (armour := _FORMULA_TEXT.match(cell)):
        return armour[1].replace('""', '"') or None
    if cell[0] == "'" and cell[1:].isalnum():
        return cell[1:]
    return cell


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most even, widest rows."""
    sample = "\n".join(text.split("\n", _SNIFF_LINES)[:_SNIFF_LINES])
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(sample), delimiter=delimiter)
        try:
            widths = [len(row) for row in reader if any(row)]
        except csv.Error:
            continue
        if not widths:
            continue
        typical = median(widths)
        even = sum(width == typical for width in widths) / len(widths)
        score = (typical - 1) * even
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_delimited(decoded: DecodedText, file_name: str, sheet: str) -> Grid:
    """Cut text into one grid; a row's number counts records, as a spreadsheet does.

    Raises
    ------
    IntakeError
        `broken_quotes`: a quotation mark opens and never closes.
    """
    text = decoded.text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text))
    rows: list[Row] = []
    width = 0
    try:
        for number, fields in enumerate(reader, start=1):
            if any(len(field) > _CELL_LIMIT for field in fields):
                raise _broken_quotes(file_name, number)
            rows.append(Row(number, tuple(map(_clean, fields))))
            width = max(width, len(fields))
    except csv.Error as error:
        raise _broken_quotes(file_name, len(rows) + 1) from error
    notes = (decoded.note,) if decoded.note else ()
    return Grid(sheet, rows, width, notes=notes)


def _broken_quotes(file_name: str, number: int) -> IntakeError:
    return IntakeError(
        "broken_quotes",
        f"文件“{file_name}”第 {number} 行起引号不成对，无法分列。请检查该行的双引号，或另存为 xlsx 后再导入。",
        file_name=file_name,
        row=number,
    )
