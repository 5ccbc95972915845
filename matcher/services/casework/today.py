"""What a caseworker owes (今日待办): tasks by day, counted and listed; taking one up, putting one off.

Tasks come from rules and clocks and are closed by their act; here they are only found. Every figure is counted by
the condition its list is read by.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.models.accounts import Account, Membership
from matcher.models.day import TaskDeferral
from matcher.models.tasks import Task
from matcher.services import audit
from matcher.services.casework.caseload import own_tasks, unclaimed_tasks
from matcher.services.casework.task_subjects import TaskSubject, subjects_of
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found

FURTHEST_DAYS = 60
"""A task put off for longer than two months is given up, not put off."""

REASON_LENGTH = 4
"""Characters a reason needs at least, as for a reveal."""

_MOST_TIMES = 3
"""What was put off three times is not going to be done by the same person."""

_WEEK = 7


class When(StrEnum):
    """Which tasks by their day; the value stands in the address."""

    NOW = "now"
    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    ALL = "all"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True)
class TaskRow:
    """One task as a list shows it; `first_due_on` if it was put off."""

    task: Task
    subject: TaskSubject | None
    first_due_on: dt.date | None = None


@dataclass(frozen=True)
class TaskPage:
    """A slice of a list with the size of the whole."""

    rows: Sequence[TaskRow]
    total: int


def _by_day(when: When, today: dt.date) -> sa.ColumnElement[bool]:
    tomorrow = today + dt.timedelta(days=1)
    return {
        When.NOW: Task.due_on <= tomorrow,
        When.OVERDUE: Task.due_on < today,
        When.TODAY: Task.due_on == today,
        When.TOMORROW: Task.due_on == tomorrow,
        When.WEEK: Task.due_on.between(today, today + dt.timedelta(days=_WEEK - 1)),
    }.get(when, sa.true())


def whose_day(session: Session, by: Actor, public_id: str | None) -> Account | None:
    """Return the colleague whose day a supervisor looks at, None for one's own.

    Raises
    ------
    NotFoundError
        The account has no role in the actor's part of the tree.
    """
    require(by, Permission.VIEW_FILES)
    if not public_id:
        return None
    require(by, Permission.SUPERVISE_CASES)
    held = sa.select(Membership.account_id).where(
        Membership.union_id.in_(scope_of(by).unions()), Membership.ended_on.is_(None)
    )
    found = sa.select(Account).where(Account.public_id == public_id, Account.id.in_(held))
    return first_or_missing(session, found, lock=False)


def count_tasks(session: Session, by: Actor, *, account_id: int | None = None) -> dict[When, int]:
    """Count what an account owes, one's own if none is named, by day; two queries."""
    today = clock.today()
    asked = [one for one in When if one is not When.UNCLAIMED]
    row = session.execute(
        sa.select(
            *(
                sa.func.coalesce(sa.func.sum(sa.case((_by_day(one, today), 1), else_=0)), 0)
                for one in asked
            )
        ).where(own_tasks(by, account_id or by.account_id))
    ).one()
    counts = dict(zip(asked, row, strict=True))
    free = sa.select(sa.func.count(Task.id)).where(unclaimed_tasks(by))
    counts[When.UNCLAIMED] = session.scalar(free) or 0
    return counts


def list_tasks(
    session: Session,
    by: Actor,
    when: When,
    *,
    account_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> TaskPage:
    """List what an account owes, the longest overdue first; a constant number of queries."""
    if when is When.UNCLAIMED:
        chosen = unclaimed_tasks(by)
    else:
        mine = own_tasks(by, account_id or by.account_id)
        chosen = sa.and_(mine, _by_day(when, clock.today()))
    total = session.scalar(sa.select(sa.func.count(Task.id)).where(chosen)) or 0
    found = session.scalars(
        sa.select(Task)
        .where(chosen)
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return TaskPage(_rows(session, by, found), total)


def _rows(session: Session, by: Actor, found: Sequence[Task]) -> list[TaskRow]:
    subjects = subjects_of(session, by, [(one.subject_kind, one.subject_id) for one in found])
    first = _first_days(session, [one.id for one in found])
    return [
        TaskRow(one, subjects.get((one.subject_kind, one.subject_id)), first.get(one.id))
        for one in found
    ]


def _first_days(session: Session, ids: Sequence[int]) -> dict[int, dt.date | None]:
    """Return the day each task was due on before it was first put off."""
    rows = session.execute(
        sa.select(TaskDeferral.task_id, TaskDeferral.from_on)
        .where(TaskDeferral.task_id.in_(ids))
        .order_by(TaskDeferral.id.desc())
    )
    return {row.task_id: row.from_on for row in rows}


def find_task(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> Task:
    """Return an open task of one's own or one nobody owes yet; raises NotFoundError."""
    mine = sa.or_(own_tasks(by, by.account_id), unclaimed_tasks(by))
    found = sa.select(Task).where(Task.public_id == public_id, mine)
    return first_or_missing(session, found, lock=lock)


def task_row(session: Session, by: Actor, public_id: str) -> TaskRow:
    """Return one task of one's own with its subject."""
    return _rows(session, by, [find_task(session, by, public_id)])[0]


def claim_task(session: Session, by: Actor, public_id: str) -> Task:
    """Take up a task nobody owes yet (认领); of two who do, one is told.

    Raises
    ------
    ConflictError
        Somebody took it meanwhile.
    """
    require(by, Permission.EDIT_FILES)
    seen = sa.select(Task.id).where(
        Task.public_id == public_id, Task.union_id.in_(scope_of(by).unions())
    )
    if session.scalar(seen) is None:
        raise not_found()
    taken = session.scalar(
        sa.update(Task)
        .where(Task.public_id == public_id, unclaimed_tasks(by))
        .values(assignee_id=by.account_id)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise ConflictError("task_taken", "这件事刚被别人认领，请看下一件。")
    audit.record(session, by, "task.claimed", subject=("task", taken))
    session.flush()
    return session.get_one(Task, taken, populate_existing=True)


def defer_task(session: Session, by: Actor, public_id: str, to: dt.date, reason: str) -> Task:
    """Put a task off (改期) with a reason; the clock behind it, if there is one, runs on.

    Raises
    ------
    InvalidInputError
        The day is past, too far, or the reason too short.
    RuleBrokenError
        The task has been put off three times.
    """
    require(by, Permission.EDIT_FILES)
    _check_deferral(to, reason)
    task = find_task(session, by, public_id, lock=True)
    times = session.scalar(
        sa.select(sa.func.count(TaskDeferral.id)).where(TaskDeferral.task_id == task.id)
    )
    if (times or 0) >= _MOST_TIMES:
        raise RuleBrokenError(
            "task_deferred_thrice", "这件事已经改期三次，请办理，或请主管安排别人办。"
        )
    session.add(
        TaskDeferral(
            task_id=task.id,
            from_on=task.due_on,
            to_on=to,
            reason=reason.strip(),
            deferred_at=clock.now(),
            deferred_by_id=by.account_id,
        )
    )
    audit.record(
        session, by, "task.deferred", subject=("task", task.id), before=task.due_on, after=to
    )
    task.due_on = to
    session.flush()
    return task


def _check_deferral(to: dt.date, reason: str) -> None:
    today = clock.today()
    fields: dict[str, str] = {}
    if not today <= to <= today + dt.timedelta(days=FURTHEST_DAYS):
        fields["to"] = "改到今天以后、60 天以内的一天。"
    if len(reason.strip()) < REASON_LENGTH:
        fields["reason"] = "请写明改期的原因，至少 4 个字。"
    if fields:
        raise InvalidInputError("task_deferral_input", "改期有误，请修改。", fields=fields)
