"""Nobody is left in a course that takes nobody: who was not taken is told, and the caseworker follows each up."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.training import CourseState, DropReason, TrainingRefusal, TrainingState
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.models.training import Course, TrainingReferral
from matcher.services.permissions import Actor
from matcher.services.training import answers, courses, sight
from matcher.services.training.stepping import OVER_RULE, REFUSED_RULE
from tests.factories.people import make_graduate
from tests.factories.training import make_training
from web.words.training_tasks import TRAINING_TASKS

_T = TrainingState


@pytest.fixture
def rows(session: Session, union: Union, worker: Actor, course: Course) -> list[TrainingReferral]:
    """Give one accepted, one proposed, one waiting."""
    made = [make_training(session, worker, course, make_graduate(session, union)) for _ in range(3)]
    answers.accept(session, worker, made[0].id)
    assert [row.state for row in made] == [_T.ACCEPTED, _T.PROPOSED, _T.WAITING]
    return made


def _followed(session: Session, rule: str) -> list[tuple[int, int | None]]:
    found = sa.select(Task.subject_id, Task.assignee_id).where(
        Task.rule == rule, Task.subject_kind == sight.SUBJECT, Task.state == TaskState.OPEN
    )
    return [(row[0], row[1]) for row in session.execute(found.order_by(Task.subject_id))]


def _told(session: Session) -> int:
    found = sa.select(sa.func.count()).where(OutboxMessage.template == "training_over")
    return session.scalar(found) or 0


def test_who_is_in_a_cancelled_course_is_told_and_followed_up(
    session: Session, worker: Actor, course: Course, rows: list[TrainingReferral]
) -> None:
    courses.cancel_course(session, worker, course.id)

    assert {row.state for row in rows} == {_T.DROPPED}
    assert {row.drop_reason for row in rows} == {DropReason.CANCELLED}
    assert _followed(session, OVER_RULE) == [(row.id, worker.account_id) for row in rows]
    assert _told(session) == 3
    assert course.places_taken == 0


def test_a_closed_course_takes_nobody_who_was_not_taken_before(
    session: Session, worker: Actor, course: Course, rows: list[TrainingReferral]
) -> None:
    courses.close_course(session, worker, course.id)

    assert [row.state for row in rows] == [_T.ACCEPTED, _T.DROPPED, _T.DROPPED]
    assert _followed(session, OVER_RULE) == [(row.id, worker.account_id) for row in rows[1:]]
    assert _told(session) == 2
    with pytest.raises(RuleBrokenError):
        answers.accept(session, worker, rows[1].id)


def test_nobody_is_taken_into_a_course_that_is_over(
    session: Session, worker: Actor, course: Course, rows: list[TrainingReferral]
) -> None:
    course.state = CourseState.CLOSED
    session.flush()

    with pytest.raises(RuleBrokenError) as over:
        answers.accept(session, worker, rows[1].id)

    assert over.value.code == "course_over"


def test_a_refusal_of_the_provider_is_followed_up_by_the_caseworker(
    session: Session, worker: Actor, course: Course, rows: list[TrainingReferral]
) -> None:
    provider = Actor(account_id=None, role=None, provider_id=course.provider_id)

    answers.refuse(session, provider, rows[1].id, TrainingRefusal.CONDITIONS)

    assert _followed(session, REFUSED_RULE) == [(rows[1].id, worker.account_id)]


def test_every_task_of_training_has_words() -> None:
    assert {OVER_RULE, REFUSED_RULE} <= set(TRAINING_TASKS)
