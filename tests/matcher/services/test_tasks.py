"""Tasks of people: one open task a rule and subject, closed once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import TaskState
from matcher.models.tasks import Task
from matcher.services import tasks
from tests.factories.accounts import make_union

SUBJECT = ("employer", 7)


@pytest.fixture
def union_id(session: Session) -> int:
    """Give a union that owes the tasks."""
    return make_union(session).id


def test_a_rule_that_looks_again_finds_its_task_standing(session: Session, union_id: int) -> None:
    first = tasks.open_task(
        session, union_id=union_id, rule="recheck", subject=SUBJECT, due_on=dt.date(2026, 12, 1)
    )
    again = tasks.open_task(
        session, union_id=union_id, rule="recheck", subject=SUBJECT, due_on=dt.date(2027, 1, 1)
    )

    assert again.id == first.id
    assert again.due_on == dt.date(2026, 12, 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(Task)) == 1


def test_a_closed_task_stays_closed_and_the_rule_may_open_the_next(
    session: Session, union_id: int
) -> None:
    first = tasks.open_task(session, union_id=union_id, rule="recheck", subject=SUBJECT)

    assert tasks.close_task(session, first.id, TaskState.DONE)
    assert not tasks.close_task(session, first.id, TaskState.DROPPED)

    following = tasks.open_task(session, union_id=union_id, rule="recheck", subject=SUBJECT)
    assert following.id != first.id


def test_a_task_whose_reason_went_away_is_dropped(session: Session, union_id: int) -> None:
    task = tasks.open_task(session, union_id=union_id, rule="recheck", subject=SUBJECT)

    assert tasks.drop_task(session, "recheck", SUBJECT)
    assert not tasks.drop_task(session, "recheck", SUBJECT)

    session.refresh(task)
    assert task.state is TaskState.DROPPED
    assert task.closed_at is not None


def test_a_task_is_not_closed_as_open(session: Session, union_id: int) -> None:
    task = tasks.open_task(session, union_id=union_id, rule="recheck", subject=SUBJECT)

    with pytest.raises(ValueError, match="done or as dropped"):
        tasks.close_task(session, task.id, TaskState.OPEN)
