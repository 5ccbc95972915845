"""When an order's posts or seats become less both sides see it; places are never more than there are."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.training import OrderPart, TrainingState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Posting
from matcher.models.tasks import Task
from matcher.models.training import Course, TrainingReferral
from matcher.policy.training_steps import HOLDS_PLACE
from matcher.services import postings, seats
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import courses, orders, proposing, silence
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.factories.training import make_course
from tests.support.at_once import all_at_once

_CROWD = 12


@pytest.fixture
def posting(session: Session, union: Union, employer: Employer) -> Posting:
    return make_posting(session, make_drive(session, union), employer, headcount=5)


@pytest.fixture
def course(session: Session, union: Union, employer: Employer) -> Course:
    return make_course(session, union, employer_id=employer.id, promised_posts=10)


def _facts(course: Course, **changes: object) -> courses.CourseInput:
    fields = {name: getattr(course, name) for name in courses.CourseInput.__dataclass_fields__}
    return courses.CourseInput(**(fields | changes))


def _drops(session: Session, by: Actor, course: Course) -> list[tuple[OrderPart, int, int]]:
    found = orders.view_order(session, by, course.id).drops
    return [(drop.part, drop.before, drop.after) for drop in found]


def _task(session: Session, course: Course) -> str | None:
    return session.scalar(
        sa.select(Task.rule).where(
            Task.subject_kind == "course",
            Task.subject_id == course.id,
            Task.state == TaskState.OPEN,
        )
    )


def test_fewer_promised_posts_are_told_to_both_sides(
    session: Session, manager: Actor, course: Course, employer: Employer
) -> None:
    courses.change_course(session, manager, course.id, _facts(course, promised_posts=6))

    firm = Actor(account_id=None, role=Role.EMPLOYER, employer_id=employer.id)
    for side in (manager, firm, Actor(None, None, provider_id=course.provider_id)):
        assert _drops(session, side, course) == [(OrderPart.POSTS, 10, 6)]
    assert _task(session, course) == orders.LESS_RULE
    assert session.scalars(sa.select(OutboxMessage.template)).all() == ["training_link"]
    courses.change_course(session, manager, course.id, _facts(course, promised_posts=8))
    assert len(_drops(session, manager, course)) == 1


def test_a_closed_posting_and_withdrawn_seats_are_noticed_at_once(
    session: Session, manager: Actor, course: Course, posting: Posting
) -> None:
    assert orders.tie_seats(session, manager, course.id, posting.id, 4) == 4

    seats.set_seats(session, manager, posting.id, ordinary=3)
    assert _drops(session, manager, course) == [(OrderPart.SEATS, 4, 3)]
    postings.close_posting(session, manager, posting.id, reason="取消")

    assert _drops(session, manager, course)[0] == (OrderPart.SEATS, 3, 0)
    assert orders.view_order(session, manager, course.id).tied_seats == 0
    assert _task(session, course) == orders.LESS_RULE


def test_what_nobody_did_here_is_noticed_in_the_night_once(
    session: Session, manager: Actor, course: Course, posting: Posting
) -> None:
    orders.tie_seats(session, manager, course.id, posting.id, 2)
    posting.closes_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    assert silence.run_night(session, SYSTEM)["n_orders_less"] == 1
    assert silence.run_night(session, SYSTEM)["n_orders_less"] == 0


def test_a_seat_is_tied_to_one_order_and_only_to_one_of_its_employer(
    session: Session, union: Union, manager: Actor, course: Course, posting: Posting
) -> None:
    other = make_course(session, union, employer_id=course.employer_id)
    orders.tie_seats(session, manager, course.id, posting.id, 4)
    with pytest.raises(RuleBrokenError) as missing:
        orders.tie_seats(session, manager, other.id, posting.id, 2)
    assert missing.value.code == "order_seats_missing"
    foreign = make_posting(session, session.get_one(Drive, posting.drive_id))
    with pytest.raises(RuleBrokenError) as elsewhere:
        orders.tie_seats(session, manager, course.id, foreign.id, 1)
    assert elsewhere.value.code == "order_seats_elsewhere"


def test_more_places_go_to_those_who_wait_and_fewer_than_people_are_refused(
    session: Session, union: Union, manager: Actor, course: Course
) -> None:
    rows = [
        proposing.propose(
            session, manager, course_id=course.id, graduate_id=make_graduate(session, union).id
        )
        for _ in range(4)
    ]
    courses.change_course(session, manager, course.id, _facts(course, places=3))
    assert [row.state.value for row in rows] == ["proposed", "proposed", "proposed", "waiting"]

    with pytest.raises(RuleBrokenError) as fewer:
        courses.change_course(session, manager, course.id, _facts(course, places=2))
    assert fewer.value.code == "course_places_taken"
    courses.cancel_course(session, manager, course.id)
    assert {row.state.value for row in rows} == {"dropped"}
    session.refresh(course)
    assert course.places_taken == 0


def test_the_table_itself_refuses_more_people_than_places(session: Session, course: Course) -> None:
    course.places_taken = course.places + 1
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_of_many_proposals_at_once_as_many_get_a_place_as_there_are(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        by = make_actor(session, Role.CASEWORKER, union=union)
        course_id = make_course(session, union, places=3).id
        people = [make_graduate(session, union).id for _ in range(_CROWD)]

    def proposing_for(factory: SessionFactory, person: int) -> Callable[[], str]:
        def act() -> str:
            with transaction(factory) as session:
                made = proposing.propose(
                    session, by, course_id=course_id, graduate_id=person, agreed=True
                )
                return made.state.value

        return act

    ended = all_at_once([proposing_for(connect(), person) for person in people])

    assert ended == {"proposed": 3, "waiting": _CROWD - 3}
    with transaction(session_factory) as session:
        course = session.get_one(Course, course_id)
        held = sa.select(sa.func.count()).where(TrainingReferral.state.in_(HOLDS_PLACE))
        assert course.places_taken == session.scalar(held) == 3
        waiting = sa.select(TrainingReferral).where(TrainingReferral.state == TrainingState.WAITING)
        assert all(row.queued_at is not None for row in session.scalars(waiting))
