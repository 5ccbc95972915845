"""What a sheet seems to hold, told by its recognised columns; and when it is not what was asked for."""

from collections.abc import Sequence

from matcher.intake.columns import guess_columns
from matcher.intake.concepts import concept_label
from matcher.intake.grids import Grid
from matcher.intake.guesses import ColumnGuess
from matcher.intake.heads import Head
from matcher.intake.household_columns import is_plain_head
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

_OWN: dict[ImportKind, frozenset[str]] = {
    ImportKind.POSTINGS: frozenset(
        {"title", "headcount", "pay_text", "posting_code", "description", "valid_until"}
    ),
    ImportKind.EMPLOYERS: frozenset(
        {"employer_credit_code", "legal_person", "unit_kind", "unit_size", "licence_until"}
        | {"employer_address", "employer_place", "contact_name"}
    ),
    ImportKind.GRADUATES: frozenset(
        {"school_name", "student_no", "candidate_no", "graduation_date", "class_name", "faculty"}
        | {"wanted_places", "wanted_occupations", "training_mode", "enrolment_date"}
    ),
    ImportKind.HOUSEHOLDS: frozenset(
        {"relation", "tier", "holder_name", "holder_id_number", "file_no", "family_size"}
        | {"cause_main", "income_per_head", "family_income", "filed_on", "health_insurance"}
    ),
}
"""Columns that hardly stand in a sheet of another kind of people or firms."""
_CLEARLY_OTHER = 2
_MEMBERS_COLUMN = "relation"
_OF_HOLDER = frozenset({"holder_name", "holder_id_number"})


def score_kinds(grid: Grid, head: Head | None = None) -> dict[ImportKind, float]:
    """Return how sure the columns that speak for each kind are, 0 if it lacks what it needs."""
    return {kind: _score(kind, _sure(kind, grid, head)) for kind in ImportKind}


def likeliest_kind(grid: Grid, head: Head | None = None) -> ImportKind | None:
    """Return the kind a sheet shows most clearly, or None if nothing speaks for one."""
    scores = score_kinds(grid, head)
    if scores[ImportKind.POSTINGS]:
        scores[ImportKind.EMPLOYERS] = 0.0  # a list of postings names its employers too
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else None


def why_foreign(
    kind: ImportKind, grid: Grid, head: Head, columns: Sequence[str]
) -> tuple[str, ImportKind | None] | None:
    """Say why a sheet holds something else than the kind asked for, and what; None if it does not."""
    bases = {column.partition("#")[0] for column in columns}
    if not _NEEDED[kind] & bases:
        missing = concept_label(sorted(_NEEDED[kind])[-1])
        other = likeliest_kind(grid, head)
        return f"本表没有“{missing}”列", other if other is not kind else None
    other = _clearly_other(kind, grid, head, bases)
    return (f"本表没有{kind.label}特有的列", other) if other is not None else None


def _clearly_other(kind: ImportKind, grid: Grid, head: Head, bases: set[str]) -> ImportKind | None:
    """Return the kind of people a sheet of names is of, if it is clearly not the kind asked for."""
    own = len(_OWN[kind] & bases) - _plain_holder(kind, grid, head)
    if own >= _CLEARLY_OTHER or not head.found or kind is ImportKind.POSTINGS:
        return None
    for other in (ImportKind.HOUSEHOLDS, ImportKind.GRADUATES):
        if other is kind:
            continue
        theirs = _OWN[other] & set(_sure(other, grid, head))
        if other is ImportKind.HOUSEHOLDS and _MEMBERS_COLUMN not in theirs:
            continue
        if len(theirs) >= _CLEARLY_OTHER and len(theirs) > own:
            return other
    return None


def _plain_holder(kind: ImportKind, grid: Grid, head: Head) -> int:
    """Count the columns of a holder that are only plain 姓名 and 身份证号, as every roster has."""
    if kind is not ImportKind.HOUSEHOLDS:
        return 0
    as_graduates = _sure(ImportKind.GRADUATES, grid, head)
    named = [g.head for g in guess_columns(kind, grid, head) if g.concept in _OF_HOLDER]
    if not any(is_plain_head(head) for head in named):
        return 0
    return len({"name", "id_number"} & set(as_graduates))


def _sure(kind: ImportKind, grid: Grid, head: Head | None) -> dict[str, float]:
    guesses: Sequence[ColumnGuess] = guess_columns(kind, grid, head)
    return {g.concept.partition("#")[0]: g.confidence for g in guesses if g.concept is not None}


def _score(kind: ImportKind, sure: dict[str, float]) -> float:
    if not _NEEDED[kind] & set(sure):
        return 0.0
    return sum(confidence for name, confidence in sure.items() if name in _SPEAKING[kind])
