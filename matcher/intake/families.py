"""What a first look at a households roster tells of how it is kept: who leads each file, how numbers are written.

A row alone cannot say whether its file has a holder, whether an empty file number is a hole or means "as above",
or how many zeros a spreadsheet took from the front of a number.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from matcher.intake.cells import cell_text, narrow, said_nothing
from matcher.intake.grids import CellValue, Row
from matcher.intake.household_words import is_holder_word
from matcher.intake.word_readers import read_yes_no

_KEYS = ("file_no", "holder_id_number", "holder_name")
_SAME_WIDTH_SHARE = 0.7
_REPEATED_SHARE = 0.1
_IN_WAN = re.compile(r"单位\s*[:：]?\s*[(（]?\s*(人民币)?万元")
_FEWEST_COUNTED = 3
_GAPS = 1.2
"""Highest count by distinct counts: some rows are always struck out."""


@dataclass(frozen=True, slots=True)
class Families:
    """How a roster with a row for each member is kept.

    Parameters
    ----------
    number_width : digits every file number has, if they begin with zeros
    repeats : rows of members bear the number or name of their household themselves
    led : households (by number or name as written) some row of which is the holder's
    in_wan : a line above the head says that sums are in 万元
    counts : file numbers only count the households of the sheet
    leaders : of counted households, the identity number of the holder as written
    """

    number_width: int | None = None
    repeats: bool = True
    led: frozenset[str] = frozenset()
    counts: bool = False
    in_wan: bool = False
    leaders: Mapping[str, CellValue] = field(default_factory=dict)

    def file_number(self, value: CellValue) -> str | None:
        """Return a file number with the zeros a number cell has lost, None if it has lost none."""
        if self.number_width is None or isinstance(value, bool) or value is None:
            return None
        text = narrow(cell_text(value))
        return text.zfill(self.number_width) if _lost(text, self.number_width) else None


def look_at_families(rows: Sequence[Row], columns: Mapping[str, int]) -> Families:
    """Look through the rows below the head once."""
    led: set[str] = set()
    named: set[str] = set()
    leaders: dict[str, CellValue] = {}
    bare = kept = 0
    whole = "relation" not in columns
    for row in rows:
        key = family_key(row, columns)
        if whole or is_holder_row(row, columns):
            led.update([key] if key else [])
            leaders.setdefault(
                narrow(_text(row, columns.get("file_no"))), _own_number(row, columns)
            )
        elif _text(row, columns.get("member_name")):
            # The first row that names a household leads it: only a second one shows that members repeat it.
            kept += key in named
            bare += not key
        named.update([key] if key else [])
    repeats = kept > (kept + bare) * _REPEATED_SHARE
    column = columns.get("file_no")
    counts = column is not None and _only_counts(rows, column)
    # Beside counted households a row without a number goes on with the one above.
    repeats = repeats and (counts or bool(columns.keys() & {"file_no", "holder_id_number"}))
    return Families(
        _number_width(rows, column),
        repeats,
        frozenset(led),
        counts=counts,
        leaders=leaders if counts else {},
    )


def _own_number(row: Row, columns: Mapping[str, int]) -> CellValue:
    for concept in ("member_id_number", "holder_id_number"):
        column = columns.get(concept)
        if column is not None and column < len(row.values) and row.values[column] is not None:
            return row.values[column]
    return None


def _only_counts(rows: Sequence[Row], column: int) -> bool:
    """Say whether a column counts from 1 without gaps worth speaking of."""
    texts = {narrow(cell_text(row.values[column])) for row in rows if column < len(row.values)}
    numbers = {int(text) for text in texts if text.isascii() and text.isdigit()}
    if len(numbers) < _FEWEST_COUNTED or 1 not in numbers or any(t.startswith("0") for t in texts):
        return False
    return max(numbers) <= len(numbers) * _GAPS


def says_wan(rows: Sequence[Row]) -> bool:
    """Say whether a line above the head gives 万元 as the unit of sums."""
    return any(_IN_WAN.search(narrow(cell_text(v))) for row in rows for v in row.values if v)


def family_key(row: Row, columns: Mapping[str, int]) -> str | None:
    """Return what the row says of whose household it is, as written."""
    for concept in _KEYS:
        text = _text(row, columns.get(concept))
        if text and not said_nothing(text):
            return f"{concept}:{narrow(text)}"
    return None


def is_holder_row(row: Row, columns: Mapping[str, int]) -> bool:
    """Say whether a row is the holder's own: by relation, by mark, or by the same number or name."""
    if is_holder_word(_text(row, columns.get("relation"))):
        return True
    if _is_yes(_text(row, columns.get("holder_mark"))):
        return True
    own, holder = (
        _text(row, columns.get(c)).upper() for c in ("member_id_number", "holder_id_number")
    )
    return bool(own) and own == holder


@lru_cache(maxsize=1_000)
def _is_yes(text: str) -> bool:
    return bool(text) and read_yes_no(text).value is True


def _number_width(rows: Sequence[Row], column: int | None) -> int | None:
    if column is None:
        return None
    texts = [
        cell_text(row.values[column])
        for row in rows
        if column < len(row.values) and isinstance(row.values[column], str)
    ]
    numbers = [text for text in texts if text.isascii() and text.isdigit()]
    if not numbers or not any(text.startswith("0") for text in numbers):
        return None
    width, count = Counter(map(len, numbers)).most_common(1)[0]
    return width if count >= len(numbers) * _SAME_WIDTH_SHARE else None


def _lost(text: str, width: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < width


def _text(row: Row, column: int | None) -> str:
    return cell_text(row.values[column]) if column is not None and column < len(row.values) else ""
