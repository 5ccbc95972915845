"""How clocks (时限) warn and climb: dated limits are in `deadlines`, this is what stands around any of them.

A row without a rule holds for every rule that has none of its own.
"""

import csv
import datetime as dt
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ClockManner:
    """When a clock turns amber, and how soon it climbs again once overdue.

    Parameters
    ----------
    amber_percent : share of the whole time that is left when it turns amber
    amber_least_days : at least so many days before the end
    step_working_days : working days between two steps up
    """

    amber_percent: int
    amber_least_days: int
    step_working_days: int
    source: str

    def amber_on(self, started_on: dt.date, due_on: dt.date) -> dt.date:
        """Return the first amber day: never before the start, never after the end."""
        share = math.ceil((due_on - started_on).days * self.amber_percent / 100)
        early = due_on - dt.timedelta(days=max(share, self.amber_least_days))
        return min(max(early, started_on), due_on)


@lru_cache(maxsize=1)
def load_manners() -> dict[str, ClockManner]:
    """Read the table once per process; the general manner has the empty name."""
    table = files("matcher.policy.data").joinpath("clocks.csv").read_text(encoding="utf-8")
    return {
        row["rule"]: ClockManner(
            amber_percent=int(row["amber_percent"]),
            amber_least_days=int(row["amber_least_days"]),
            step_working_days=int(row["step_working_days"]),
            source=row["source"],
        )
        for row in csv.DictReader(table.splitlines())
    }


def manner_of(rule: str) -> ClockManner:
    """Return how the clock of a rule warns and climbs."""
    manners = load_manners()
    return manners.get(rule, manners[""])
