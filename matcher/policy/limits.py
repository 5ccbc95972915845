"""Plain numbers that rules need (限额): dated, by region, with their source, as `deadlines` has times.

The rule of the nearest region wins, of equals the newest.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Limit:
    """One number as one source sets it; `region` is a prefix of region codes."""

    rule: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    value: int
    source: str

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether the number applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.region)


@lru_cache(maxsize=1)
def load_limits() -> tuple[Limit, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("limits.csv").read_text(encoding="utf-8")
    return tuple(
        Limit(
            rule=row["rule"],
            region=row["region"].rstrip("0"),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            value=int(row["value"]),
            source=row["source"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def get_limit(rule: str, region: str | None, on: dt.date) -> Limit:
    """Return the number of a rule in a region on a day; LookupError if there is none."""
    holding = [one for one in load_limits() if one.rule == rule and one.holds(region or "", on)]
    if not holding:
        raise LookupError(f"no limit {rule} on {on}")
    return max(holding, key=lambda one: (len(one.region), one.valid_from))
