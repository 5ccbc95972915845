"""Working days (工作日): our own table, seeded from the State Council's yearly notices (国务院办公厅放假通知).

The notice of a year comes out in the November before it. Days no notice covers yet are taken as
Monday to Friday, and every answer says whether it was known, so that pages can say so too. Rows that
an administrator corrected stay as they are when the seed runs again.
"""

import datetime as dt
from dataclasses import dataclass

import chinese_calendar
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.kinds import JobQueue
from matcher.models.calendar import CalendarDay
from matcher.services import audit, jobs
from matcher.services.permissions import Actor, Permission, require

_FIRST_YEAR = 2024
"""Deadlines of files older than the product are not recomputed."""

_SOURCE = "国务院办公厅节假日安排（chinesecalendar）"
_SATURDAY = 5
RECOUNT_JOB = "clocks.recount"
"""What a corrected day asks for: last days counted over it move."""

_FURTHEST_DAYS = 3660
"""Ten years: nobody has a longer deadline in working days."""


@dataclass(frozen=True)
class WorkingDayAnswer:
    """Whether a day is a working day, and whether a notice (or a correction) says so."""

    is_working: bool
    is_known: bool


@dataclass(frozen=True)
class Deadline:
    """The last day of a period counted in working days, and whether all its days were known."""

    day: dt.date
    is_known: bool


def _known_days(session: Session, first: dt.date, last: dt.date) -> dict[dt.date, bool]:
    rows = session.execute(
        sa.select(CalendarDay.day, CalendarDay.is_working)
        .where(CalendarDay.day.between(first, last))
        .order_by(CalendarDay.day)
    )
    return {row.day: row.is_working for row in rows}


def _answer(known: dict[dt.date, bool], day: dt.date) -> WorkingDayAnswer:
    is_working = known.get(day)
    if is_working is None:
        return WorkingDayAnswer(day.weekday() < _SATURDAY, is_known=False)
    return WorkingDayAnswer(is_working, is_known=True)


def is_working_day(session: Session, day: dt.date) -> WorkingDayAnswer:
    """Say whether a day is a working day in China."""
    return _answer(_known_days(session, day, day), day)


def add_working_days(session: Session, start: dt.date, count: int) -> Deadline:
    """Return the day `count` (>= 1) working days after `start`; the day itself is not counted (民法典 art. 201)."""
    if count < 1:
        raise ValueError("count must be at least 1")
    known = _known_days(session, start, start + dt.timedelta(days=_FURTHEST_DAYS))
    day, left, all_known = start, count, True
    while left:
        day += dt.timedelta(days=1)
        answer = _answer(known, day)
        all_known = all_known and answer.is_known
        left -= answer.is_working
    return Deadline(day, is_known=all_known)


def count_working_days(session: Session, after: dt.date, until: dt.date) -> int:
    """Return how many working days lie after one day, up to and including another; 0 if none."""
    known = _known_days(session, after, until)
    days = (after + dt.timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(_answer(known, day).is_working for day in days)


def _noticed_days() -> dict[dt.date, bool]:
    """Return every day of the years `chinesecalendar` knows, from the first year on."""
    days = {}
    day = dt.date(_FIRST_YEAR, 1, 1)
    while True:
        try:
            days[day] = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # the first year without a notice
            return days
        day += dt.timedelta(days=1)


def seed_calendar_days(session: Session) -> int:
    """Add the days of all noticed years that are not there yet; return how many were added."""
    noticed = _noticed_days()
    there = _known_days(session, min(noticed), max(noticed))
    missing = [
        {"day": day, "is_working": is_working, "source": _SOURCE}
        for day, is_working in noticed.items()
        if day not in there
    ]
    if missing:
        session.execute(sa.insert(CalendarDay), missing)
    return len(missing)


def last_known_day(session: Session) -> dt.date | None:
    """Return the last day a notice covers; pages warn when it comes near."""
    return session.scalar(sa.select(sa.func.max(CalendarDay.day)))


def list_year(session: Session, by: Actor, year: int) -> list[CalendarDay]:
    """Return the days of a year that a notice or a correction speaks of; none for an unknown year."""
    require(by, Permission.MANAGE_ACCOUNTS)
    in_year = CalendarDay.day.between(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return list(session.scalars(sa.select(CalendarDay).where(in_year).order_by(CalendarDay.day)))


def correct_day(
    session: Session, by: Actor, day: dt.date, *, is_working: bool, source: str
) -> CalendarDay:
    """Set a day by hand, with where it is written; the seed leaves it as it is from then on.

    Raises
    ------
    InvalidInputError
        The source is missing.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    if not source.strip():
        raise InvalidInputError(
            "day_source", "请写明依据。", fields={"source": "请写明依据，例如某通知的文号。"}
        )
    row = session.get(CalendarDay, day, with_for_update=True)
    before = None if row is None else row.is_working
    if row is None:
        row = CalendarDay(day=day)
        session.add(row)
    row.is_working, row.source = is_working, source.strip()
    session.flush()
    audit.record(session, by, "calendar.corrected", day=day, before=before, after=is_working)
    jobs.enqueue(session, RECOUNT_JOB, {}, queue=JobQueue.BATCH, unique_key=RECOUNT_JOB)
    return row
