"""Time limits (期限) set by regulations: dated, by region, with their source.

A limit that differs by region or year is a row of `data/deadlines.csv`, never a constant. The rule
of the nearest region wins: a county's before its province's before the nation's (empty region).
"""

import calendar
import csv
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files


class LimitUnit(StrEnum):
    """What a limit counts; working days (工作日) need the calendar table and are counted by services."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One limit as one source sets it; `valid_to` None means still in force."""

    rule: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    value: int
    unit: LimitUnit
    source: str
    grade: str = ""
    """How well it is known: A text of the authority, B its pages, C others' pages, U nobody's words."""

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether this limit applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.region)

    def after(self, day: dt.date) -> dt.date:
        """Return the last day of the limit counted from a day; not for working days."""
        if self.unit is LimitUnit.DAYS:
            return day + dt.timedelta(days=self.value)
        if self.unit is LimitUnit.MONTHS:
            return add_months(day, self.value)
        raise ValueError("working days are counted by the calendar")


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or that month's last day (31 August + 6 → 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


@lru_cache(maxsize=1)
def load_deadlines() -> tuple[Deadline, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("deadlines.csv").read_text(encoding="utf-8")
    return tuple(_deadline(row) for row in csv.DictReader(table.splitlines()))


def region_prefix(region: str) -> str:
    """Digits by which a region's code and all below it begin: 640000 → 64, 640100 → 6401."""
    for empty in ("0000", "00"):
        if region.endswith(empty):
            return region.removesuffix(empty)
    return region


def _deadline(row: dict[str, str]) -> Deadline:
    return Deadline(
        rule=row["rule"],
        region=region_prefix(row["region"]),
        valid_from=dt.date.fromisoformat(row["valid_from"]),
        valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        value=int(row["value"]),
        unit=LimitUnit(row["unit"]),
        source=row["source"],
        grade=row.get("grade") or "",
    )


def get_deadline(rule: str, region: str | None, on: dt.date) -> Deadline:
    """Return the limit of a rule in a region on a day, the nearest region's and newest first.

    Raises
    ------
    LookupError
        The table has no limit of this name for that day.
    """
    holding = [d for d in load_deadlines() if d.rule == rule and d.holds(region or "", on)]
    if not holding:
        raise LookupError(f"no limit {rule} on {on}")
    return max(holding, key=lambda d: (len(d.region), d.valid_from))
