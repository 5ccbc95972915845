"""How many records an export may hold before somebody is told (导出警戒线): dated numbers with their source.

The numbers are those from which supplying data unlawfully is a crime (50, 500, 5,000); they are used as alarms
here whatever the kind of data, since a file of a household holds all kinds.
"""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One line: from so many records within so many days on, an alarm of a level is raised."""

    level: int
    records: int
    window_days: int
    valid_from: dt.date
    valid_to: dt.date | None
    source: str

    def holds(self, on: dt.date) -> bool:
        """Say whether the line applies on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@lru_cache(maxsize=1)
def load_alarm_lines() -> tuple[AlarmLine, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("export_alarms.csv").read_text(encoding="utf-8")
    return tuple(
        AlarmLine(
            level=int(row["level"]),
            records=int(row["records"]),
            window_days=int(row["window_days"]),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            source=row["source"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def windows(on: dt.date) -> tuple[int, ...]:
    """Return the windows in days that count on a day, shortest first."""
    return tuple(sorted({line.window_days for line in load_alarm_lines() if line.holds(on)}))


def alarm_line(counts: Mapping[int, int], on: dt.date) -> AlarmLine | None:
    """Return the highest line that the counts by window reach, or None.

    Parameters
    ----------
    counts : records of one account within each window, the new ones included
    """
    reached = [
        line
        for line in load_alarm_lines()
        if line.holds(on) and counts.get(line.window_days, 0) >= line.records
    ]
    return max(reached, key=lambda line: (line.level, -line.window_days), default=None)
