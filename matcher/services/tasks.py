"""Tasks of people (待办): opened by rules and clocks, closed by an act or because the reason went away.

A rule has at most one open task for a subject; a rule that looks again finds its task standing.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.errors import ConflictError
from matcher.kinds import TaskState
from matcher.models.tasks import Task

_OPEN_TRIES = 3
"""The standing task may be closed between looking and inserting; thrice in a row is not chance."""


def open_task(
    session: Session,
    *,
    union_id: int,
    rule: str,
    subject: tuple[str, int],
    due_on: dt.date | None = None,
    facts: dict[str, Any] | None = None,
    assignee_id: int | None = None,
) -> Task:
    """Open a task, or return the one this rule has open for the subject, as it stands.

    Parameters
    ----------
    rule : code of the rule; its words are shown under the task
    subject : kind and id of the record the task is about
    due_on : last day, China time; None if none is set
    facts : ids and plain values the rule looked at
    """
    kind, number = subject
    row: dict[str, Any] = {
        "union_id": union_id,
        "rule": rule,
        "subject_kind": kind,
        "subject_id": number,
        "due_on": due_on,
        "facts": facts or {},
        "assignee_id": assignee_id,
        "created_at": clock.now(),
        "state": TaskState.OPEN,
    }
    for _ in range(_OPEN_TRIES):
        made = insert_if_new(session, Task, {"public_id": new_public_id(), **row})
        if made is not None:
            return made
        standing = find_open_task(session, rule, subject)
        if standing is not None:
            return standing
    raise ConflictError("task_contended", "这项待办正被他人处理，请刷新后再试。", rule=rule)


def find_open_task(session: Session, rule: str, subject: tuple[str, int]) -> Task | None:
    """Return the task a rule has open for a subject."""
    kind, number = subject
    return session.scalar(
        sa.select(Task).where(
            Task.rule == rule,
            Task.subject_kind == kind,
            Task.subject_id == number,
            Task.state == TaskState.OPEN,
        )
    )


def close_task(
    session: Session, task_id: int, state: TaskState, *, by_account_id: int | None = None
) -> bool:
    """Close a task as done or dropped; False if it was closed before."""
    if state is TaskState.OPEN:
        raise ValueError("a task is closed as done or as dropped")
    closed = session.scalar(
        sa.update(Task)
        .where(Task.id == task_id, Task.state == TaskState.OPEN)
        .values(state=state, closed_at=clock.now(), closed_by_id=by_account_id)
        .returning(Task.id)
    )
    return closed is not None


def drop_task(session: Session, rule: str, subject: tuple[str, int]) -> bool:
    """Close a rule's task because its reason went away; False if none was open."""
    standing = find_open_task(session, rule, subject)
    return standing is not None and close_task(session, standing.id, TaskState.DROPPED)
