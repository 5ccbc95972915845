"""Results of calls (通话结果): one tap makes the service act, settles the tasks and the next date; ten seconds to undo.

Somebody not reached comes back on the next working day, a wrong number becomes the task of finding the right one.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.kinds.day import CallOutcome
from matcher.models.day import CallResult
from matcher.models.tasks import Task
from matcher.services import audit, calendar, tasks
from matcher.services.casework import service_acts
from matcher.services.casework.call_lists import AGAIN_RULE, NUMBER_RULE, CallTarget, find_target
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, not_found

UNDO_FOR = dt.timedelta(seconds=10)
"""As long as the word about it stays on the screen."""

_ON_THE_WAY = dt.timedelta(seconds=5)
"""What a slow line may take between the tap and the clock here."""

_NUMBER_DAYS = 3
"""Working days to find out a right number: the union office or the school is asked."""

_FURTHEST_DAYS = 90
"""A call put off for longer than a season is not a follow-up."""


def record_call(
    session: Session,
    by: Actor,
    key: str,
    outcome: CallOutcome,
    *,
    follow_up_on: dt.date | None = None,
) -> CallResult:
    """Record the result of a call to somebody of the own caseload; a second tap changes nothing.

    Raises
    ------
    InvalidInputError
        A follow-up without a day, or on a day past or too far.
    """
    require(by, Permission.EDIT_CASES)
    target = find_target(session, by, key)
    if target is None:
        raise not_found()
    standing = _just_recorded(session, by, target)
    if standing is not None and standing.outcome is outcome:
        return standing
    day = _next_day(session, outcome, follow_up_on)
    row = CallResult(
        union_id=by.union_id,
        account_id=by.account_id,
        case_id=target.case_id,
        outcome=outcome,
        follow_up_on=day if outcome is CallOutcome.FOLLOW_UP else None,
        called_at=clock.now(),
        **{f"{target.person[0]}_id": target.person[1]},
    )
    session.add(row)
    if target.case_id is not None:
        row.act_id = _act(session, by, target.case_id, outcome, day)
    _settle_tasks(session, by, row, target, day)
    session.flush()
    audit.record(session, by, "call.recorded", subject=target.person, outcome=outcome, call=row.id)
    return row


def _act(
    session: Session, by: Actor, case_id: int, outcome: CallOutcome, day: dt.date | None
) -> int:
    """Record the call as a service act of the case; return its id."""
    act = service_acts.record_act(
        session,
        by,
        case_id,
        kind=ServiceKind.CALL_BACK,
        happened_on=clock.today(),
        outcome=ActOutcome(outcome.value),
        next_on=day if outcome is not CallOutcome.WRONG_NUMBER else None,
        channel=ContactChannel.PHONE,
    )
    return act.id


def _next_day(session: Session, outcome: CallOutcome, wish: dt.date | None) -> dt.date | None:
    """Return when something is to be done again after a call."""
    today = clock.today()
    if outcome is CallOutcome.FOLLOW_UP:
        if wish is None or not today < wish <= today + dt.timedelta(days=_FURTHEST_DAYS):
            message = "请选改天再打的日期：明天起、90 天以内。"
            raise InvalidInputError("call_input", message, fields={"follow_up_on": message})
        return wish
    if outcome is CallOutcome.NO_ANSWER:
        return calendar.add_working_days(session, today, 1).day
    if outcome is CallOutcome.WRONG_NUMBER:
        return calendar.add_working_days(session, today, _NUMBER_DAYS).day
    return None


def _just_recorded(session: Session, by: Actor, target: CallTarget) -> CallResult | None:
    """Return the result of the same person tapped just now: a finger comes down twice."""
    kind, number = target.person
    column = CallResult.graduate_id if kind == "graduate" else CallResult.member_id
    return session.scalar(
        sa.select(CallResult)
        .where(
            column == number,
            CallResult.account_id == by.account_id,
            CallResult.undone_at.is_(None),
            CallResult.called_at >= clock.now() - UNDO_FOR,
        )
        .order_by(CallResult.id.desc())
        .limit(1)
    )


def _settle_tasks(
    session: Session, by: Actor, row: CallResult, target: CallTarget, day: dt.date | None
) -> None:
    """Close the promised call of a member and open what follows; a case keeps its own next date."""
    standing = tasks.find_open_task(session, AGAIN_RULE, target.person)
    if standing is not None:
        tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=by.account_id)
        row.task_id = standing.id
    rule = NUMBER_RULE if row.outcome is CallOutcome.WRONG_NUMBER else AGAIN_RULE
    if day is None or (target.case_id is not None and rule == AGAIN_RULE):
        return
    opened = tasks.open_task(
        session,
        union_id=by.union_id or 0,
        rule=rule,
        subject=target.person,
        due_on=day,
        assignee_id=by.account_id,
    )
    row.next_task_id = opened.id


def undo_call(session: Session, by: Actor, public_id: str) -> CallResult:
    """Take back a result tapped by mistake, within ten seconds: its act is void, its tasks are as before.

    Raises
    ------
    RuleBrokenError
        More than ten seconds ago, or undone already.
    """
    require(by, Permission.EDIT_CASES)
    found = sa.select(CallResult).where(
        CallResult.public_id == public_id, CallResult.account_id == by.account_id
    )
    row = first_or_missing(session, found, lock=True)
    if row.undone_at is not None:
        raise RuleBrokenError("call_undone", "这一条已经撤销过。")
    if clock.now() - row.called_at > UNDO_FOR + _ON_THE_WAY:
        raise RuleBrokenError(
            "call_undo_late", "超过 10 秒不能撤销，请在服务记录里更正这一条。", call=row.id
        )
    if row.act_id is not None:
        service_acts.void_act(session, by, row.act_id, "按错了，10 秒内撤销")
    if row.next_task_id is not None:
        tasks.close_task(session, row.next_task_id, TaskState.DROPPED)
    if row.task_id is not None:
        _reopen(session, row.task_id)
    row.undone_at = clock.now()
    audit.record(session, by, "call.undone", subject=("call_result", row.id))
    session.flush()
    return row


def _reopen(session: Session, task_id: int) -> None:
    session.execute(
        sa.update(Task)
        .where(Task.id == task_id, Task.state == TaskState.DONE)
        .values(state=TaskState.OPEN, closed_at=None, closed_by_id=None)
    )
