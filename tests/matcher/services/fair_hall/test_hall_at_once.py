"""Real threads on both databases: a number, a slot and a person's hour are given once, and nobody waits for ever."""

import secrets
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fair_hall import ContactStepKind
from matcher.kinds.interviews import InterviewState
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_queues import FairInterview, FairQueuePlace, FairSlot
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairEmployer
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import forgetting
from matcher.services.fair_guests.guest_links import token_of
from matcher.services.fair_hall import contacts, queues, slots
from matcher.services.fair_hall.slots import SlotWish
from matcher.services.permissions import Actor
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.support.at_once import all_at_once, committed
from tests.support.noon import at_noon

FIXTURES = (at_noon,)
pytestmark = pytest.mark.usefixtures("at_noon")
_CROWD = 10
_LATE = 23 * 60

Connect = Callable[[], SessionFactory]


@pytest.fixture
def world(session_factory: SessionFactory) -> HallWorld:
    with transaction(session_factory) as session:
        seed_consent_texts(session)
        made = make_hall_world(session)
        session.flush()
        session.expunge_all()
    return made


def _people(factory: SessionFactory, world: HallWorld, n: int) -> list[tuple[int, str]]:
    """Return so many visitors, each with the code of a ticket."""
    with transaction(factory) as session:
        world.session = session
        made = [world.visitor() for _ in range(n)]
        session.flush()
        return [(one.id, world.code(one)) for one in made]


def _places(factory: SessionFactory, world: HallWorld, n: int) -> list[tuple[int, str, Actor]]:
    """Return the world's employer and so many others, each with its agent."""
    with transaction(factory) as session:
        world.session = session
        others = [world.another() for _ in range(n)]
        found = [(world.place, world.agent), *others]
        return [(place.id, place.public_id, agent) for place, agent in found]


def _takes(place_id: int, visitor_id: int) -> Callable[[Session], object]:
    return lambda session: queues.take(session, session.get_one(FairEmployer, place_id), visitor_id)


def test_all_who_press_at_once_get_numbers_one_after_the_other(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    people = _people(session_factory, world, _CROWD)

    ended = all_at_once([committed(connect(), _takes(world.place.id, one)) for one, _ in people])

    assert ended == {"done": _CROWD}
    with reading(session_factory) as session:
        numbers = session.scalars(sa.select(FairQueuePlace.number)).all()
        assert sorted(numbers) == list(range(1, _CROWD + 1))


def test_one_visitor_at_many_booths_at_once_stands_in_as_many_lines_as_one_may(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    ((visitor, _),) = _people(session_factory, world, 1)
    places = _places(session_factory, world, 7)

    ended = all_at_once([committed(connect(), _takes(one, visitor)) for one, _, _ in places])

    assert ended == {"done": 3, "queues_too_many": 5}


def test_a_number_is_called_once_though_all_tables_call_at_once(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    for visitor, _ in _people(session_factory, world, _CROWD):
        committed(session_factory, _takes(world.place.id, visitor))()
    called: list[int] = []

    def call(session: Session) -> None:
        row = queues.call_next(session, world.agent, world.place.public_id)
        called.append(row.number if row else 0)

    ended = all_at_once([committed(connect(), call) for _ in range(_CROWD)])

    assert ended == {"done": _CROWD}
    assert sorted(called) == list(range(1, _CROWD + 1)), "no table was told that nobody waits"
    committed(session_factory, call)()
    assert called[-1] == 0


def _books(agent: Actor, place: str, contact: str, slot: str) -> Callable[[Session], object]:
    return lambda session: slots.book(session, agent, place, contact, slot)


def _forgets(token: str) -> Callable[[Session], object]:
    return lambda session: forgetting.forget_by_link(session, token)


def _scans(world: HallWorld, code: str, number: str = "") -> Callable[[Session], object]:
    where = (world.agent, world.place.public_id)
    return lambda session: contacts.scan(
        session, *where, code, number=number or secrets.token_hex(6)
    )


def _talks(world: HallWorld, contact: str) -> Callable[[Session], object]:
    where = (world.agent, world.place.public_id, contact)
    return lambda session: contacts.act(
        session, *where, ContactStepKind.INTERVIEWED, number=secrets.token_hex(6)
    )


def _slot(factory: SessionFactory, world: HallWorld, place: str, agent: Actor) -> str:
    wish = SlotWish(world.held.public_id, _LATE, _LATE + 20, minutes=20, n_tables=1)
    with transaction(factory) as session:
        slots.make_slots(session, agent, place, wish)
        found = (
            sa.select(FairSlot.public_id).join(FairEmployer).where(FairEmployer.public_id == place)
        )
        return session.scalars(found).one()


def _met(factory: SessionFactory, place: str, agent: Actor, code: str) -> str:
    with transaction(factory) as session:
        found = contacts.scan(session, agent, place, code, number=secrets.token_hex(6))
        return found.public_id


def test_a_last_slot_is_given_to_one_of_all_who_want_it(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    where = (world.place.public_id, world.agent)
    slot = _slot(session_factory, world, *where)
    met = [
        _met(session_factory, *where, code) for _, code in _people(session_factory, world, _CROWD)
    ]

    ended = all_at_once(
        [committed(connect(), _books(world.agent, where[0], contact, slot)) for contact in met]
    )

    assert ended == {"done": 1, "slot_taken": _CROWD - 1}


def test_one_person_wanted_by_all_booths_at_one_hour_is_given_to_one(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    ((_, code),) = _people(session_factory, world, 1)
    acts = []
    for _, place, agent in _places(session_factory, world, 5):
        slot = _slot(session_factory, world, place, agent)
        contact = _met(session_factory, place, agent, code)
        acts.append((agent, place, contact, slot))

    ended = all_at_once([committed(connect(), _books(*act)) for act in acts])

    assert ended == {"done": 1, "interview_elsewhere": 5}


def test_the_same_scan_and_the_same_step_sent_many_times_at_once_are_kept_once(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    ((_, code),) = _people(session_factory, world, 1)

    scan = _scans(world, code, "once")
    ended = all_at_once([committed(connect(), scan) for _ in range(_CROWD)])

    assert ended == {"done": _CROWD}
    with reading(session_factory) as session:
        assert session.scalars(sa.select(sa.func.count(FairContact.id))).one() == 1
        assert session.scalars(sa.select(sa.func.count(FairContactStep.id))).one() == 1


def test_a_person_is_forgotten_while_booths_scan_book_and_call_without_anybody_waiting_for_ever(
    session_factory: SessionFactory, connect: Connect, world: HallWorld
) -> None:
    where = (world.place.public_id, world.agent)
    slot = _slot(session_factory, world, *where)
    people = _people(session_factory, world, 3)
    acts: list[Callable[[], str]] = []
    for visitor, code in people:
        committed(session_factory, _takes(world.place.id, visitor))()
        contact = _met(session_factory, *where, code)
        committed(session_factory, _takes(world.place.id, visitor))()
        with reading(session_factory) as session:
            token = token_of(session, session.get_one(FairVisitor, visitor))
        acts += [
            committed(connect(), _forgets(token)),
            committed(connect(), _books(world.agent, where[0], contact, slot)),
            committed(connect(), _scans(world, code)),
            committed(connect(), _talks(world, contact)),
        ]

    ended = all_at_once(acts)

    assert set(ended) <= {"done", "slot_taken", "ticket_unknown"}
    with reading(session_factory) as session:
        standing = sa.select(sa.func.count(FairInterview.id)).where(
            FairInterview.state == InterviewState.BOOKED
        )
        assert session.scalars(standing).one() <= 1
