"""Interview slots at a booth: made once, one person each, one place at a time, settled into the log."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.interviews import InterviewState
from matcher.models.fair_queues import FairInterview, FairSlot
from matcher.services.fair_hall import slots
from matcher.services.fair_hall.slots import SlotWish
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.support.noon import at_noon

FIXTURES = (at_noon,)
pytestmark = pytest.mark.usefixtures("at_noon")
_LATE = 23 * 60


def _wish(world: HallWorld, **changes: object) -> SlotWish:
    fields = {
        "session": world.held.public_id,
        "begins": _LATE,
        "ends": 24 * 60,
        "minutes": 20,
        "n_tables": 1,
    }
    return SlotWish(**(fields | changes))  # type: ignore[arg-type] # by name


def _made(world: HallWorld, **changes: object) -> list[FairSlot]:
    slots.make_slots(world.session, world.agent, world.place.public_id, _wish(world, **changes))
    return list(world.session.scalars(sa.select(FairSlot).order_by(FairSlot.begins_at)))


def test_slots_are_made_once_and_inside_the_hours(session: Session) -> None:
    world = make_hall_world(session)

    assert len(_made(world)) == 3
    assert len(_made(world)) == 3
    with pytest.raises(InvalidInputError, match="之内"):
        _made(world, begins=0)
    with pytest.raises(InvalidInputError, match="最多"):
        _made(world, begins=1, minutes=5, n_tables=10)


def test_a_slot_takes_one_person(session: Session) -> None:
    world = make_hall_world(session)
    slot = _made(world)[0]
    where = (world.agent, world.place.public_id)
    first, second = world.scan(), world.scan()

    slots.book(session, *where, first.public_id, slot.public_id)

    with pytest.raises(RuleBrokenError, match="已有人"):
        slots.book(session, *where, second.public_id, slot.public_id)


def test_a_person_is_in_one_place_at_a_time(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    slot = _made(world)[0]
    slots.book(
        session, world.agent, world.place.public_id, world.scan(visitor).public_id, slot.public_id
    )
    place, agent = world.another()
    slots.make_slots(session, agent, place.public_id, _wish(world, begins=_LATE + 5))
    theirs = session.scalars(
        sa.select(FairSlot).where(FairSlot.fair_employer_id == place.id).order_by(FairSlot.id)
    ).first()
    world.place, world.agent = place, agent
    contact = world.scan(visitor)

    assert theirs is not None
    with pytest.raises(RuleBrokenError, match="另有面试"):
        slots.book(session, agent, place.public_id, contact.public_id, theirs.public_id)


def test_a_new_time_takes_the_place_of_the_old_one(session: Session) -> None:
    world = make_hall_world(session)
    first, second, _third = _made(world)
    where = (world.agent, world.place.public_id)
    contact = world.scan()

    for slot in (first, second, second):
        slots.book(session, *where, contact.public_id, slot.public_id)

    states = session.scalars(sa.select(FairInterview.state).order_by(FairInterview.id))
    assert list(states) == [InterviewState.MOVED, InterviewState.BOOKED]


def test_who_came_was_interviewed(session: Session) -> None:
    world = make_hall_world(session)
    slot = _made(world)[0]
    where = (world.agent, world.place.public_id)
    contact = world.scan()
    slots.book(session, *where, contact.public_id, slot.public_id)

    for _ in range(2):
        slots.settle(session, *where, contact.public_id, InterviewState.ATTENDED)

    assert contact.state is ContactState.INTERVIEWED
    with pytest.raises(RuleBrokenError, match="已经登记"):
        slots.settle(session, *where, contact.public_id, InterviewState.MISSED)


def test_a_cancelled_slot_is_free_again_and_a_used_one_is_not_deleted(session: Session) -> None:
    world = make_hall_world(session)
    slot, free, _third = _made(world)
    where = (world.agent, world.place.public_id)
    contact = world.scan()
    slots.book(session, *where, contact.public_id, slot.public_id)

    slots.settle(session, *where, contact.public_id, InterviewState.CANCELLED)
    slots.book(session, *where, world.scan().public_id, slot.public_id)
    slots.drop_slot(session, *where, free.public_id)

    with pytest.raises(RuleBrokenError, match="约过人"):
        slots.drop_slot(session, *where, slot.public_id)
    assert session.scalar(sa.select(sa.func.count()).select_from(FairSlot)) == 2


def test_another_employers_slot_is_not_there(session: Session) -> None:
    world = make_hall_world(session)
    slot = _made(world)[0]
    place, agent = world.another()
    world.place, world.agent = place, agent
    contact = world.scan()

    with pytest.raises(NotFoundError):
        slots.book(session, agent, place.public_id, contact.public_id, slot.public_id)
