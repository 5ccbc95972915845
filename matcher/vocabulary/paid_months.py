"""What a day's and an hour's pay come to in a month (月计薪天数): dated data with its source, no constant."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from matcher.vocabulary.tables import read_table


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """Days paid a month, hours of a standard day, and the regulation that says so."""

    days: float
    hours_a_day: float
    source: str


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[dt.date, PaidMonth], ...]:
    rows = [
        (
            dt.date.fromisoformat(row["valid_from"]),
            PaidMonth(float(row["days_paid_a_month"]), float(row["hours_a_day"]), row["source"]),
        )
        for row in read_table("pay_months.csv")
        if not row["region"]
    ]
    return tuple(sorted(rows, key=lambda row: row[0]))


def paid_month(on: dt.date | None = None) -> PaidMonth:
    """Return what holds on a day, the newest if none is given; before the first rule, the first."""
    rows = _rows()
    valid = [month for since, month in rows if on is None or since <= on]
    return valid[-1] if valid else rows[0][1]
