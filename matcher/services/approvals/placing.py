"""Where an approval stands: its step, the union whose people may act, its last day and its task.

Two decisions that fall to the same union are one: the earlier step is skipped and says so. A decision nobody at
its level may take goes to the next union above, and with it every decision up to that level.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.approvals import ActKind, StepKind
from matcher.models.approvals import Approval, ApprovalChainStep
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.approvals import guard, history
from matcher.services.approvals.chains import steps_of
from matcher.services.approvals.guard import Duty, Place
from matcher.services.approvals.limits import last_day
from matcher.services.permissions import SYSTEM

SUBJECT = "approval"
"""Kind of subject of the tasks of steps."""

_RECHECK_LIMIT, _APPOINT_LIMIT, _PUBLISH_LIMIT = (
    "approval.recheck",
    "approval.appoint",
    "approval.publish",
)
_TASK_RULES = {
    StepKind.VISIT: "approval.visit",
    StepKind.PUBLICITY: "approval.publish",
    StepKind.DECISION: "approval.decision",
}
RECHECK_RULE = "approval.recheck"
APPOINT_RULE = "approval.appoint"


@dataclass(frozen=True)
class _Found:
    """Where a duty falls: an index on the path, and whether anybody is there."""

    at: int
    is_stuck: bool


def duty_now(session: Session, approval: Approval) -> Duty:
    """Return what has to be done now: the step's duty, or the re-check of an objection."""
    if approval.is_stopped:
        return guard.RECHECK
    step = step_now(session, approval)
    return guard.duty_of(step.kind, step.permission)


def step_now(session: Session, approval: Approval) -> ApprovalChainStep:
    """Return the step an approval stands at."""
    return session.get_one(ApprovalChainStep, (approval.chain_id, approval.position))


def place(session: Session, approval: Approval, position: int) -> None:
    """Put a running approval on a step of its chain, at the union where somebody may act."""
    steps = {step.position: step for step in steps_of(session, approval.chain_id)}
    path = guard.path_up(session, approval.union_id)
    approval.position, approval.step_kind = position, steps[position].kind
    if approval.is_stopped:
        _settle_at(session, approval, path, 0, guard.RECHECK)
        return
    own = guard.own_place(path, steps[position].level)
    duty = guard.duty_of(steps[position].kind, steps[position].permission)
    if steps[position].kind is StepKind.DECISION:
        found = _first_with_somebody(session, approval, path, own, duty)
        last = _last_of_same(steps, path, position, own if found.is_stuck else found.at)
        for skipped in range(position, last):
            history.add_act(session, SYSTEM, approval, ActKind.SKIPPED, position=skipped)
        if last != position:
            approval.position = last
            own = guard.own_place(path, steps[last].level)
            duty = guard.duty_of(StepKind.DECISION, steps[last].permission)
    _settle_at(session, approval, path, own, duty)


def _last_of_same(
    steps: dict[int, ApprovalChainStep], path: list[Place], position: int, at: int
) -> int:
    """Return the last of the decisions in a row that fall to a union no higher than `at`."""
    last = position
    following = steps.get(last + 1)
    while following is not None and following.kind is StepKind.DECISION:
        if guard.own_place(path, following.level) > at:
            break
        last += 1
        following = steps.get(last + 1)
    return last


def _first_with_somebody(
    session: Session, approval: Approval, path: list[Place], start: int, duty: Duty
) -> _Found:
    out = guard.kept_out(session, approval, duty)
    for at in range(start, len(path)):
        if guard.who_may(session, path[at].union_id, duty, out):
            return _Found(at, is_stuck=False)
    return _Found(len(path) - 1, is_stuck=True)


def _settle_at(
    session: Session, approval: Approval, path: list[Place], own: int, duty: Duty
) -> None:
    """Give the approval its union, its last day and its task; say so if it went up or found nobody."""
    found = _first_with_somebody(session, approval, path, own, duty)
    before = (approval.waits_at_id, approval.is_stuck)
    approval.waits_at_id = path[found.at].union_id
    approval.is_stuck = found.is_stuck
    if found.is_stuck and before != (approval.waits_at_id, True):
        history.add_act(session, SYSTEM, approval, ActKind.STUCK)
    elif found.at != own and before[0] != approval.waits_at_id:
        history.add_act(session, SYSTEM, approval, ActKind.SENT_UP)
    _renew_task(session, approval)


def _renew_task(session: Session, approval: Approval) -> None:
    """Close the tasks of where it stood and open the one of where it stands."""
    drop_tasks(session, approval)
    limit, rule = _limit_and_rule(session, approval)
    due = last_day(session, limit, approval.region_code, clock.today())
    approval.due_on, approval.due_is_known = due.day, due.is_known
    session.flush()
    tasks.open_task(
        session,
        union_id=approval.waits_at_id or approval.union_id,
        rule=rule,
        subject=(SUBJECT, approval.id),
        due_on=due.day,
        facts={
            "subject_kind": approval.subject_kind,
            "subject_id": approval.subject_id,
            "due_is_known": due.is_known,
        },
    )


def _limit_and_rule(session: Session, approval: Approval) -> tuple[str, str]:
    if approval.is_stuck:
        return _APPOINT_LIMIT, APPOINT_RULE
    if approval.is_stopped:
        return _RECHECK_LIMIT, RECHECK_RULE
    if approval.step_kind is StepKind.PUBLICITY:
        return _PUBLISH_LIMIT, _TASK_RULES[StepKind.PUBLICITY]
    return step_now(session, approval).limit_rule, _TASK_RULES[approval.step_kind]


def drop_tasks(
    session: Session,
    approval: Approval,
    *,
    state: TaskState = TaskState.DROPPED,
    by_account_id: int | None = None,
) -> None:
    """Close whatever task stands for an approval."""
    found = sa.select(Task.id).where(
        Task.subject_kind == SUBJECT, Task.subject_id == approval.id, Task.state == TaskState.OPEN
    )
    for task_id in list(session.scalars(found)):
        tasks.close_task(session, task_id, state, by_account_id=by_account_id)
