"""In the hall of the demo's fairs (展位、排队、公告): who talked where, what came of it, who waits, what was announced.

By the use cases that ask no account, since only one employer of the demo has one; that one's own queue and interview
slots are made as it would make them.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import YangguangError
from matcher.kinds.fair_hall import Audience, ContactStepKind, ContactVia
from matcher.kinds.fairs import FairEmployerState
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_queues import FairSlot
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import FairEmployer, FairPosting, FairSession
from matcher.services.fair_hall import announcements, queues, slots
from matcher.services.fair_hall.slots import SlotWish
from matcher.services.fair_hall.steps import NewStep, enter, meet
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage

_K = ContactStepKind
_PART = 40
_BUSY = 8
"""Booths with a queue at this moment."""
_TALK, _WALK = dt.timedelta(minutes=8), dt.timedelta(minutes=5)
_REASONS = (
    RefusalReason.MAJOR,
    RefusalReason.SKILL,
    RefusalReason.PAY,
    RefusalReason.MAJOR,
    RefusalReason.INTERVIEW,
)
_WAYS: tuple[tuple[ContactStepKind, ...], ...] = (
    (_K.RESUME,),
    (_K.RESUME, _K.INTERVIEWED, _K.INTENT),
    (),
    (_K.RESUME, _K.INTERVIEWED),
    (_K.RESUME,),
    (_K.REFUSED,),
    (),
    (_K.RESUME, _K.INTERVIEWED, _K.REFUSED),
    (_K.RESUME,),
)
"""What comes of one meeting after another."""

_SAID = (
    ("简历指导在东侧服务台，打印简历不收费。", Audience.EVERYBODY, False),
    ("靠舞台的一排现在排队较少，可以先去看看。", Audience.VISITORS, False),
    ("展位补充桌牌、电源有问题，请到服务台登记。", Audience.BOOTHS, False),
)
_SAID_MINUTES = 12 * 60


@dataclass(frozen=True)
class _Stop:
    """Somebody at a booth: who, where, for which post, when."""

    visitor: int
    place: int
    posting: int | None
    at: dt.datetime
    number: int


def hold_fair(factory: SessionFactory, fair: DemoFair, people: FairPeople) -> int:
    """Let those who came walk their routes; return how many meetings there were."""
    if fair.stage not in (Stage.OVER, Stage.TODAY):
        return 0
    with reading(factory) as session:
        own = _own_place(session, fair, people)
        stops = _stops(session, fair, own.id if own else None)
    for start in range(0, len(stops), _PART):
        with transaction(factory) as session:
            for stop in stops[start : start + _PART]:
                _talk(session, stop)
    if fair.stage is Stage.TODAY:
        with transaction(factory) as session:
            _line_up(session, fair, stops)
        for act in (_announce, _call, _give_slots):
            with suppress(YangguangError), transaction(factory) as session:
                act(session, fair, people)
    return len(stops)


def _own_place(session: Session, fair: DemoFair, people: FairPeople) -> FairEmployer | None:
    return session.scalar(
        sa.select(FairEmployer).where(
            FairEmployer.fair_id == fair.fair_id,
            FairEmployer.employer_id == people.employer.employer_id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
        )
    )


def _stops(session: Session, fair: DemoFair, own: int | None) -> list[_Stop]:
    """Return the meetings of everybody who came: the first booths of the route, or some booths by chance."""
    chosen = (
        sa.select(FairTicket.visitor_id, FairTicket.admitted_at, FairRoute.stops)
        .join(FairSession, FairSession.id == FairTicket.session_id)
        .outerjoin(FairRoute, FairRoute.visitor_id == FairTicket.visitor_id)
        .where(FairSession.fair_id == fair.fair_id, FairTicket.admitted_at.is_not(None))
        .order_by(FairTicket.serial)
    )
    booths = _postings(session, fair)
    found, numbers = [], count()
    for n, (visitor, admitted, route) in enumerate(session.execute(chosen)):
        way = [(one["fair_employer"], one["postings"][:1]) for one in route or ()]
        if not way:
            way = [(one, booths[one]) for one in list(booths)[n % len(booths) :: 7]]
        if own is not None and n % 9 == 0 and own not in dict(way):
            way.insert(0, (own, booths.get(own, [])))
        at = admitted + _WALK
        for place, postings in way[: n % 4]:
            if at >= clock.now():
                break
            posting = postings[0] if postings else None
            found.append(_Stop(visitor, place, posting, at, next(numbers)))
            at += _TALK + _WALK
    return found


def _postings(session: Session, fair: DemoFair) -> dict[int, list[int]]:
    """Return the posts each employer shows."""
    comes = sa.select(FairEmployer.id).where(
        FairEmployer.fair_id == fair.fair_id, FairEmployer.state == FairEmployerState.ACCEPTED
    )
    found: dict[int, list[int]] = {
        one: [] for one in session.scalars(comes.order_by(FairEmployer.id))
    }
    shown = sa.select(FairPosting).where(FairPosting.fair_employer_id.in_(found))
    for row in session.scalars(shown.order_by(FairPosting.posting_id)):
        found[row.fair_employer_id].append(row.posting_id)
    return found


def _talk(session: Session, stop: _Stop) -> None:
    """Scan somebody at a booth and write down what came of it."""
    place = session.get_one(FairEmployer, stop.place)
    contact = meet(session, place, stop.visitor, at=stop.at)
    way = _WAYS[stop.number % len(_WAYS)]
    for step, kind in enumerate((_K.SCANNED, *way)):
        if kind is _K.INTENT and stop.posting is None:
            continue
        refused = kind is _K.REFUSED
        enter(
            session,
            contact,
            NewStep(
                kind,
                secrets.token_hex(12),
                stop.at + dt.timedelta(minutes=2 * step),
                ContactVia.BOOTH,
                posting_id=stop.posting if kind is _K.INTENT else None,
                reason=_REASONS[stop.number % len(_REASONS)] if refused else None,
            ),
        )


def _line_up(session: Session, fair: DemoFair, stops: Sequence[_Stop]) -> None:
    """Let people stand in line: at the busiest booths some were served, some wait."""
    busiest = [one for one, _ in Counter(stop.place for stop in stops).most_common(_BUSY)]
    inside = iter(
        session.scalars(
            sa.select(FairVisitor.id)
            .join(FairTicket, FairTicket.visitor_id == FairVisitor.id)
            .where(FairVisitor.fair_id == fair.fair_id, FairTicket.is_inside)
            .order_by(FairTicket.serial)
        ).all()
    )
    now = clock.now()
    for rank, number in enumerate(busiest):
        place = session.get_one(FairEmployer, number)
        for ago in range(42, 0, -6):
            visitor = next(inside, None)
            taken = now - dt.timedelta(minutes=ago)
            if visitor is None or clock.in_china(taken).date() != clock.today():
                continue
            with clock.set_by_hand(taken):
                queues.take(session, place, visitor)
            if ago > 6 * (_BUSY - rank):
                queues.serve_visitor(session, number, visitor, at=taken + _WALK)


def _announce(session: Session, fair: DemoFair, people: FairPeople) -> None:
    for words, audience, is_urgent in _SAID:
        announcements.announce(
            session,
            people.organiser,
            fair.public_id,
            words,
            audience=audience,
            minutes=_SAID_MINUTES,
            is_urgent=is_urgent,
        )


def _call(session: Session, fair: DemoFair, people: FairPeople) -> None:
    """Let the demo's employer have people in line, one of them called."""
    own = _own_place(session, fair, people)
    if own is None:
        return
    waiting = session.scalars(
        sa.select(FairTicket.visitor_id)
        .join(FairSession, FairSession.id == FairTicket.session_id)
        .where(FairSession.fair_id == fair.fair_id, FairTicket.is_inside)
        .order_by(FairTicket.serial.desc())
        .limit(4)
    ).all()
    for visitor in waiting:
        queues.take(session, own, visitor)
    queues.call_next(session, people.employer, own.public_id)


def _give_slots(session: Session, fair: DemoFair, people: FairPeople) -> None:
    """Let the demo's employer offer interview slots in the coming hours, two of them given."""
    own = _own_place(session, fair, people)
    held = session.scalar(sa.select(FairSession).where(FairSession.fair_id == fair.fair_id))
    if own is None or held is None:
        return
    local = clock.in_china(clock.now())
    begins = max(held.begins_minute, local.hour * 60 + (local.minute // 15 + 1) * 15)
    ends = min(begins + 120, held.ends_minute)
    if ends - begins < 15:
        return
    wish = SlotWish(held.public_id, begins, ends, 15, 1)
    slots.make_slots(session, people.employer, own.public_id, wish)
    met = sa.select(FairContact.public_id).where(FairContact.fair_employer_id == own.id)
    free = sa.select(FairSlot.public_id).where(FairSlot.fair_employer_id == own.id)
    pairs = zip(
        session.scalars(met.order_by(FairContact.id).limit(2)).all(),
        session.scalars(free.order_by(FairSlot.begins_at).limit(2)).all(),
        strict=False,
    )
    for contact, slot in pairs:
        slots.book(session, people.employer, own.public_id, contact, slot)
