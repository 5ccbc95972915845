"""Small tables as other offices make them; everybody and every firm in them is made up."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import TypeVar

from matcher.intake import (
    EmployerDraft,
    GraduateDraft,
    HouseholdDraft,
    JudgedRow,
    PostingDraft,
    guess_columns,
    judge_rows,
    open_table,
)
from matcher.kinds import ImportKind
from tests.matcher.intake.sheets import make_xlsx

TODAY = dt.date(2026, 11, 22)
T = TypeVar("T", PostingDraft, GraduateDraft, HouseholdDraft, EmployerDraft)
Cells = Sequence[Sequence[object]]
Merges = Sequence[tuple[int, int, int, int]]


def make_csv(rows: Cells, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write rows as a text table."""
    stream = io.StringIO()
    table = [["" if value is None else value for value in row] for row in rows]
    csv.writer(stream, delimiter=delimiter).writerows(table)
    return stream.getvalue().encode(encoding)


def judge(kind: ImportKind, source: bytes | Cells, merges: Merges = ()) -> dict[int, JudgedRow]:
    """Judge the rows of a file's only sheet, or of cells written as one, by number."""
    data = source if isinstance(source, bytes) else make_xlsx(source, merges)
    (grid,) = open_table(data, "a.xlsx")
    return {row.row: row for row in judge_rows(kind, grid, today=TODAY)}


def columns(
    kind: ImportKind, heads: Sequence[str], values: Sequence[object] = ()
) -> list[str | None]:
    """Return the concepts recognised under heads, with one row of values below."""
    (grid,) = open_table(
        make_xlsx([list(heads), list(values)] if values else [list(heads)]), "a.xlsx"
    )
    return [guess.concept for guess in guess_columns(kind, grid)]


def posting(row: JudgedRow) -> PostingDraft:
    """Return the draft of a taken posting."""
    return _taken(row, PostingDraft)


def graduate(row: JudgedRow) -> GraduateDraft:
    """Return the draft of a taken graduate."""
    return _taken(row, GraduateDraft)


def household(row: JudgedRow) -> HouseholdDraft:
    """Return the draft of a taken household row."""
    return _taken(row, HouseholdDraft)


def employer(row: JudgedRow) -> EmployerDraft:
    """Return the draft of a taken employer."""
    return _taken(row, EmployerDraft)


def codes(row: JudgedRow) -> list[str]:
    """Return the codes of a row's problems."""
    return [problem.code for problem in row.problems]


def _taken(row: JudgedRow, kind: type[T]) -> T:
    assert isinstance(row.draft, kind), row.problems
    return row.draft
