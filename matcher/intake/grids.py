"""A sheet as it lies on the table: cells, true row numbers, merged blocks.

Everything after the readers works on `Grid` alone, so that the format of a file matters in one
place only.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

CellValue = str | int | float | bool | dt.date | dt.datetime | None
"""What a cell may hold; times of day and durations have become text."""


def column_letter(index: int) -> str:
    """Return the letters a spreadsheet shows above the column with this 0-based index."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class MergedBlock:
    """A merged block; `top`, `bottom` are 1-based row numbers, `left`, `right` 0-based columns."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is 1-based as the spreadsheet shows it.

    `filled` names the columns whose value was carried down from a vertically merged cell.
    """

    number: int
    values: tuple[CellValue, ...]
    filled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet.

    `given_head` is set where the format names its columns itself (JSON objects): then every row
    is a row of data and its number is its ordinal. `notes` are Chinese remarks about how the
    sheet had to be read (encoding mended, hidden sheet). `siblings` counts the other sheets of the
    file.
    """

    sheet: str
    rows: Sequence[Row]
    width: int
    merges: tuple[MergedBlock, ...] = ()
    given_head: tuple[str, ...] | None = None
    notes: tuple[str, ...] = field(default=())
    siblings: int = 0


def is_blank(value: CellValue) -> bool:
    """Say whether a cell holds nothing but space."""
    return value is None or (isinstance(value, str) and not value.strip())


def filled_columns(row: Row) -> list[int]:
    """List the columns of a row that hold something, from the left."""
    return [i for i, value in enumerate(row.values) if not is_blank(value)]
