"""What a reason for leaving a drive (离开原因) does to its figures: dated data with source and grade.

A reason leaves the denominator only where the data says so; what the data said is written into the row of the log,
so that a later edition changes no figure of the past.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.cohorts import LeaveReason


@dataclass(frozen=True, slots=True)
class LeaveRule:
    """What one reason does in one region; `region` is a prefix of region codes."""

    reason: LeaveReason
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    counts_out: bool
    """Whether the person leaves the denominator (不再计入分母)."""
    from_start: bool
    """Whether from the first day, because the person never belonged there."""
    source: str
    grade: str

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether the rule applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.region)


@lru_cache(maxsize=1)
def load_leave_rules() -> tuple[LeaveRule, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("leave_reasons.csv").read_text(encoding="utf-8")
    return tuple(
        LeaveRule(
            reason=LeaveReason(row["reason"]),
            region=row["region"].rstrip("0"),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            counts_out=row["counts_out"] == "yes",
            from_start=row["from_start"] == "yes",
            source=row["source"],
            grade=row["grade"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def leave_rule(reason: LeaveReason, region: str | None, on: dt.date) -> LeaveRule:
    """Return what a reason does in a region on a day; a day before every rule takes the oldest.

    The nearest region wins, of equals the newest.
    """
    mine = [one for one in load_leave_rules() if one.reason is reason]
    holding = [one for one in mine if one.holds(region or "", on)]
    if not holding:
        return min(mine, key=lambda one: one.valid_from)
    return max(holding, key=lambda one: (len(one.region), one.valid_from))
