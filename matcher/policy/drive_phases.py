"""Phases programmes gave their drives (活动阶段): dated data with its source, offered as a start, never imposed.

The one notice that was read (Yinchuan 2018) names days without a year; they are offered in the year of the drive
and drawn inside its own days. Its manager may set others.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.cohorts import PhaseKind


@dataclass(frozen=True, slots=True)
class PhaseRule:
    """The days of one phase as one source sets them."""

    kind: PhaseKind
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    from_day: str
    until_day: str
    locks_day: str
    source: str
    grade: str

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether the rule applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.region)


@dataclass(frozen=True, slots=True)
class SuggestedPhase:
    """Days offered for one phase of a drive, with where they come from."""

    kind: PhaseKind
    from_on: dt.date
    until_on: dt.date
    locks_on: dt.date
    source: str


@lru_cache(maxsize=1)
def load_phase_rules() -> tuple[PhaseRule, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("drive_phases.csv").read_text(encoding="utf-8")
    return tuple(
        PhaseRule(
            kind=PhaseKind(row["phase"]),
            region=row["region"].rstrip("0"),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            from_day=row["from_day"],
            until_day=row["until_day"],
            locks_day=row["locks_day"],
            source=row["source"],
            grade=row["grade"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def suggested_phases(
    opens_on: dt.date, closes_on: dt.date, region: str | None = None
) -> list[SuggestedPhase]:
    """Return the phases in their order, moved inside the drive's days; empty if no rule holds.

    A drive whose days do not meet those of the rule gets its own days in three parts of equal length.
    """
    rules = {one.kind: one for one in load_phase_rules() if one.holds(region or "", opens_on)}
    if len(rules) < len(PhaseKind):
        return []
    year = opens_on.year
    dated = [_dated(rules[kind], year) for kind in PhaseKind]
    if dated[0].from_on > closes_on or dated[-1].until_on < opens_on:
        dated = _in_thirds(dated, opens_on, closes_on)
    return [_inside(one, opens_on, closes_on) for one in dated]


def _dated(rule: PhaseRule, year: int) -> SuggestedPhase:
    first, last, locks = (
        dt.date.fromisoformat(f"{year}-{day}")
        for day in (rule.from_day, rule.until_day, rule.locks_day)
    )
    return SuggestedPhase(rule.kind, first, last, locks, rule.source)


def _in_thirds(
    phases: list[SuggestedPhase], opens_on: dt.date, closes_on: dt.date
) -> list[SuggestedPhase]:
    length = (closes_on - opens_on).days
    cuts = [opens_on + dt.timedelta(days=length * part // 3) for part in range(4)]
    return [
        SuggestedPhase(one.kind, cuts[place], cuts[place + 1], cuts[place + 1], one.source)
        for place, one in enumerate(phases)
    ]


def _inside(one: SuggestedPhase, opens_on: dt.date, closes_on: dt.date) -> SuggestedPhase:
    first = min(max(one.from_on, opens_on), closes_on)
    last = max(min(one.until_on, closes_on), first)
    return SuggestedPhase(one.kind, first, last, max(one.locks_on, last), one.source)
