"""The queue of a booth (排队): numbers taken by visitors, called by the employer, with an honest estimate of the wait.

Numbers are given while the employer's place is locked, so that two who press at once get one after the other; the
unique indexes say the same once more.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.fairs.queue_waits import Call, Pace, gaps_of, pace_of, wait_minutes
from matcher.kinds.fair_hall import QueueState
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairEmployer
from matcher.policy.limits import get_limit
from matcher.services.fair_hall.sight import lock_place, own_place, require_open
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or

_S = QueueState
_IN_LINE = (_S.WAITING, _S.CALLED)


@dataclass(frozen=True)
class Line:
    """A queue at this moment.

    Attributes
    ----------
    called : numbers called that have not come yet, in order
    minutes : until somebody who takes a number now is called
    """

    n_waiting: int
    called: tuple[int, ...]
    next_number: int | None
    minutes: int
    pace: Pace


def line_of(session: Session, place_id: int, n_interviewers: int) -> Line:
    """Return the queue of a place today."""
    today = clock.today()
    found = (
        sa.select(FairQueuePlace.number, FairQueuePlace.state)
        .where(
            FairQueuePlace.fair_employer_id == place_id,
            FairQueuePlace.held_on == today,
            FairQueuePlace.state.in_(_IN_LINE),
        )
        .order_by(FairQueuePlace.number)
    )
    rows = session.execute(found).all()
    waiting = [row.number for row in rows if row.state is _S.WAITING]
    pace = pace_today(session, place_id, n_interviewers)
    return Line(
        n_waiting=len(waiting),
        called=tuple(row.number for row in rows if row.state is _S.CALLED),
        next_number=waiting[0] if waiting else None,
        minutes=wait_minutes(len(waiting), pace),
        pace=pace,
    )


def pace_today(session: Session, place_id: int, n_interviewers: int) -> Pace:
    """Return how fast a queue moves, by the calls of today."""
    today = clock.today()
    found = (
        sa.select(FairQueuePlace.taken_at, FairQueuePlace.called_at)
        .where(
            FairQueuePlace.fair_employer_id == place_id,
            FairQueuePlace.held_on == today,
            FairQueuePlace.called_at.is_not(None),
        )
        .order_by(FairQueuePlace.called_at, FairQueuePlace.id)
    )
    calls = [Call(taken, called) for taken, called in session.execute(found) if called]
    agreed = get_limit("fair.talk_minutes", None, today).value
    return pace_of(gaps_of(calls), n_interviewers, agreed)


def most_at_once() -> int:
    """Return in how many queues one may stand at the same time."""
    return get_limit("fair.queues_at_once", None, clock.today()).value


def take(session: Session, place: FairEmployer, visitor_id: int) -> FairQueuePlace:
    """Give a visitor the next number of a queue; who stands in it keeps the number they have.

    The caller knows the visitor by ticket, link or account, and that both are of one fair that is on today.

    Raises
    ------
    RuleBrokenError
        The visitor stands in as many queues as one may.
    """
    place = lock_place(session, place.id)
    _lock_person(session, visitor_id)
    today = clock.today()
    standing = _standing(session, visitor_id)
    mine = next((one for one in standing if one.fair_employer_id == place.id), None)
    if mine is not None:
        return mine
    most = most_at_once()
    if len(standing) >= most:
        raise RuleBrokenError(
            "queues_too_many",
            f"一人同时最多在 {most} 个展位排队，请先到一家，或者退出一个再排。",
        )
    _end_gone_by(session, place.id, visitor_id)
    last = sa.select(sa.func.max(FairQueuePlace.number)).where(
        FairQueuePlace.fair_employer_id == place.id, FairQueuePlace.held_on == today
    )
    row = FairQueuePlace(
        fair_employer_id=place.id,
        visitor_id=visitor_id,
        held_on=today,
        number=(session.scalar(last) or 0) + 1,
        taken_at=clock.now(),
    )
    with unique_or(session, RuleBrokenError("queue_again", "请再按一次取号。")):
        session.add(row)
    return row


def _lock_person(session: Session, visitor_id: int) -> None:
    """Let somebody who takes numbers at two booths at once take one after the other, so that they are counted."""
    found = sa.select(FairVisitor.id).where(FairVisitor.id == visitor_id)
    session.execute(found.with_for_update(key_share=True)).all()


def _end_gone_by(session: Session, place_id: int, visitor_id: int) -> None:
    """End a number of a day gone by that was never settled, so that its holder may stand in this line today."""
    session.execute(
        sa.update(FairQueuePlace)
        .where(
            FairQueuePlace.fair_employer_id == place_id,
            FairQueuePlace.visitor_id == visitor_id,
            FairQueuePlace.held_on < clock.today(),
            FairQueuePlace.state.in_(_IN_LINE),
        )
        .values(
            state=sa.case((FairQueuePlace.state == _S.CALLED, _S.MISSED), else_=_S.LEFT),
            ended_at=clock.now(),
        )
        .execution_options(synchronize_session="fetch")
    )


def _standing(session: Session, visitor_id: int) -> list[FairQueuePlace]:
    """Return the places a visitor has in today's queues; numbers of days gone by bind nobody."""
    found = sa.select(FairQueuePlace).where(
        FairQueuePlace.visitor_id == visitor_id,
        FairQueuePlace.held_on == clock.today(),
        FairQueuePlace.state.in_(_IN_LINE),
    )
    return list(session.scalars(found.order_by(FairQueuePlace.id)))


def leave(
    session: Session, public_id: str, *, visitor_id: int | None, graduate_id: int | None = None
) -> None:
    """Give a number back, as the visitor of this phone or the graduate signed in; ended before, it stays as it is.

    Raises
    ------
    NotFoundError
        The number is another's, or there is none.
    """
    known = ((FairVisitor.id, visitor_id), (FairVisitor.graduate_id, graduate_id))
    who = [column == value for column, value in known if value is not None]
    own = sa.select(FairVisitor.id).where(sa.or_(sa.false(), *who))
    found = sa.select(FairQueuePlace).where(
        FairQueuePlace.public_id == public_id, FairQueuePlace.visitor_id.in_(own)
    )
    row = first_or_missing(session, found, lock=True)
    if row.state in _IN_LINE:
        row.state, row.ended_at = _S.LEFT, clock.now()
        session.flush()


def call_next(session: Session, by: Actor, public_id: str) -> FairQueuePlace | None:
    """Call the next number; None if nobody waits."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = own_place(session, by, public_id)
    require_open(place)
    lock_place(session, place.id)
    found = (
        sa.select(FairQueuePlace)
        .where(
            FairQueuePlace.fair_employer_id == place.id,
            FairQueuePlace.held_on == clock.today(),
            FairQueuePlace.state == _S.WAITING,
        )
        .order_by(FairQueuePlace.number)
        .limit(1)
    )
    row = session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is not None:
        row.state, row.called_at = _S.CALLED, clock.now()
        session.flush()
    return row


def settle(
    session: Session, by: Actor, public_id: str, number: int, *, came: bool
) -> FairQueuePlace:
    """Say of a number that was called whether somebody came (到了、过号)."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = own_place(session, by, public_id)
    require_open(place)
    found = sa.select(FairQueuePlace).where(
        FairQueuePlace.fair_employer_id == place.id,
        FairQueuePlace.held_on == clock.today(),
        FairQueuePlace.number == number,
    )
    row = first_or_missing(session, found, lock=True)
    if row.state is _S.CALLED:
        row.state = _S.SERVED if came else _S.MISSED
        row.ended_at = clock.now()
        session.flush()
    return row


def serve_visitor(session: Session, place_id: int, visitor_id: int, *, at: dt.datetime) -> None:
    """Take a visitor out of a booth's queue: they stand at the booth and were scanned.

    Scanned before being called, the number counts as called at that moment.
    """
    session.execute(
        sa.update(FairQueuePlace)
        .where(
            FairQueuePlace.fair_employer_id == place_id,
            FairQueuePlace.visitor_id == visitor_id,
            FairQueuePlace.state.in_(_IN_LINE),
        )
        .values(
            state=_S.SERVED,
            called_at=sa.func.coalesce(FairQueuePlace.called_at, at),
            ended_at=at,
        )
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class OwnNumber:
    """A number as its holder reads it."""

    public_id: str
    fair_employer_id: int
    number: int
    state: QueueState
    n_ahead: int
    minutes: int


def numbers_of(session: Session, visitor_id: int) -> list[OwnNumber]:
    """Return the numbers a visitor holds today, and how long each will take."""
    found = []
    for row in _standing(session, visitor_id):
        n_ahead = _ahead(session, row)
        n_talking = session.get_one(FairEmployer, row.fair_employer_id).n_interviewers
        pace = pace_today(session, row.fair_employer_id, n_talking)
        minutes = 0 if row.state is _S.CALLED else wait_minutes(n_ahead, pace)
        found.append(
            OwnNumber(row.public_id, row.fair_employer_id, row.number, row.state, n_ahead, minutes)
        )
    return found


def _ahead(session: Session, row: FairQueuePlace) -> int:
    before = sa.select(sa.func.count()).where(
        FairQueuePlace.fair_employer_id == row.fair_employer_id,
        FairQueuePlace.held_on == row.held_on,
        FairQueuePlace.state == _S.WAITING,
        FairQueuePlace.number < row.number,
    )
    return session.scalars(before).one() if row.state is _S.WAITING else 0
