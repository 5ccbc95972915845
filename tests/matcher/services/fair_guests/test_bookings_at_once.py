"""Real threads on both databases: the last place of a session goes to one, and nobody waits for another for ever."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fairs import FairState, VisitorKind
from matcher.models.fair_guests import FairBooking, FairBookingCount
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import answers, bookings, forgetting
from matcher.services.fair_guests.guest_links import token_of
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.permissions import SYSTEM
from tests.factories.fairs import make_fair, make_session
from tests.support.at_once import all_at_once, committed

_CROWD = 12
_PLACES = 5
"""Bookable at an approved number of 5 are 6: 120 in a hundred."""

Connect = Callable[[], SessionFactory]


@pytest.fixture
def fair(session_factory: SessionFactory) -> Fair:
    with transaction(session_factory) as session:
        seed_consent_texts(session)
        made = make_fair(session, state=FairState.ANNOUNCED)
        session.flush()
        session.expunge_all()
    return made


def _held(factory: SessionFactory, fair: Fair, **changes: object) -> FairSession:
    with transaction(factory) as session:
        made = make_session(session, session.get_one(Fair, fair.id), **changes)
        session.flush()
        session.expunge_all()
    return made


def _registers(
    fair: Fair, number: int, *held: FairSession, name: str = "张三丰"
) -> Callable[[Session], object]:
    def act(session: Session) -> object:
        facts = VisitorInput(
            name=name, phone=f"138{number:08}", consent_text_id=consent_text(session).id
        )
        return register_visitor(
            session,
            SYSTEM,
            session.get_one(Fair, fair.id),
            facts,
            kind=VisitorKind.REGISTERED,
            session_ids=[one.id for one in held],
        )

    return act


def _tokens(factory: SessionFactory) -> list[str]:
    with reading(factory) as session:
        found = session.scalars(sa.select(FairVisitor).order_by(FairVisitor.id))
        return [token_of(session, one) for one in found]


def _answers(token: str, *sessions: str) -> Callable[[Session], object]:
    return lambda session: answers.answer_by_link(session, token, list(sessions))


def _forgets(token: str) -> Callable[[Session], object]:
    return lambda session: forgetting.forget_by_link(session, token)


def _count(session: Session, held: FairSession) -> tuple[int, int, int, int]:
    """Return places counted, places held, people waiting and good tickets of a session."""

    def booked(state: BookingState) -> int:
        found = sa.select(sa.func.count()).where(
            FairBooking.session_id == held.id, FairBooking.state == state
        )
        return session.scalars(found).one()

    tickets = sa.select(sa.func.count(FairTicket.id)).where(
        FairTicket.session_id == held.id, FairTicket.revoked_at.is_(None)
    )
    return (
        session.get_one(FairBookingCount, held.id).n_booked,
        booked(BookingState.BOOKED),
        booked(BookingState.WAITING),
        session.scalars(tickets).one(),
    )


def test_a_last_place_goes_to_one_and_the_others_stand_in_line(
    session_factory: SessionFactory, connect: Connect, fair: Fair
) -> None:
    held = _held(session_factory, fair, approved_number=_PLACES)
    with transaction(session_factory) as session:
        for number in range(_PLACES):
            _registers(fair, number, held)(session)

    ended = all_at_once(
        [committed(connect(), _registers(fair, 100 + n, held)) for n in range(_CROWD)]
    )

    assert ended == {"done": _CROWD}
    with reading(session_factory) as session:
        assert _count(session, held) == (6, 6, _CROWD - 1, 6)


def test_one_person_who_registers_many_times_at_once_is_one_visitor_with_one_place(
    session_factory: SessionFactory, connect: Connect, fair: Fair
) -> None:
    held = _held(session_factory, fair, approved_number=100)

    ended = all_at_once([committed(connect(), _registers(fair, 7, held)) for _ in range(_CROWD)])

    assert ended == {"done": _CROWD}
    with reading(session_factory) as session:
        assert session.scalars(sa.select(sa.func.count(FairVisitor.id))).one() == 1
        assert _count(session, held) == (1, 1, 0, 1)


def test_people_who_change_sessions_with_one_another_all_come_through(
    session_factory: SessionFactory, connect: Connect, fair: Fair
) -> None:
    morning = _held(session_factory, fair, approved_number=_PLACES, name="上午场")
    evening = _held(
        session_factory,
        fair,
        approved_number=_PLACES,
        name="下午场",
        begins_minute=13 * 60,
        ends_minute=17 * 60,
    )
    with transaction(session_factory) as session:
        for number in range(_CROWD):
            _registers(fair, number, morning if number % 2 else evening)(session)
    other = [evening.public_id if number % 2 else morning.public_id for number in range(_CROWD)]

    ended = all_at_once(
        [
            committed(connect(), _answers(token, to))
            for token, to in zip(_tokens(session_factory), other, strict=True)
        ]
    )

    assert ended == {"done": _CROWD}
    with reading(session_factory) as session:
        assert _count(session, morning) == (6, 6, 0, 6)
        assert _count(session, evening) == (6, 6, 0, 6)


def test_who_gives_up_who_moves_up_and_a_higher_number_meet_without_a_place_lost(
    session_factory: SessionFactory, connect: Connect, fair: Fair
) -> None:
    held = _held(session_factory, fair, approved_number=_PLACES)
    with transaction(session_factory) as session:
        for number in range(_CROWD):
            _registers(fair, number, held)(session)
    tokens = _tokens(session_factory)

    def raised(session: Session) -> None:
        own = session.get_one(FairSession, held.id, with_for_update=True)
        own.approved_number = 7
        session.flush()
        bookings.promote(session, own)

    ended = all_at_once(
        [committed(connect(), _answers(token)) for token in tokens[:3]]
        + [committed(connect(), _forgets(token)) for token in tokens[3:5]]
        + [committed(connect(), _answers(token)) for token in tokens[6:8]]
        + [committed(connect(), _answers(token, held.public_id)) for token in tokens[8:10]]
        + [committed(connect(), raised)]
    )

    assert ended == {"done": 10}
    with reading(session_factory) as session:
        assert _count(session, held) == (5, 5, 0, 5)
