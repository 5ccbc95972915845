"""Blocks of rows that belong to one employer or one household without saying so in every row.

Job-fair sheets number the employer, not the posting, and leave number and employer empty below: the
empty number says that the row goes on. Household registers without a file number begin each household
with its holder. Anything less is a hole, and a hole is never filled.
"""

from dataclasses import replace

from matcher.intake.cells import cell_text
from matcher.intake.drafts import Draft, HouseholdDraft
from matcher.intake.grids import Row
from matcher.intake.layout import Layout
from matcher.kinds import ImportKind

_OF_EMPLOYER = (
    *("employer_name", "employer_code", "employer_credit_code", "unit_kind", "unit_size", "industry"),
    *("employer_address", "employer_about", "contact_name", "contact_phone", "contact_email"),
    *("parent_unit", "employer_part"),
)  # fmt: skip
"""Columns that speak of the employer beside a posting."""
_OF_HOUSEHOLD = ("file_no", "holder_name", "holder_id_number")


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
    """Remembers whose household the rows below a holder belong to, in sheets without any number."""

    __slots__ = ("_applies", "_holder")

    def __init__(self, kind: ImportKind, layout: Layout) -> None:
        """Begin with no household; sheets that name the household in a column need none."""
        named = any(layout.has(concept) for concept in _OF_HOUSEHOLD)
        by_member = layout.has("relation") and layout.has("member_name")
        self._applies = kind is ImportKind.HOUSEHOLDS and by_member and not named
        self._holder: HouseholdDraft | None = None

    def holder(self) -> HouseholdDraft | None:
        """Return the household the next row of a member belongs to."""
        return self._holder

    def note(self, draft: Draft | None) -> None:
        """Note the verdict on a row: a holder begins a household, a refused row ends it."""
        if not self._applies:
            return
        if not isinstance(draft, HouseholdDraft):
            self._holder = None
        elif any(member.is_holder for member in draft.members):
            self._holder = draft

    def end(self) -> None:
        """End the household: something else than its members stands between."""
        self._holder = None


def _text(row: Row, column: int) -> str:
    return cell_text(row.values[column]) if column < len(row.values) else ""
