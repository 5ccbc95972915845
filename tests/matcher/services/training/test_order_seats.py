"""Seats tied to an order: open ones alone, looked at as long as they are tied, and of the order's employer only."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import PostingState, Role, SeatState
from matcher.kinds.training import OrderPart
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.models.training import Course, CourseSeat
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import courses, order_choices, orders, silence
from tests.factories.postings import make_employer
from tests.factories.training import make_course


@pytest.fixture
def course(session: Session, union: Union, employer: Employer) -> Course:
    return make_course(session, union, employer_id=employer.id, promised_posts=10)


def _fill(session: Session, posting: Posting, state: SeatState, count: int) -> None:
    found = sa.select(Seat).where(Seat.posting_id == posting.id).order_by(Seat.number)
    for seat in session.scalars(found).all()[:count]:
        seat.state = state
    session.flush()


def _facts(course: Course, **changes: object) -> courses.CourseInput:
    fields = {name: getattr(course, name) for name in courses.CourseInput.__dataclass_fields__}
    return courses.CourseInput(**(fields | changes))


@pytest.mark.parametrize("state", [SeatState.FILLED, SeatState.HELD])
def test_a_seat_somebody_has_is_neither_tied_nor_shown_as_free(
    session: Session, manager: Actor, course: Course, posting: Posting, state: SeatState
) -> None:
    _fill(session, posting, state, 2)

    assert [row[2:] for row in order_choices.list_postings(session, manager, course.id)] == [(1, 0)]
    with pytest.raises(RuleBrokenError) as missing:
        orders.tie_seats(session, manager, course.id, posting.id, 2)
    assert missing.value.code == "order_seats_missing"
    assert orders.tie_seats(session, manager, course.id, posting.id, 1) == 1


def test_an_own_seat_that_was_filled_stays_tied_when_the_number_is_set_anew(
    session: Session, manager: Actor, course: Course, posting: Posting
) -> None:
    orders.tie_seats(session, manager, course.id, posting.id, 2)
    _fill(session, posting, SeatState.FILLED, 2)

    assert orders.tie_seats(session, manager, course.id, posting.id, 3) == 3
    assert orders.count_standing(session, course.id) == 3


def test_a_posting_taken_offline_and_back_is_looked_at_again(
    session: Session, manager: Actor, course: Course, posting: Posting
) -> None:
    orders.tie_seats(session, manager, course.id, posting.id, 2)
    drops = []
    for state in (PostingState.DRAFT, PostingState.PUBLISHED, PostingState.CLOSED):
        posting.state = state
        orders.look_again_at(session, posting.id)
        drops.append(len(orders.view_order(session, manager, course.id).drops))
    assert drops == [1, 1, 2]

    posting.state = PostingState.PUBLISHED
    session.flush()
    assert silence.look_at_orders(session, SYSTEM) == 0
    posting.closes_on = clock.today() - dt.timedelta(days=1)
    session.flush()
    assert silence.look_at_orders(session, SYSTEM) == 1


def test_another_employer_reads_nothing_of_the_one_before(
    session: Session, union: Union, manager: Actor, course: Course, posting: Posting
) -> None:
    orders.tie_seats(session, manager, course.id, posting.id, 2)
    courses.change_course(session, manager, course.id, _facts(course, promised_posts=8))
    next_one = make_employer(session, union)

    courses.change_course(
        session, manager, course.id, _facts(course, employer_id=next_one.id, promised_posts=5)
    )

    firm = Actor(account_id=None, role=Role.EMPLOYER, employer_id=next_one.id)
    (seen,) = orders.view_orders(session, firm).values()
    assert (seen.tied_seats, seen.drops) == (0, [])
    assert session.scalars(sa.select(CourseSeat.seat_id)).all() == []
    assert orders.tie_seats(
        session, manager, make_course(session, union, employer_id=posting.employer_id).id,
        posting.id, 3,
    ) == 3  # fmt: skip


def test_an_order_nobody_stands_behind_any_more_is_told(
    session: Session, manager: Actor, course: Course, posting: Posting
) -> None:
    orders.tie_seats(session, manager, course.id, posting.id, 2)

    courses.change_course(
        session, manager, course.id, _facts(course, employer_id=None, promised_posts=0)
    )

    drops = orders.view_order(session, manager, course.id).drops
    assert [(drop.part, drop.before, drop.after) for drop in drops] == [(OrderPart.POSTS, 10, 0)]
    assert course.told_seats == 0
