"""What a graduate reads and tells of the own fairs when signed in: own rows only, and those that stand."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import OutcomeSaid, OutcomeSide
from matcher.kinds.referrals import ReferralVia
from matcher.models.fair_guests import FairBooking
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.graduates import Graduate
from matcher.services.fair_guests import own_met
from matcher.services.fair_reports import closing, follow_lists, following
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, come_in, make_contact
from tests.factories.fairs import make_session, make_visitor
from tests.factories.people import make_graduate


@pytest.fixture
def came(session: Session, made: HeldFair) -> FairVisitor:
    return come_in(session, made, make_graduate(session))


@pytest.fixture
def me(session: Session, came: FairVisitor) -> Actor:
    return _actor(session, came)


def _actor(session: Session, visitor: FairVisitor) -> Actor:
    return make_actor(
        session, Role.GRADUATE, graduate=session.get_one(Graduate, visitor.graduate_id or 0)
    )


def _follow(session: Session, made: HeldFair, organiser: Actor, came: FairVisitor) -> FairFollow:
    make_contact(session, made.places[0], came, ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    return session.scalars(sa.select(FairFollow).where(FairFollow.visitor_id == came.id)).one()


def test_a_graduate_tells_of_the_own_intent_in_person_and_of_nobody_elses(
    session: Session, made: HeldFair, organiser: Actor, came: FairVisitor, me: Actor
) -> None:
    other = _actor(session, come_in(session, made, make_graduate(session)))
    follow = _follow(session, made, organiser, came)
    assert follow_lists.follows_of_graduate(session, me) == [follow]
    assert follow_lists.follows_of_graduate(session, other) == []

    following.tell(session, me, follow.public_id, Told(OutcomeSaid.HIRED))
    with pytest.raises(NotFoundError):
        following.tell(session, other, follow.public_id, Told(OutcomeSaid.NOT_GOING))

    word = following.last_words(session, follow)[OutcomeSide.VISITOR]
    assert (word.said, word.via) == (OutcomeSaid.HIRED, ReferralVia.SELF)


@pytest.mark.parametrize("gone", ["ended", "forgotten"])
def test_what_is_followed_no_more_or_was_forgotten_is_neither_listed_nor_told_of(
    session: Session, made: HeldFair, organiser: Actor, came: FairVisitor, me: Actor, gone: str
) -> None:
    follow = _follow(session, made, organiser, came)
    if gone == "ended":
        follow.ended_at = clock.now()
    else:
        came.forgotten_at = clock.now()
    session.flush()

    assert follow_lists.follows_of_graduate(session, me) == []
    with pytest.raises(NotFoundError):
        following.tell(session, me, follow.public_id, Told(OutcomeSaid.HIRED))


def test_the_order_of_ones_intents_tells_nothing_of_the_other_sides_word(
    session: Session, made: HeldFair, organiser: Actor, came: FairVisitor, me: Actor
) -> None:
    make_contact(session, made.places[0], came, ContactState.INTENT)
    make_contact(session, made.places[1], came, ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    before = [one.id for one in follow_lists.follows_of_graduate(session, me)]
    first = session.get_one(FairFollow, before[0])

    following.tell(session, organiser, first.public_id, Told(OutcomeSaid.HIRED))

    assert [one.id for one in follow_lists.follows_of_graduate(session, me)] == before


def test_sessions_are_told_with_a_place_in_them_in_line_or_come_to(
    session: Session, made: HeldFair, came: FairVisitor, me: Actor
) -> None:
    make_session(session, made.fair, name="没有报名的场次", begins_minute=800, ends_minute=860)
    line = make_session(session, made.fair, name="候补的场次", begins_minute=900, ends_minute=960)
    waits = FairBooking(
        visitor_id=came.id,
        session_id=line.id,
        state=BookingState.WAITING,
        waiting_since=clock.now(),
    )
    session.add(waits)
    session.flush()

    places = own_met.own_places(session, me)

    assert {(one.held.id, one.state, one.has_come) for one in places[came.id]} == {
        (made.held.id, BookingState.BOOKED, True),
        (line.id, BookingState.WAITING, False),
    }
    assert list(places) == [came.id]


def test_a_refusal_reads_as_what_had_been_reached_before_it(
    session: Session, made: HeldFair, came: FairVisitor, me: Actor
) -> None:
    make_contact(session, made.places[0], came, ContactState.REFUSED)
    now = clock.now()
    make_contact(session, made.places[1], came, ContactState.REFUSED, interviewed_at=now)
    make_contact(session, made.places[2], came, ContactState.INTENT)
    stranger = make_visitor(session, made.fair, make_graduate(session))
    make_contact(session, made.places[0], stranger, ContactState.INTENT)

    told = own_met.own_meetings(session, me)

    assert list(told) == [came.id]
    assert [one.came_to for one in told[came.id]] == [
        ContactState.MET,
        ContactState.INTERVIEWED,
        ContactState.INTENT,
    ]
