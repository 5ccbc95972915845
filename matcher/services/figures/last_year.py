"""Last year beside this year (上年同期): the union's drive before, at the same day of its course, as known then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.cohorts import Census
from matcher.models.drives import Drive
from matcher.services.figures.counting import count_figures
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.moments import Moment, end_of, first_day
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor


@dataclass(frozen=True, slots=True)
class LastYear:
    """The drive before and its figures."""

    drive: Drive
    moment: Moment
    values: Mapping[str, Figure]


def find_drive_before(session: Session, drive: Drive) -> Drive | None:
    """Return the same union's drive before, of those with a census; without one nothing was counted."""
    return session.scalar(
        sa.select(Drive)
        .join(Census, Census.drive_id == Drive.id)
        .where(Drive.union_id == drive.union_id, Drive.opens_on < drive.opens_on)
        .order_by(Drive.opens_on.desc(), Drive.id.desc())
        .limit(1)
    )


def last_year(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    codes: Sequence[str] | None = None,
) -> LastYear | None:
    """Return the figures of the drive before at the same day of its course; None where there was none."""
    drive = get_drive(session, by, drive_id)
    before = find_drive_before(session, drive)
    if before is None:
        return None
    start = first_day(session, before)
    until = start + (moment.until_on - first_day(session, drive))
    then = Moment(start, until, end_of(until))
    counted = count_figures(session, by, before.id, union_id, then, codes=codes)
    return LastYear(before, then, counted.values)
