"""Cross-checks (勾稽关系) of a sheet: relations between its lines that must hold, or that ask for a word if not.

They hold for counted figures by the way those are counted; they are there for figures that were typed, for sheets
of units without the system, and against mistakes of ours.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

Terms = tuple[tuple[int, str], ...]
"""Signed codes that are added up."""

_TERM = re.compile(r"([+-]?)([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Check:
    """One relation: `left` equals (eq) or is at most (le) `right`.

    Parameters
    ----------
    is_hard : a sheet that breaks it cannot go up; others ask the filler to say why
    """

    code: str
    left: Terms
    relation: str
    right: Terms
    is_hard: bool
    words: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The indicators it speaks of."""
        return tuple(code for _, code in (*self.left, *self.right))


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A relation that does not hold, with both sides as they stand."""

    check: Check
    left: int
    right: int

    @property
    def code(self) -> str:
        """The check's code."""
        return self.check.code


def _terms(text: str) -> Terms:
    return tuple((-1 if sign == "-" else 1, code) for sign, code in _TERM.findall(text))


@lru_cache(maxsize=1)
def load_checks() -> tuple[Check, ...]:
    """Read the relations once per process."""
    table = files("matcher.statistics.data").joinpath("checks.csv").read_text(encoding="utf-8")
    return tuple(
        Check(
            code=row["code"],
            left=_terms(row["left"]),
            relation=row["relation"],
            right=_terms(row["right"]),
            is_hard=row["is_hard"] == "yes",
            words=row["words"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def find_failures(values: Mapping[str, int | None]) -> list[CheckFailure]:
    """Return the relations that do not hold; one with a side that is not known says nothing."""
    return list(_failures(values))


def _failures(values: Mapping[str, int | None]) -> Iterator[CheckFailure]:
    for check in load_checks():
        left, right = _side(check.left, values), _side(check.right, values)
        if left is None or right is None:
            continue
        if left > right or (check.relation == "eq" and left != right):
            yield CheckFailure(check, left, right)


def _side(terms: Terms, values: Mapping[str, int | None]) -> int | None:
    total = 0
    for sign, code in terms:
        value = values.get(code)
        if value is None:
            return None
        total += sign * value
    return total
