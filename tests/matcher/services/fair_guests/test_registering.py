"""Rules of registering for a fair: open to anybody, once a person, with a place or a place in the line."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.models.fair_guests import FairBookingCount
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import bookings
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor
from tests.factories.fairs import make_fair, make_session


@pytest.fixture
def fair(session: Session) -> Fair:
    seed_consent_texts(session)
    return make_fair(session, state=FairState.ANNOUNCED)


def _facts(
    session: Session, name: str = "张三丰", phone: str | None = "13800001111"
) -> VisitorInput:
    return VisitorInput(name=name, phone=phone, consent_text_id=consent_text(session).id)


def _register(
    session: Session, fair: Fair, held: FairSession | None = None, **person: str
) -> FairVisitor:
    return register_visitor(
        session,
        SYSTEM,
        fair,
        _facts(session, **person),
        kind=VisitorKind.REGISTERED,
        session_ids=[held.id] if held else [],
    )


def test_anybody_registers_with_a_ticket_for_the_session(session: Session, fair: Fair) -> None:
    held = make_session(session, fair)

    visitor = _register(session, fair, held)

    assert visitor.state is VisitorState.COMING
    assert visitor.name_masked == "张*丰"
    assert visitor.shown == []
    ticket = session.scalars(sa.select(FairTicket)).one()
    assert (ticket.visitor_id, ticket.session_id) == (visitor.id, held.id)


def test_who_registers_twice_is_one_visitor_with_one_ticket(session: Session, fair: Fair) -> None:
    held = make_session(session, fair)

    first = _register(session, fair, held)
    again = _register(session, fair, held, name="张 三丰", phone="138-0000-1111")

    assert again.id == first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(FairTicket)) == 1
    assert session.get_one(FairBookingCount, held.id).n_booked == 1


def test_two_people_of_one_phone_are_two_visitors(session: Session, fair: Fair) -> None:
    assert _register(session, fair).id != _register(session, fair, name="张小丰").id


def test_nobody_registers_without_name_number_or_consent(session: Session, fair: Fair) -> None:
    with pytest.raises(InvalidInputError) as refused:
        register_visitor(session, SYSTEM, fair, VisitorInput(name=" "), kind=VisitorKind.REGISTERED)

    assert set(refused.value.details["fields"]) == {"name", "phone", "consent"}


def test_the_door_needs_no_number(session: Session, fair: Fair) -> None:
    facts = _facts(session, phone=None)

    one = register_visitor(session, SYSTEM, fair, facts, kind=VisitorKind.WALK_IN)
    other = register_visitor(session, SYSTEM, fair, facts, kind=VisitorKind.WALK_IN)

    assert one.id != other.id


def test_a_sheet_of_paper_is_entered_by_who_organises_fairs_alone(
    session: Session, fair: Fair
) -> None:
    clerk = make_actor(session, Role.CASEWORKER, union=session.get_one(Union, fair.union_id))

    with pytest.raises(NotAllowedError):
        register_visitor(session, clerk, fair, _facts(session), kind=VisitorKind.PAPER)

    assert session.scalar(sa.select(sa.func.count(FairVisitor.id))) == 0


def test_a_draft_takes_nobody(session: Session, fair: Fair) -> None:
    fair.state = FairState.DRAFT

    with pytest.raises(RuleBrokenError):
        _register(session, fair)


def test_who_comes_after_the_last_place_waits_and_moves_up_in_order(
    session: Session, fair: Fair
) -> None:
    held = make_session(session, fair, approved_number=1)  # 120 % of 1 is one place
    first = _register(session, fair, held)
    second = _register(session, fair, held, phone="13800002222")
    third = _register(session, fair, held, phone="13800003333")
    assert [one.state for one in (first, second, third)] == [
        VisitorState.COMING,
        VisitorState.WAITING,
        VisitorState.WAITING,
    ]

    bookings.give_up(session, first, VisitorState.CANCELLED)

    assert (second.state, third.state) == (VisitorState.COMING, VisitorState.WAITING)
    (held_by_second,) = bookings.bookings_of(session, [second.id])
    assert held_by_second.state is BookingState.BOOKED
    assert session.get_one(FairBookingCount, held.id).n_booked == 1


def test_who_comes_later_never_overtakes_the_line(session: Session, fair: Fair) -> None:
    held = make_session(session, fair, approved_number=1)
    _register(session, fair, held)
    waiting = _register(session, fair, held, phone="13800002222")
    held.approved_number = 2
    session.flush()

    late = _register(session, fair, held, phone="13800003333")

    assert late.state is VisitorState.WAITING
    assert [one.id for one in bookings.promote(session, held)] == [waiting.id]
