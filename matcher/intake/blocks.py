"""Blocks of rows that belong to one employer or one household without saying so in every row.

Job-fair sheets number the employer, not the posting, and leave number and employer empty below: the
empty number says that the row goes on. Household registers in which no member's row bears the file number begin
each household with its holder. Anything less is a hole, and a hole is never filled.
"""

from dataclasses import replace

from matcher.intake.cells import cell_text
from matcher.intake.drafts import HouseholdDraft
from matcher.intake.families import family_key, is_holder_row
from matcher.intake.grids import Row
from matcher.intake.layout import Layout, RowReader
from matcher.kinds import ImportKind

_OF_EMPLOYER = (
    *("employer_name", "employer_code", "employer_credit_code", "unit_kind", "unit_size", "industry"),
    *("employer_address", "employer_about", "contact_name", "contact_phone", "contact_email"),
    *("parent_unit", "employer_part"),
)  # fmt: skip
"""Columns that speak of the employer beside a posting."""


class EmployerBlocks:
    """Carries the employer of a numbered row down to the unnumbered rows below it."""

    __slots__ = ("_columns", "_name", "_ordinal", "_repeats", "_title", "_top")

    def __init__(self, kind: ImportKind, layout: Layout) -> None:
        """Begin with no block; other kinds of sheets and sheets without numbers have none."""
        columns = layout.columns if kind is ImportKind.POSTINGS else {}
        self._name, self._title = columns.get("employer_name"), columns.get("title")
        self._ordinal = columns.get("ordinal")
        self._columns = [columns[c] for c in _OF_EMPLOYER if c in columns]
        self._top: Row | None = None
        self._repeats = False

    def carry(self, row: Row) -> tuple[Row, bool]:
        """Return the row with its employer, and whether it was carried down."""
        if self._name is None or self._title is None or self._ordinal is None:
            return row, False
        if _text(row, self._name):
            same = self._top is not None and _text(self._top, self._name) == _text(row, self._name)
            self._repeats = self._repeats or same
            self._top = row if _text(row, self._ordinal) else None
            return row, False
        own = any(_text(row, column) for column in (*self._columns, self._ordinal))
        if self._top is None or self._repeats or own or not _text(row, self._title):
            return row, False
        values = list(row.values)
        for column in self._columns:
            if column < len(values) and column < len(self._top.values):
                values[column] = self._top.values[column]
        return replace(row, values=tuple(values)), True

    def end(self) -> None:
        """End the block: a subtotal, a blank row or another head stands between."""
        self._top = None


class HouseholdBlocks:
    """Remembers whose household the rows below a holder belong to, where no row of a member says so."""

    __slots__ = ("_applies", "_columns", "_family")

    def __init__(self, kind: ImportKind, layout: Layout) -> None:
        """Begin with no household; sheets whose rows bear the number of their household need none."""
        by_member = layout.has("relation") and layout.has("member_name")
        named = layout.families is None or layout.families.repeats
        self._applies = kind is ImportKind.HOUSEHOLDS and by_member and not named
        self._columns = layout.columns
        self._family: HouseholdDraft | None = None

    def holder(self) -> HouseholdDraft | None:
        """Return the household the next row of a member belongs to."""
        return self._family

    def note(self, reader: RowReader) -> None:
        """Note a row: a holder begins a household, even a refused one whose household is known."""
        if not self._applies:
            return
        begins = is_holder_row(reader.row, self._columns) or family_key(reader.row, self._columns)
        if begins:
            found = reader.family
            self._family = found if isinstance(found, HouseholdDraft) else None

    def end(self) -> None:
        """End the household: something else than its members stands between."""
        self._family = None


def _text(row: Row, column: int) -> str:
    return cell_text(row.values[column]) if column < len(row.values) else ""
