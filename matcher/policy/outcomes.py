"""What an outcome of a referral says of the match (推荐结果的含义): one table with a reason for each line.

A pair's grade is that of the furthest step it reached: hire 3, offer 2, interview 1. One that reached none of them is
grade 0 if it ended for a reason that speaks against the match, and tells nothing otherwise: a seat that was filled by
somebody else says nothing of who did not get it. A withdrawn consent takes the pair out whatever it reached.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

HIRED, OFFERED, INTERVIEWED, AGAINST = 3, 2, 1, 0
"""Grades, from a hire down to what speaks against a match."""

EVALUATE_LEAST = "ranking.evaluate_pairs"
CALIBRATE_LEAST = "ranking.calibrate_pairs"
CALIBRATE_GOOD = "ranking.calibrate_interviews"
"""Rules in `limits.csv`: pairs with an outcome for measures, for a proposal, and those of them that went well."""

_NEVER = ("withdrawal", "consent")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line: a step reached (kind `step`) or the reason of an end; grade None says nothing."""

    kind: str
    code: str
    grade: int | None
    reason: str


@lru_cache(maxsize=1)
def load_outcomes() -> dict[tuple[str, str], Outcome]:
    """Read the table once per process, by kind and code."""
    table = files("matcher.policy.data").joinpath("outcomes.csv").read_text(encoding="utf-8")
    rows = (
        Outcome(
            row["kind"], row["code"], int(row["grade"]) if row["grade"] else None, row["reason"]
        )
        for row in csv.DictReader(table.splitlines())
    )
    return {(one.kind, one.code): one for one in rows}


def grade_of(steps: Collection[str], end: tuple[str, str] | None) -> int | None:
    """Return the grade of a referral; None if it tells nothing (yet).

    Parameters
    ----------
    steps : states it was ever in
    end : kind (refusal, decline, withdrawal, fall_through) and code of the reason it ended for, if it did
    """
    if end == _NEVER:
        return None
    table = load_outcomes()
    reached = [table[key].grade for step in steps if (key := ("step", step)) in table]
    if reached:
        return max(grade for grade in reached if grade is not None)
    return table[end].grade if end in table else None
