"""The moment a figure is of: the days in which something happened, and the instant up to which it was known.

The same question of the same moment has the same answer for ever: rows entered later are never in it. What was
entered after the instant about days inside is what `corrections` lists, beside the figure and never folded in.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.cohorts import Census
from matcher.models.drives import Drive


@dataclass(frozen=True, slots=True)
class Moment:
    """From which day to which day, and as known when.

    Parameters
    ----------
    from_on, until_on : both included; what people came to (served, placed) counts from the drive's first day
    known_at : rows entered before this instant count
    """

    from_on: dt.date
    until_on: dt.date
    known_at: dt.datetime

    def __post_init__(self) -> None:
        if self.known_at.tzinfo is None:
            raise ValueError("an instant must be aware")


def end_of(day: dt.date) -> dt.datetime:
    """Return the first instant after a day in China."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=clock.CHINA)


def first_day(session: Session, drive: Drive) -> dt.date:
    """Return the first day of a drive's figures: its opening, or the census if that was before.

    Neither changes once there are figures; phases may be moved, and would move the figures with them.
    """
    counted = session.scalar(sa.select(Census.counted_on).where(Census.drive_id == drive.id))
    return drive.opens_on if counted is None else min(drive.opens_on, counted)


def moment_of(
    session: Session,
    drive: Drive,
    as_of: dt.date | None = None,
    *,
    known_at: dt.datetime | None = None,
) -> Moment:
    """Return the moment of a day of a drive: what happened by then, as known at its end or at `known_at`.

    Parameters
    ----------
    as_of : last day counted; None is today, and what is known now
    known_at : as known at another instant, for what was entered later about the same days
    """
    since = first_day(session, drive)
    if as_of is None:
        today = clock.today()
        return Moment(since, today, known_at or clock.now())
    return Moment(since, as_of, known_at or end_of(as_of))
