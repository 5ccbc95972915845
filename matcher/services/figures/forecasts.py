"""Forecasts (预计) of the targets: where a drive will end, from its own weeks and the drive before.

The model stands in `matcher.statistics.forecast`. What is read here is what was known at the moment asked, so that a
forecast of a past day says what could be said on that day. Of the drive before the whole course is read, as known when
it closed.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.services.figures.counting import WEEK, count_by_week, count_figures
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.last_year import find_drive_before
from matcher.services.figures.moments import Moment, end_of, first_day
from matcher.services.figures.targets import BY_NAME, TargetCodes
from matcher.services.permissions import Actor
from matcher.statistics import forecast as model
from matcher.statistics.forecast import Band, Basis, Course
from matcher.statistics.indicators import ratio_of


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a target will stand on the drive's last day; four drives in five end from `low` to `high`.

    Parameters
    ----------
    today, low, middle, high : people
    people : of whom they are a share
    ends_on : the last day
    basis : whether the drive before was there to go by (`last_drive`) or only this one's pace (`own_pace`)
    before_id : the drive before, if it was gone by
    """

    target: str
    today: int
    low: int
    middle: int
    high: int
    people: int
    ends_on: dt.date
    basis: Basis
    before_id: int | None

    @property
    def is_over(self) -> bool:
        """Say whether nothing is left to come."""
        return self.low == self.high == self.today

    def share(self, people: int) -> int:
        """Return so many people as a share in basis points."""
        return ratio_of(people, self.people) or 0

    @property
    def low_share(self) -> int:
        """The lower end in basis points."""
        return self.share(self.low)

    @property
    def middle_share(self) -> int:
        """The middle in basis points."""
        return self.share(self.middle)

    @property
    def high_share(self) -> int:
        """The upper end in basis points."""
        return self.share(self.high)


def forecast(
    session: Session, by: Actor, drive_id: int, union_id: int, moment: Moment, target: str
) -> Forecast | None:
    """Return where a target (`coverage`, `placed`, `zero_employment`) will end; None where nobody needs it.

    Raises
    ------
    NotFoundError
        Drive or union is not in sight.
    """
    drive = get_drive(session, by, drive_id)
    codes = BY_NAME[target]
    people = _people(session, by, drive_id, union_id, moment=moment, codes=codes)
    if not people:
        return None
    days = _days(session, drive)
    now = _course(session, by, drive, union_id, moment=moment, codes=codes, people=people)
    before = _before(session, by, drive, union_id, codes=codes)
    found = model.forecast(now, before and before[1], model.load_assumptions()[target])
    return _told(found, target, now, ends_on=days[1], before_id=before[0] if before else None)


def _told(
    band: Band, target: str, now: Course, *, ends_on: dt.date, before_id: int | None
) -> Forecast:
    return Forecast(
        target=target,
        today=now.counts[-1] if now.counts else 0,
        low=band.low,
        middle=band.middle,
        high=band.high,
        people=now.people,
        ends_on=ends_on,
        basis=band.basis,
        before_id=before_id if band.basis == "last_drive" else None,
    )


def _days(session: Session, drive: Drive) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a drive's course."""
    start = first_day(session, drive)
    return start, max(start, drive.closes_on)


def _people(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    *,
    moment: Moment,
    codes: TargetCodes,
) -> int:
    found = count_figures(session, by, drive_id, union_id, moment, codes=(codes.base,))
    return found.values[codes.base].value or 0


def _course(
    session: Session,
    by: Actor,
    drive: Drive,
    union_id: int,
    *,
    moment: Moment,
    codes: TargetCodes,
    people: int,
) -> Course:
    """Return how the target's count grew, week by week; the last week ends on the moment's day."""
    start, end = _days(session, drive)
    length = (end - start).days + 1
    weeks = count_by_week(session, by, drive.id, union_id, moment, (codes.done,))
    elapsed, counts = [], []
    for week, sums in weeks:
        last = min(week + WEEK - dt.timedelta(days=1), moment.until_on)
        elapsed.append(min(1.0, ((last - start).days + 1) / length))
        counts.append(min(people, sums[codes.done]))
    return Course(elapsed, counts, people)


def _before(
    session: Session, by: Actor, drive: Drive, union_id: int, *, codes: TargetCodes
) -> tuple[int, Course] | None:
    """Return the drive before and its whole course in the same union; None where it counted nobody there."""
    before = find_drive_before(session, drive)
    if before is None:
        return None
    start, end = _days(session, before)
    whole = Moment(start, end, end_of(end))
    people = _people(session, by, before.id, union_id, moment=whole, codes=codes)
    if not people:
        return None
    return before.id, _course(
        session, by, before, union_id, moment=whole, codes=codes, people=people
    )
