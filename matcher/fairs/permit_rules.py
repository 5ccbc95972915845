"""Rules of a fair's permits and reports (招聘会报批规则), read from `fair_permits.toml`: dated and by region.

A national rule and a province's hold side by side; of two of the same code the nearest region's, then the newest holds.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from matcher.kinds.fair_paperwork import ChangeKind, DutyKind

ASK_BEFORE = "ask_before"
"""A change needs the authority's consent before the day first filed."""
ANEW = "anew"
"""A change asks for a new application or report."""


@dataclass(frozen=True, slots=True)
class PermitRule:
    """One duty as its source sets it.

    Parameters
    ----------
    least_people : expected people of a session from which on it holds
    days, works : how long before the first day or after the last; works: counted in working days
    authorities : who decides, by the number of people from which on, the smallest number first
    on_change : what a change after filing asks for, ASK_BEFORE or ANEW
    """

    code: str
    kind: DutyKind
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    title: str
    least_people: int
    days: int
    works: bool
    is_after: bool
    authorities: tuple[tuple[int, str], ...]
    papers: tuple[str, ...]
    on_change: Mapping[ChangeKind, str]
    source: str
    grade: str
    decision_days: int | None = None
    days_note: str = ""
    penalty: str = ""
    on_cancel: str = ""

    def authority(self, people: int) -> str:
        """Return who decides on a fair of so many people."""
        fitting = [name for least, name in self.authorities if people >= least]
        return fitting[-1] if fitting else self.authorities[0][1]


@dataclass(frozen=True, slots=True)
class Reminder:
    """A rule that asks for no paper but is easily forgotten."""

    code: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    text: str
    source: str
    grade: str


@lru_cache(maxsize=1)
def load_rules() -> tuple[tuple[PermitRule, ...], tuple[Reminder, ...]]:
    """Read the rules and the reminders once per process, in the order they are written."""
    text = files("matcher.policy.data").joinpath("fair_permits.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return (
        tuple(_rule(row) for row in found["rule"]),
        tuple(_reminder(row) for row in found["reminder"]),
    )


def rules_in(region: str, on: dt.date) -> list[PermitRule]:
    """Return the rules that hold in a region on a day, one a code, in the order they are written."""
    found: dict[str, PermitRule] = {}
    for rule in load_rules()[0]:
        before = found.get(rule.code)
        if holds(rule, region, on) and (before is None or _rank(rule) > _rank(before)):
            found[rule.code] = rule
    return list(found.values())


def reminders_in(region: str, on: dt.date) -> list[Reminder]:
    """Return the reminders that hold in a region on a day."""
    return [one for one in load_rules()[1] if holds(one, region, on)]


def holds(rule: PermitRule | Reminder, region: str, on: dt.date) -> bool:
    """Say whether a rule holds in a region (six digits) on a day."""
    in_time = rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)
    return in_time and region.startswith(rule.region)


def _rank(rule: PermitRule) -> tuple[int, dt.date]:
    return len(rule.region), rule.valid_from


def _rule(row: dict[str, Any]) -> PermitRule:
    return PermitRule(
        code=row["code"],
        kind=DutyKind(row["kind"]),
        region=row["region"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        title=row["title"],
        least_people=row["least_people"],
        days=row["days"],
        works=row["unit"] == "working_days",
        is_after=row["side"] == "after",
        authorities=tuple(sorted((one["least_people"], one["name"]) for one in row["authority"])),
        papers=tuple(row["papers"]),
        on_change={ChangeKind(key): what for key, what in row.get("on_change", {}).items()},
        source=row["source"],
        grade=row["grade"],
        decision_days=row.get("decision_days"),
        days_note=row.get("days_note", ""),
        penalty=row.get("penalty", ""),
        on_cancel=row.get("on_cancel", ""),
    )


def _reminder(row: dict[str, Any]) -> Reminder:
    return Reminder(
        code=row["code"],
        region=row["region"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        text=row["text"],
        source=row["source"],
        grade=row["grade"],
    )
