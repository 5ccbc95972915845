"""Live figures of a fair (现场数据): who is in the hall, by hour and by booth; meetings, intents, posts.

A handful of aggregates over logs and counters, no row of a person: the same figures stand on the organiser's page and,
shortened, on the wall. Every figure counts people or meetings of all who came; none is split by what somebody is.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.queue_waits import Call, Pace, gaps_of, pace_of, wait_minutes
from matcher.kinds import PostingState
from matcher.kinds.fair_hall import ContactState, QueueState
from matcher.kinds.fairs import EntryKind, FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_visitors import FairEntry
from matcher.models.fairs import Booth, FairEmployer, FairPosting, FairSession
from matcher.models.postings import Posting
from matcher.policy.limits import get_limit

_HOURS = 24
_CHINA_OFFSET = 8


@dataclass(frozen=True)
class HourFigures:
    """One hour of the day: who came in, came back and left."""

    hour: int
    entered: int
    returned: int
    left: int


@dataclass(frozen=True)
class BoothFigures:
    """One employer's booths at this moment; people, not scans."""

    public_id: str
    employer: str
    labels: str
    met: int
    resumes: int
    interviewed: int
    intents: int
    waiting: int
    minutes: int


@dataclass(frozen=True)
class LiveFigures:
    """A fair on one day.

    Attributes
    ----------
    approved : sum of the day's approved numbers; None where a session has none
    intents : meetings that came to an intent; intent_people counts each person once
    posts : seats of the postings shown; distinct_posts the postings
    """

    day: dt.date
    as_of: dt.datetime
    inside: int
    entered: int
    approved: int | None
    met: int
    people_met: int
    resumes: int
    interviewed: int
    intents: int
    intent_people: int
    units: int
    posts: int
    distinct_posts: int
    waiting: int
    hours: tuple[HourFigures, ...]
    booths: tuple[BoothFigures, ...]


def figures(session: Session, fair_id: int, day: dt.date) -> LiveFigures:
    """Return the figures of a fair on a day; six queries however many people came.

    The caller looked the fair up in sight, or by its public address.
    """
    inside, entered, approved = _doors(session, fair_id, day)
    met = _meetings(session, fair_id, day)
    units, distinct_posts, posts = _posts(session, fair_id)
    booths = _booths(session, fair_id, day)
    return LiveFigures(
        day=day,
        as_of=clock.now(),
        inside=inside,
        entered=entered,
        approved=approved,
        **met,
        units=units,
        posts=posts,
        distinct_posts=distinct_posts,
        waiting=sum(one.waiting for one in booths),
        hours=_hours(session, fair_id, day),
        booths=tuple(booths),
    )


def _doors(session: Session, fair_id: int, day: dt.date) -> tuple[int, int, int | None]:
    found = sa.select(
        sa.func.coalesce(sa.func.sum(FairSession.n_inside), 0),
        sa.func.coalesce(sa.func.sum(FairSession.n_entered), 0),
        sa.func.sum(FairSession.approved_number),
        sa.func.count() == sa.func.count(FairSession.approved_number),
    ).where(FairSession.fair_id == fair_id, FairSession.held_on == day)
    inside, entered, approved, is_whole = session.execute(found).one()
    return int(inside), int(entered), int(approved) if approved and is_whole else None


def _meetings(session: Session, fair_id: int, day: dt.date) -> dict[str, int]:
    begins, ends = span_of(day)
    is_intent = FairContact.state == ContactState.INTENT
    person = FairContact.visitor_id
    found = sa.select(
        sa.func.count().label("met"),
        sa.func.count(sa.distinct(person)).label("people_met"),
        sa.func.count(FairContact.resume_at).label("resumes"),
        sa.func.count(FairContact.interviewed_at).label("interviewed"),
        sa.func.count(FairContact.intent_at).label("intents"),
        sa.func.count(sa.distinct(sa.case((is_intent, person)))).label("intent_people"),
    ).where(FairContact.fair_id == fair_id, FairContact.met_at >= begins, FairContact.met_at < ends)
    return {name: int(value) for name, value in session.execute(found).one()._mapping.items()}


def _posts(session: Session, fair_id: int) -> tuple[int, int, int]:
    units = sa.select(sa.func.count()).where(
        FairEmployer.fair_id == fair_id, FairEmployer.state == FairEmployerState.ACCEPTED
    )
    found = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Posting.headcount), 0))
        .select_from(FairPosting)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .where(
            FairEmployer.fair_id == fair_id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Posting.state == PostingState.PUBLISHED,
        )
    )
    distinct, seats = session.execute(found).one()
    return session.scalars(units).one(), int(distinct), int(seats)


def _hours(session: Session, fair_id: int, day: dt.date) -> tuple[HourFigures, ...]:
    begins, ends = span_of(day)
    hour = _hour(session, FairEntry.at)
    found = (
        sa.select(hour.label("hour"), FairEntry.kind, sa.func.count().label("n"))
        .where(
            FairEntry.fair_id == fair_id,
            FairEntry.at >= begins,
            FairEntry.at < ends,
            FairEntry.kind.in_((EntryKind.ENTERED, EntryKind.RETURNED, EntryKind.LEFT)),
        )
        .group_by(hour, FairEntry.kind)
        .order_by(hour, FairEntry.kind)
    )
    counted: dict[int, dict[EntryKind, int]] = {}
    for utc_hour, kind, n in session.execute(found):
        counted.setdefault((int(utc_hour) + _CHINA_OFFSET) % _HOURS, {})[kind] = n
    if not counted:
        return ()
    return tuple(
        HourFigures(
            hour,
            counted.get(hour, {}).get(EntryKind.ENTERED, 0),
            counted.get(hour, {}).get(EntryKind.RETURNED, 0),
            counted.get(hour, {}).get(EntryKind.LEFT, 0),
        )
        for hour in range(min(counted), max(counted) + 1)
    )


def _hour(
    session: Session, column: sa.orm.InstrumentedAttribute[dt.datetime]
) -> sa.ColumnElement[str]:
    """Return the hour in UTC of an instant, as both databases keep it."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.func.strftime("%H", column, type_=sa.Text())
    return sa.func.to_char(sa.func.timezone("UTC", column), "HH24", type_=sa.Text())


def _booths(session: Session, fair_id: int, day: dt.date) -> list[BoothFigures]:
    """Return the employers that are there, and those that left after they met somebody: all meetings stand once."""
    met = _met_by_place(session, fair_id, day)
    waits = _waits(session, fair_id, day)
    labels: dict[int, list[str]] = {}
    found = (
        sa.select(FairEmployer.id, FairEmployer.public_id, Employer.name, Booth.label)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .outerjoin(Booth, Booth.fair_employer_id == FairEmployer.id)
        .where(
            FairEmployer.fair_id == fair_id,
            sa.or_(
                FairEmployer.state == FairEmployerState.ACCEPTED,
                FairEmployer.id.in_({*met, *waits}),
            ),
        )
        .order_by(Booth.label, Employer.name, FairEmployer.id)
    )
    names: dict[int, tuple[str, str]] = {}
    for number, public_id, name, label in session.execute(found):
        names.setdefault(number, (public_id, name))
        labels.setdefault(number, []).extend([label] if label else [])
    return [
        BoothFigures(
            public_id,
            name,
            "、".join(labels[number]),
            *met.get(number, (0, 0, 0, 0)),
            *waits.get(number, (0, 0)),
        )
        for number, (public_id, name) in names.items()
    ]


def _met_by_place(
    session: Session, fair_id: int, day: dt.date
) -> dict[int, tuple[int, int, int, int]]:
    begins, ends = span_of(day)
    found = (
        sa.select(
            FairContact.fair_employer_id,
            sa.func.count(),
            sa.func.count(FairContact.resume_at),
            sa.func.count(FairContact.interviewed_at),
            sa.func.count(FairContact.intent_at),
        )
        .where(
            FairContact.fair_id == fair_id, FairContact.met_at >= begins, FairContact.met_at < ends
        )
        .group_by(FairContact.fair_employer_id)
        .order_by(FairContact.fair_employer_id)
    )
    return {place: (met, cv, talks, yes) for place, met, cv, talks, yes in session.execute(found)}


def _waits(session: Session, fair_id: int, day: dt.date) -> dict[int, tuple[int, int]]:
    """Return the people waiting at each place, and the minutes the next one would wait."""
    found = (
        sa.select(
            FairQueuePlace.fair_employer_id,
            FairEmployer.n_interviewers,
            FairQueuePlace.state,
            FairQueuePlace.taken_at,
            FairQueuePlace.called_at,
        )
        .join(FairEmployer, FairEmployer.id == FairQueuePlace.fair_employer_id)
        .where(FairEmployer.fair_id == fair_id, FairQueuePlace.held_on == day)
        .order_by(FairQueuePlace.id)
    )
    agreed = get_limit("fair.talk_minutes", None, day).value
    calls: dict[int, list[Call]] = {}
    waiting: dict[int, int] = {}
    talking: dict[int, int] = {}
    for place, n_talking, state, taken_at, called_at in session.execute(found):
        talking[place] = n_talking
        waiting[place] = waiting.get(place, 0) + (state is QueueState.WAITING)
        if called_at is not None:
            calls.setdefault(place, []).append(Call(taken_at, called_at))
    paces: dict[int, Pace] = {
        place: pace_of(gaps_of(calls.get(place, ())), n, agreed) for place, n in talking.items()
    }
    return {place: (n, wait_minutes(n, paces[place])) for place, n in waiting.items()}


def span_of(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instant of a day in China, and of the next."""
    begins = dt.datetime.combine(day, dt.time(), tzinfo=clock.CHINA)
    return begins, begins + dt.timedelta(days=1)
