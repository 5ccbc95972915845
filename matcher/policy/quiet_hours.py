"""Quiet hours (免打扰时段) of messages that leave the house: dated, by region, as data; the nearest region wins."""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one full hour to another, over midnight if the second is the smaller; equal hours are no quiet at all."""

    from_hour: int
    to_hour: int

    def covers(self, hour: int) -> bool:
        """Say whether an hour of the day is quiet."""
        if self.from_hour <= self.to_hour:
            return self.from_hour <= hour < self.to_hour
        return hour >= self.from_hour or hour < self.to_hour


@dataclass(frozen=True, slots=True)
class _Row:
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    hours: QuietHours


@lru_cache(maxsize=1)
def _load() -> tuple[_Row, ...]:
    table = files("matcher.policy.data").joinpath("quiet_hours.csv").read_text(encoding="utf-8")
    return tuple(
        _Row(
            row["region"].removesuffix("00").removesuffix("00"),
            dt.date.fromisoformat(row["valid_from"]),
            dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            QuietHours(int(row["from_hour"]), int(row["to_hour"])),
        )
        for row in csv.DictReader(table.splitlines())
    )


def quiet_hours(region: str | None, on: dt.date) -> QuietHours:
    """Return the quiet hours of a region on a day.

    Raises
    ------
    LookupError
        The table has none for that day.
    """
    holding = [
        row
        for row in _load()
        if row.valid_from <= on
        and (row.valid_to is None or on <= row.valid_to)
        and (region or "").startswith(row.region)
    ]
    if not holding:
        raise LookupError(f"no quiet hours on {on}")
    return max(holding, key=lambda row: (len(row.region), row.valid_from)).hours


def first_loud(local: dt.datetime, *quiet: QuietHours) -> dt.datetime:
    """Return the moment itself if none of the hours covers it, else the next full hour none covers."""
    moment = local
    for _ in range(24):
        if not any(one.covers(moment.hour) for one in quiet):
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    return local
