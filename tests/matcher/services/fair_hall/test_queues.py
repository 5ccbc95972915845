"""Queues of booths: numbers in order, one a person, called and settled; the wait is honest."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.fair_hall import QueueState
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fairs import FairEmployer
from matcher.services.fair_hall import queues
from tests.factories.fair_hall import make_hall_world
from tests.factories.fairs import make_fair_employer
from tests.factories.people import make_graduate


def test_numbers_come_in_order_and_a_visitor_keeps_the_one_they_have(session: Session) -> None:
    world = make_hall_world(session)
    first, second = world.visitor(), world.visitor()

    numbers = [queues.take(session, world.place, one.id).number for one in (first, second, first)]

    assert numbers == [1, 2, 1]


def test_the_next_number_is_called_and_settled_once(session: Session) -> None:
    world = make_hall_world(session)
    where = (world.agent, world.place.public_id)
    for _ in range(2):
        queues.take(session, world.place, world.visitor().id)

    called = [queues.call_next(session, *where) for _ in range(3)]
    queues.settle(session, *where, 1, came=False)
    queues.settle(session, *where, 1, came=True)
    queues.settle(session, *where, 2, came=True)

    assert [one.number if one else None for one in called] == [1, 2, None]
    states = session.scalars(sa.select(FairQueuePlace.state).order_by(FairQueuePlace.number))
    assert list(states) == [QueueState.MISSED, QueueState.SERVED]


def test_who_was_called_in_vain_may_take_a_new_number(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    queues.take(session, world.place, visitor.id)
    queues.call_next(session, world.agent, world.place.public_id)
    queues.settle(session, world.agent, world.place.public_id, 1, came=False)

    assert queues.take(session, world.place, visitor.id).number == 2


def test_one_stands_in_three_queues_at_most_and_may_leave_one(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    places = [world.place, *(make_fair_employer(session, world.fair) for _ in range(3))]
    for place in places[:3]:
        queues.take(session, place, visitor.id)

    with pytest.raises(RuleBrokenError, match="3 个展位"):
        queues.take(session, places[3], visitor.id)
    first = queues.numbers_of(session, visitor.id)[0].public_id
    for _ in range(2):
        queues.leave(session, first, visitor_id=visitor.id)

    assert queues.take(session, places[3], visitor.id).number == 1


def test_nobody_gives_back_anothers_number(session: Session) -> None:
    world = make_hall_world(session)
    row = queues.take(session, world.place, world.visitor().id)

    stranger = make_graduate(session)
    for visitor_id, graduate_id in (
        (world.visitor().id, None),
        (None, stranger.id),
        (world.visitor(stranger).id, stranger.id),
        (None, None),
    ):
        with pytest.raises(NotFoundError):
            queues.leave(session, row.public_id, visitor_id=visitor_id, graduate_id=graduate_id)

    session.refresh(row)
    assert row.state is QueueState.WAITING


def test_a_graduate_signed_in_on_anothers_phone_gives_back_their_own_number(
    session: Session,
) -> None:
    world = make_hall_world(session)
    graduate = make_graduate(session)
    row = queues.take(session, world.place, world.visitor(graduate).id)

    queues.leave(session, row.public_id, visitor_id=world.visitor().id, graduate_id=graduate.id)

    session.refresh(row)
    assert row.state is QueueState.LEFT


def test_another_employer_calls_nobody_here(session: Session) -> None:
    world = make_hall_world(session)
    queues.take(session, world.place, world.visitor().id)
    _place, stranger = world.another()

    with pytest.raises(NotFoundError):
        queues.call_next(session, stranger, world.place.public_id)


def test_a_holder_reads_how_many_stand_ahead_and_how_long(session: Session) -> None:
    world = make_hall_world(session)
    world.place.n_interviewers = 2
    session.flush()
    for _ in range(4):
        queues.take(session, world.place, world.visitor().id)
    last = world.visitor()
    queues.take(session, world.place, last.id)
    queues.call_next(session, world.agent, world.place.public_id)

    (mine,) = queues.numbers_of(session, last.id)

    assert (mine.number, mine.n_ahead) == (5, 3)
    assert mine.minutes == 8  # three ahead, five minutes a talk, two who talk: 7.5
    line = queues.line_of(session, world.place.id, 2)
    assert (line.n_waiting, line.called, line.next_number, line.minutes) == (4, (1,), 2, 10)


def test_a_line_with_enough_calls_is_measured(session: Session) -> None:
    start = clock.now()
    with clock.set_by_hand(start) as hands:
        world = make_hall_world(session)
        for _ in range(8):
            queues.take(session, world.place, world.visitor().id)
        for n in range(6):
            hands.move_to(start + dt.timedelta(seconds=90 * (n + 1)))
            queues.call_next(session, world.agent, world.place.public_id)
        line = queues.line_of(session, world.place.id, 1)

    assert line.pace.is_measured
    assert line.pace.minutes_each == 1.5
    assert line.minutes == 3


@pytest.mark.parametrize(
    ("left_as", "ended_as"),
    [(QueueState.WAITING, QueueState.LEFT), (QueueState.CALLED, QueueState.MISSED)],
)
def test_numbers_of_another_day_bind_nobody(
    session: Session, left_as: QueueState, ended_as: QueueState
) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    others = [make_fair_employer(session, world.fair) for _ in range(3)]
    rows = [queues.take(session, place, visitor.id) for place in (world.place, *others[:2])]
    if left_as is QueueState.CALLED:
        queues.call_next(session, world.agent, world.place.public_id)
    for row in rows:
        row.held_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    assert queues.numbers_of(session, visitor.id) == []
    assert queues.line_of(session, world.place.id, 1).n_waiting == 0
    assert queues.call_next(session, world.agent, world.place.public_id) is None
    again = [
        queues.take(session, session.get_one(FairEmployer, place.id), visitor.id)
        for place in (world.place, others[2], world.place)
    ]
    assert [one.number for one in again] == [1, 1, 1]
    session.refresh(rows[0])
    assert (rows[0].state, rows[0].ended_at is None) == (ended_as, False)


def test_a_booth_settles_a_number_it_called_and_no_other(session: Session) -> None:
    world = make_hall_world(session)
    where = (session, world.agent, world.place.public_id)
    row = queues.take(session, world.place, world.visitor().id)

    assert queues.settle(*where, row.number, came=False).state is QueueState.WAITING
    queues.call_next(*where)
    assert queues.settle(*where, row.number, came=False).state is QueueState.MISSED


def test_scanned_at_a_booth_one_leaves_its_line_and_no_other(session: Session) -> None:
    world = make_hall_world(session)
    visitor, next_one = world.visitor(), world.visitor()
    place, _agent = world.another()
    for where, who in ((world.place, visitor), (world.place, next_one), (place, visitor)):
        queues.take(session, where, who.id)

    world.scan(visitor)

    session.expire_all()
    states = session.scalars(sa.select(FairQueuePlace.state).order_by(FairQueuePlace.id))
    assert list(states) == [QueueState.SERVED, QueueState.WAITING, QueueState.WAITING]
