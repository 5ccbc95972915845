"""The line for a session: who gives up leaves it, places that come free go to it in order, each night and only once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.models.fair_guests import FairBooking, FairBookingCount
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.outbox import OutboxMessage
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import bookings, nightly, telling
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.permissions import SYSTEM
from tests.factories.fairs import make_fair, make_session

_DAY = dt.timedelta(days=1)


@pytest.fixture
def fair(session: Session) -> Fair:
    seed_consent_texts(session)
    return make_fair(session, state=FairState.ANNOUNCED)


@pytest.fixture
def held(session: Session, fair: Fair) -> FairSession:
    """Give a session with one place."""
    return make_session(session, fair, approved_number=1)


def _come(session: Session, fair: Fair, held: FairSession, n: int) -> list[FairVisitor]:
    return [
        register_visitor(
            session,
            SYSTEM,
            fair,
            VisitorInput(
                name="张三丰", phone=f"138{one:08}", consent_text_id=consent_text(session).id
            ),
            kind=VisitorKind.REGISTERED,
            session_ids=[held.id],
        )
        for one in range(n)
    ]


def _told(session: Session, template: str) -> int:
    found = sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.template == template)
    return session.scalar(found) or 0


def _n_booked(session: Session, held: FairSession) -> int:
    session.expire_all()
    return session.get_one(FairBookingCount, held.id).n_booked


def test_who_leaves_the_line_frees_no_place(
    session: Session, fair: Fair, held: FairSession
) -> None:
    first, second, third = _come(session, fair, held, 3)

    bookings.give_up(session, second, VisitorState.CANCELLED)

    assert [one.state for one in (first, second, third)] == [
        VisitorState.COMING,
        VisitorState.CANCELLED,
        VisitorState.WAITING,
    ]
    assert _n_booked(session, held) == 1


def test_giving_up_twice_frees_one_place(session: Session, fair: Fair, held: FairSession) -> None:
    first, _second, third = _come(session, fair, held, 3)

    for _ in range(2):
        bookings.give_up(session, first, VisitorState.CANCELLED)

    assert third.state is VisitorState.WAITING
    assert _n_booked(session, held) == 1


def test_who_moves_up_has_a_ticket_and_hears_of_it_and_who_gave_up_has_none(
    session: Session, fair: Fair, held: FairSession
) -> None:
    first, second = _come(session, fair, held, 2)
    bookings.give_up(session, first, VisitorState.CANCELLED)

    good = sa.select(FairTicket.visitor_id).where(FairTicket.revoked_at.is_(None))
    assert session.scalars(good).all() == [second.id]
    assert _told(session, telling.MOVED_UP) == 1


def test_who_waited_longest_moves_up_first_whoever_was_entered_before(
    session: Session, fair: Fair, held: FairSession
) -> None:
    first, second, third = _come(session, fair, held, 3)
    session.execute(
        sa.update(FairBooking)
        .where(FairBooking.visitor_id == third.id)
        .values(waiting_since=clock.now() - _DAY)
    )

    bookings.give_up(session, first, VisitorState.CANCELLED)

    assert (second.state, third.state) == (VisitorState.WAITING, VisitorState.COMING)


def test_the_night_gives_places_of_a_higher_number_once(
    session: Session, fair: Fair, held: FairSession
) -> None:
    _come(session, fair, held, 5)
    assert nightly.move_up(session) == 0
    held.approved_number = 3  # 120 % of 3 are three places
    session.flush()

    assert [nightly.move_up(session) for _ in range(2)] == [2, 0]

    assert _n_booked(session, held) == 3
    assert _told(session, telling.MOVED_UP) == 2
    states = session.scalars(sa.select(FairBooking.state).order_by(FairBooking.id)).all()
    assert states == [BookingState.BOOKED] * 3 + [BookingState.WAITING] * 2


@pytest.mark.parametrize("why", ["cancelled", "over", "yesterday"])
def test_nobody_moves_up_at_a_fair_that_is_off_or_a_session_that_is_over(
    session: Session, fair: Fair, held: FairSession, why: str
) -> None:
    _come(session, fair, held, 3)
    held.approved_number = 100
    if why == "cancelled":
        fair.state = FairState.CANCELLED
    elif why == "over":
        held.held_on, held.begins_minute, held.ends_minute = clock.today(), 0, 1
    else:
        held.held_on = clock.today() - _DAY
    session.flush()
    noon = dt.datetime.combine(clock.today(), dt.time(12), tzinfo=clock.CHINA)

    with clock.set_by_hand(noon.astimezone(dt.UTC)):
        assert (nightly.move_up(session), bookings.promote(session, held)) == (0, [])

    assert _told(session, telling.MOVED_UP) == 0


@pytest.mark.parametrize(("days", "n"), [(0, 0), (1, 1), (2, 0)])
def test_who_has_a_place_is_reminded_on_the_eve_once_and_who_waits_is_not(
    session: Session, fair: Fair, held: FairSession, days: int, n: int
) -> None:
    _come(session, fair, held, 2)
    held.held_on = clock.today() + days * _DAY
    session.flush()

    assert [nightly.remind(session) for _ in range(2)] == [n, 0]
    assert _told(session, telling.EVE) == n


def test_the_eve_of_a_fair_that_is_off_reminds_nobody(
    session: Session, fair: Fair, held: FairSession
) -> None:
    _come(session, fair, held, 1)
    held.held_on, fair.state = clock.today() + _DAY, FairState.CANCELLED
    session.flush()

    assert nightly.remind(session) == 0


def test_two_sessions_of_one_day_remind_once(
    session: Session, fair: Fair, held: FairSession
) -> None:
    later = make_session(session, fair, name="下午场", begins_minute=780, ends_minute=1020)
    (visitor,) = _come(session, fair, held, 1)
    bookings.book(session, visitor, [held.id, later.id])
    held.held_on = later.held_on = clock.today() + _DAY
    session.flush()

    assert nightly.remind(session) == 1
    assert _told(session, telling.EVE) == 1
