"""Reading an uploaded book of sheets (读表): every line below a head of ours, wherever the head stands.

All rows are told: lines with a code, and lines whose code is missing although something was written on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.errors import InvalidInputError
from matcher.intake import open_table
from matcher.intake.cells import cell_text
from matcher.intake.errors import IntakeError
from matcher.intake.grids import Grid
from matcher.services.fair_sheets.layouts import CODE, UNIT

MOST_LINES = 10_000


@dataclass(frozen=True)
class ReadLine:
    """One line as it was typed: where it stands, its code, what is written by column."""

    sheet_name: str
    line_number: int
    code: str
    values: dict[str, str]

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was written beside what is printed."""
        return not any(value for head, value in self.values.items() if head != UNIT)


def read_book(content: bytes, file_name: str) -> list[ReadLine]:
    """Return the lines of all sheets.

    Raises
    ------
    InvalidInputError
        The file is no workbook, or none of its sheets has a column of line codes.
    """
    try:
        grids = open_table(content, file_name)
    except IntakeError as error:
        raise InvalidInputError(
            error.code, error.message, fields={"file": error.message}
        ) from error
    lines = [line for grid in grids for line in _lines(grid)]
    if not lines:
        message = f"表里没有“{CODE}”这一列，请用从本页下载的补录表。"
        raise InvalidInputError("fair_book_foreign", message, fields={"file": message})
    if len(lines) > MOST_LINES:
        message = f"一次最多 {MOST_LINES:,} 行，请分开上传。"
        raise InvalidInputError("fair_book_long", message, fields={"file": message})
    return lines


def _lines(grid: Grid) -> Iterator[ReadLine]:
    heads: list[str] = []
    for row in grid.rows:
        cells = [cell_text(value) for value in row.values]
        if CODE in cells:
            heads = cells
            continue
        if not heads or not any(cells):
            continue
        named = dict(zip(heads, cells, strict=False))
        code = named.pop(CODE, "")
        named.pop("", None)
        if code or any(named.values()):
            yield ReadLine(grid.sheet, row.number, code, named)
