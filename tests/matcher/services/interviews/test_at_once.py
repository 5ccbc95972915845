"""Real threads with connections of their own: a slot goes to one person, and a person to one place."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.models.interviews import Interview, InterviewSlot
from matcher.services.interviews import booking, days
from tests.factories.interviews import make_day, make_interview, make_slots
from tests.matcher.services.interviews.world import make_world
from tests.support.at_once import all_at_once, committed

_CROWD = 8


def test_of_eight_who_book_the_last_slot_at_once_one_gets_it(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        world = make_world(session, slots=1, employers=1)
        slot = session.scalars(sa.select(InterviewSlot.public_id)).one()
        wanted = [world.refer().public_id for _ in range(_CROWD)]
        by = world.manager

    def _booking(referral: str) -> Callable[[Session], object]:
        return lambda session: booking.book(session, by, slot, referral)

    ended = all_at_once([committed(connect(), _booking(one)) for one in wanted])

    assert ended == {"done": 1, "interview_slot_taken": _CROWD - 1}


def test_of_eight_employers_that_book_one_person_at_once_one_meets_them(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        world = make_world(session, slots=1, employers=_CROWD)
        person = world.person()
        by = world.manager
        pairs = []
        for number, employer in enumerate(world.employers):
            own = InterviewSlot.employer_id == employer.id
            slot = session.scalars(sa.select(InterviewSlot.public_id).where(own)).one()
            pairs.append((slot, world.refer(number, person).public_id))

    def _booking(slot: str, referral: str) -> Callable[[Session], object]:
        return lambda session: booking.book(session, by, slot, referral)

    ended = all_at_once([committed(connect(), _booking(*pair)) for pair in pairs])

    assert ended == {"done": 1, "interview_elsewhere": _CROWD - 1}
    with session_factory() as session:
        assert len(session.scalars(sa.select(Interview)).all()) == 1


@pytest.mark.parametrize("moves", [False, True])
def test_a_day_that_is_being_called_off_takes_nobody(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory], moves: bool
) -> None:
    with transaction(session_factory) as session:
        world = make_world(session, slots=1, employers=1)
        by, day, referral = world.manager, world.day.public_id, world.refer()
        wanted, number = (
            session.scalars(sa.select(InterviewSlot.public_id)).one(),
            referral.public_id,
        )
        if moves:
            elsewhere = make_day(session, world.drive)
            from_slot = make_slots(session, elsewhere, world.employers[0], 1, room=2)[0]
            before = make_interview(session, from_slot, referral).public_id

            def act(session: Session) -> object:
                return booking.move(session, by, before, wanted)
        else:

            def act(session: Session) -> object:
                return booking.book(session, by, wanted, number)

    cancelling = connect()()
    days.cancel_day(cancelling, by, day)
    ended: list[Counter[str]] = []
    booker = threading.Thread(target=lambda: ended.append(all_at_once([committed(connect(), act)])))
    booker.start()
    booker.join(1)
    cancelling.commit()
    cancelling.close()
    booker.join(120)

    assert ended == [{"interview_day_cancelled": 1}]
