"""Lists of fairs (招聘会列表): by state, drive, union and time, and the days of a month."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.organisations import Union
from matcher.services.fairs.sight import seen_fairs
from matcher.services.permissions import Actor


class When(StrEnum):
    """Part of the list by time."""

    COMING = "coming"
    TODAY = "today"
    PAST = "past"


@dataclass(frozen=True)
class FairRow:
    """One fair of the list with its counts."""

    fair: Fair
    union_name: str
    n_sessions: int
    n_employers: int
    """Accepted ones."""
    n_coming: int
    n_entered: int


@dataclass(frozen=True)
class FairPage:
    """A slice of fairs, and how many there are."""

    rows: list[FairRow]
    total: int


def list_fairs(
    session: Session,
    by: Actor,
    *,
    drive_id: int | None = None,
    state: FairState | None = None,
    when: When | None = None,
    limit: int = 50,
    offset: int = 0,
) -> FairPage:
    """Return the fairs an actor may read: those to come by day, then those past, the latest first; two queries."""
    kept: list[sa.ColumnElement[bool]] = [Fair.id.in_(seen_fairs(by))]
    if drive_id is not None:
        kept.append(Fair.drive_id == drive_id)
    if state is not None:
        kept.append(Fair.state == state)
    if when is not None:
        kept.append(_in_time(when))
    total = session.scalar(sa.select(sa.func.count(Fair.id)).where(*kept)) or 0
    is_past = Fair.last_on < clock.today()
    found = (
        sa.select(Fair, Union.name, *_counts())
        .join(Union, Union.id == Fair.union_id)
        .where(*kept)
        .order_by(
            is_past,
            sa.case((is_past, None), else_=Fair.first_on),
            Fair.first_on.desc(),
            Fair.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    )
    rows = [
        FairRow(fair, union, *map(int, counts)) for fair, union, *counts in session.execute(found)
    ]
    return FairPage(rows, total)


def _in_time(when: When) -> sa.ColumnElement[bool]:
    today = clock.today()
    if when is When.PAST:
        return Fair.last_on < today
    if when is When.COMING:
        return Fair.first_on > today
    return sa.and_(Fair.first_on <= today, Fair.last_on >= today)


def _counts() -> list[sa.ScalarSelect[int]]:
    held = sa.select(sa.func.count(FairSession.id)).where(FairSession.fair_id == Fair.id)
    employers = sa.select(sa.func.count(FairEmployer.id)).where(
        FairEmployer.fair_id == Fair.id, FairEmployer.state == FairEmployerState.ACCEPTED
    )
    coming = sa.select(sa.func.count(FairVisitor.id)).where(
        FairVisitor.fair_id == Fair.id, FairVisitor.state == VisitorState.COMING
    )
    entered = sa.select(sa.func.coalesce(sa.func.sum(FairSession.n_entered), 0)).where(
        FairSession.fair_id == Fair.id
    )
    return [one.scalar_subquery() for one in (held, employers, coming, entered)]


@dataclass(frozen=True)
class MonthDay:
    """A day of the month's calendar with its fairs."""

    day: dt.date
    is_inside: bool
    """Of the month itself, not of a week's rest before or after."""
    fairs: list[Fair]


def month_of(session: Session, by: Actor, year: int, month: int) -> list[list[MonthDay]]:
    """Return the weeks of a month, Monday first, each day with the fairs held on it."""
    first = dt.date(year, month, 1)
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    begin = first - dt.timedelta(days=first.weekday())
    end = after + dt.timedelta(days=(7 - after.weekday()) % 7)
    found = sa.select(Fair).where(
        Fair.id.in_(seen_fairs(by)),
        Fair.first_on < end,
        Fair.last_on >= begin,
        Fair.state != FairState.CANCELLED,
    )
    fairs = session.scalars(found.order_by(Fair.first_on, Fair.id)).all()
    days = [
        MonthDay(day, first <= day < after, [f for f in fairs if f.first_on <= day <= f.last_on])
        for day in (begin + dt.timedelta(days=n) for n in range((end - begin).days))
    ]
    return [days[n : n + 7] for n in range(0, len(days), 7)]
