"""Forecasts (预计) of the targets: where a drive will end, from its own weeks and the drive before.

The model stands in `matcher.statistics.forecast`. What is read here is what was known at the moment asked, so that a
forecast of a past day says what could be said on that day. Of the drive before the whole course is read, as known when
it closed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.services.figures.counting import WEEK, count_by_week, count_figures
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.last_year import find_drive_before
from matcher.services.figures.moments import Moment, end_of, first_day
from matcher.services.figures.targets import BY_NAME
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
    return forecasts(session, by, drive_id, union_id, moment, (target,))[target]


def forecasts(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    targets: Sequence[str],
) -> dict[str, Forecast | None]:
    """Return the forecasts of several targets, at the cost of one.

    Raises
    ------
    NotFoundError
        Drive or union is not in sight.
    """
    drive = get_drive(session, by, drive_id)
    now = _courses(session, by, drive, union_id, moment=moment, targets=targets)
    before, then = find_drive_before(session, drive) if now else None, {}
    if before is not None:
        start, end = _days(session, before)
        whole = Moment(start, end, end_of(end))
        then = _courses(session, by, before, union_id, moment=whole, targets=tuple(now))
    _, ends_on = _days(session, drive)
    told: dict[str, Forecast | None] = dict.fromkeys(targets)
    for target, course in now.items():
        band = model.forecast(course, then.get(target), model.load_assumptions()[target])
        before_id = before.id if before is not None and target in then else None
        told[target] = _told(band, target, course, ends_on=ends_on, before_id=before_id)
    return told


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


def _courses(
    session: Session,
    by: Actor,
    drive: Drive,
    union_id: int,
    *,
    moment: Moment,
    targets: Sequence[str],
) -> dict[str, Course]:
    """Return how each target's count grew, week by week, to the moment's day; none of what nobody needs."""
    asked = (session, by, drive.id, union_id, moment)
    bases = tuple(dict.fromkeys(BY_NAME[one].base for one in targets))
    people = count_figures(*asked, codes=bases).values
    wanted = [one for one in targets if people[BY_NAME[one].base].value]
    if not wanted:
        return {}
    start, end = _days(session, drive)
    length = (end - start).days + 1
    weeks = count_by_week(*asked, tuple(dict.fromkeys(BY_NAME[one].done for one in wanted)))
    ends = [min(week + WEEK - dt.timedelta(days=1), moment.until_on) for week, _ in weeks]
    elapsed = [min(1.0, ((last - start).days + 1) / length) for last in ends]
    found = {}
    for one in wanted:
        codes = BY_NAME[one]
        base = people[codes.base].value or 0
        counts = [min(base, sums[codes.done]) for _, sums in weeks]
        found[one] = Course(elapsed, counts, base)
    return found
