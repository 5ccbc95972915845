"""What a file seems to hold (表格种类), told by its recognised columns, when nobody has said it."""

from collections.abc import Sequence

from matcher.intake import Grid, guess_columns
from matcher.kinds import ImportKind

_SPEAKING: dict[ImportKind, frozenset[str]] = {
    ImportKind.POSTINGS: frozenset(
        {"title", "headcount", "education", "pay_text", "major_any", "major_bachelor", "place"}
        | {"description", "posting_code", "employer_name", "experience", "valid_until"}
    ),
    ImportKind.EMPLOYERS: frozenset(
        {"employer_name", "employer_credit_code", "legal_person", "unit_kind", "unit_size"}
        | {"employer_address", "industry", "contact_name", "contact_phone"}
    ),
    ImportKind.GRADUATES: frozenset(
        {"name", "school_name", "student_no", "major_name", "graduation_date", "education_level"}
        | {"candidate_no", "id_number", "phone", "wanted_places", "wanted_occupations"}
    ),
    ImportKind.HOUSEHOLDS: frozenset(
        {"holder_name", "file_no", "tier", "member_name", "relation", "holder_id_number"}
        | {"zero_employment", "family_size", "cause_main", "member_id_number", "holder_phone"}
    ),
}
"""Columns that speak for a kind."""

_NEEDED: dict[ImportKind, frozenset[str]] = {
    ImportKind.POSTINGS: frozenset({"title"}),
    ImportKind.EMPLOYERS: frozenset({"employer_name"}),
    ImportKind.GRADUATES: frozenset({"name"}),
    ImportKind.HOUSEHOLDS: frozenset({"holder_name", "member_name", "file_no"}),
}
"""Of these a sheet of the kind has at least one."""

_LOOKED_AT = 2
"""Sheets looked at: the first ones hold the table, later ones code lists."""


def guess_kind(grids: Sequence[Grid]) -> ImportKind | None:
    """Return the kind whose columns a file shows most clearly, or None if nothing speaks for one."""
    scores = {
        kind: max((_score(kind, grid) for grid in grids[:_LOOKED_AT]), default=0.0)
        for kind in ImportKind
    }
    if scores[ImportKind.POSTINGS]:
        scores[ImportKind.EMPLOYERS] = 0.0  # a list of postings names its employers too
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else None


def _score(kind: ImportKind, grid: Grid) -> float:
    """Return how sure the columns that speak for a kind are, 0 if it lacks what it needs."""
    sure = {
        guess.concept.partition("#")[0]: guess.confidence
        for guess in guess_columns(kind, grid)
        if guess.concept is not None
    }
    if not _NEEDED[kind] & set(sure):
        return 0.0
    return sum(confidence for name, confidence in sure.items() if name in _SPEAKING[kind])
