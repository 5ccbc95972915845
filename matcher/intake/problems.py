"""What is wrong with a cell or a row, in words for the person who must mend it."""

import re
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from matcher.identity import mask_card, mask_id_number, mask_name, mask_phone
from matcher.intake.grids import CellValue

Severity = Literal["refuse", "warn", "info"]
T_co = TypeVar("T_co", covariant=True)

_SHOWN = 40
"""Characters of a value that are shown; enough to find the cell."""
_ID_LENGTH = 15
_NUMBER_RUN = re.compile(r"(?<![0-9A-Za-z])\+?\d(?:[\d\- ]{5,}[\dXx])(?![0-9A-Za-z])")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
"""Words beside a number (张经理 138…) may be somebody's name."""
_LONG_NUMBER = re.compile(r"\d{7,}")
_PERSON_CONCEPTS = frozenset(
    {"name", "holder_name", "member_name", "parent_name", "contact_name", "legal_person"}
)
_NUMBER_CONCEPTS = frozenset(
    {"id_number", "holder_id_number", "member_id_number", "phone", "holder_phone", "member_phone"}
    | {
        "home_phone",
        "contact_phone",
        "employer_phone",
        "bank_card",
        "card",
        "candidate_no",
        "student_no",
    }
    | {"qq", "email", "home_address"}
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault of a value before it has a place; `code` is stable, the texts are Chinese."""

    severity: Severity
    code: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """The outcome of reading one cell: a value, or None when empty or unusable, and what is wrong."""

    value: T_co | None
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A flaw at its place: sheet, row as the spreadsheet numbers it, column letter and head.

    `column` is None when the whole row is meant. `value` is masked.
    """

    sheet: str
    row: int
    column: str | None
    head: str | None
    value: str
    severity: Severity
    code: str
    reason: str
    remedy: str


def _mask_run(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) >= 15:
        return mask_id_number(match[0]) if len(digits) <= 18 else mask_card(match[0])
    return mask_phone(match[0]) if len(digits) == 11 else match[0][:2] + "****"


def mask_value(value: CellValue, concept: str | None) -> str:
    """Return a value fit for a report: numbers and names of people masked, long texts cut.

    What a value looks like counts as much as the column it stands in: an identity number in a
    column headed 备注 is masked too.
    """
    if value is None:
        return ""
    base = concept.partition("#")[0] if concept else ""
    if isinstance(value, float) and base in _NUMBER_CONCEPTS:
        return f"{value:.4g}"
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    if base in _PERSON_CONCEPTS and not any(char.isdigit() for char in text):
        return mask_name(text[:_SHOWN])
    if base in _NUMBER_CONCEPTS and "*" in text and len(text) >= _ID_LENGTH:
        return mask_id_number(text[:_SHOWN])
    text = _NUMBER_RUN.sub(_mask_run, text)
    if base in _NUMBER_CONCEPTS or base in _PERSON_CONCEPTS:
        text = _HAN_RUN.sub(lambda run: run[0][0] + "*", text)
        text = _LONG_NUMBER.sub(lambda run: run[0][:2] + "****", text)
    if base in _NUMBER_CONCEPTS and "*" not in text:
        text = (
            text[:2] + "*" * max(2, min(len(text), 20) - 4) + text[-2:] if len(text) > 4 else "****"
        )
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
