"""An approval on its way (审批): started, visited, decided, returned, withdrawn; its effect when it ends.

Every act locks the approval's row, so that two who act at once are told the same as one who comes late.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.approvals import ActKind, ApprovalState, Decision, NoticeState, StepKind
from matcher.models.approvals import Approval
from matcher.models.organisations import Union
from matcher.models.publicity import Notice
from matcher.services import audit
from matcher.services.approvals import guard, placing
from matcher.services.approvals.chains import chain_for, steps_of
from matcher.services.approvals.effects import rules_of
from matcher.services.approvals.history import TYPED_NOW, Credit, add_act
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found, unique_or


def start(
    session: Session,
    by: Actor,
    *,
    chain: str,
    subject: tuple[str, int],
    union_id: int,
    entered_by_ids: Iterable[int] = (),
    facts: dict[str, Any] | None = None,
    credit: Credit = TYPED_NOW,
    permission: Permission = Permission.EDIT_FILES,
) -> Approval:
    """Send a subject on its way through the chain that holds for its union.

    Parameters
    ----------
    chain : name of the chain, such as hardship_file
    subject : kind and id; the kind needs an entry in `effects.WHERE`
    entered_by_ids : accounts that entered it, beside those its entry knows of
    facts : ids and plain values it applies with, for its effect
    permission : what the actor needs for starting it

    Raises
    ------
    RuleBrokenError
        It is on its way already, or its effect refuses.
    """
    require(by, permission)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    form = chain_for(session, chain, union_id)
    steps = steps_of(session, form.id)
    approval = _new(session, by, form.id, subject, union_id)
    approval.position, approval.step_kind = steps[0].position, steps[0].kind
    approval.entered_by_ids, approval.facts = sorted(set(entered_by_ids)), facts or {}
    with unique_or(
        session, RuleBrokenError("approval_running", "这份材料已在审批中，不能重复提交。")
    ):
        session.add(approval)
    add_act(session, by, approval, ActKind.SUBMITTED, credit=credit)
    rules_of(subject[0]).started(session, by, approval)
    placing.place(session, approval, steps[0].position)
    _record(session, by, "approval.started", approval, credit)
    session.flush()
    return approval


def _new(
    session: Session, by: Actor, chain_id: int, subject: tuple[str, int], union_id: int
) -> Approval:
    """Build an approval that waits at the subject's own union, not placed yet."""
    kind, subject_id = subject
    return Approval(
        chain_id=chain_id,
        subject_kind=kind,
        subject_id=subject_id,
        union_id=union_id,
        region_code=session.get_one(Union, union_id).region_code,
        state=ApprovalState.RUNNING,
        waits_at_id=union_id,
        started_by_id=by.account_id,
        created_at=clock.now(),
    )


def get_running(
    session: Session, by: Actor, approval_id: int, *, expected_version: int | None = None
) -> Approval:
    """Return an approval of the actor's part of the tree, locked, if it still runs."""
    found = sa.select(Approval).where(
        Approval.id == approval_id, Approval.union_id.in_(scope_of(by).unions())
    )
    approval = first_or_missing(session, found, lock=True)
    expect_version(approval, expected_version)
    if approval.state is not ApprovalState.RUNNING:
        raise RuleBrokenError("approval_ended", "这项审批已经结束，请刷新页面查看结果。")
    return approval


def require_turn(session: Session, by: Actor, approval: Approval, credit: Credit) -> None:
    """Raise unless the actor, and whom the act is credited to, may do what is to be done now."""
    duty = placing.duty_now(session, approval)
    for permission in duty.permissions - {Permission.EDIT_FILES, Permission.APPROVE_FILES}:
        require(by, permission)
    guard.refuse_kept_out(session, approval, duty, (by.account_id, credit.credited_to_id))
    there = guard.who_may(session, approval.waits_at_id or 0, duty, ())
    if by.union_id != approval.waits_at_id or by.account_id not in there:
        raise RuleBrokenError("not_your_step", "这一步由其他工会的人员办理，请看当前办理单位。")


def end_visit(
    session: Session,
    by: Actor,
    approval_id: int,
    *,
    comment: str | None = None,
    credit: Credit = TYPED_NOW,
    expected_version: int | None = None,
) -> Approval:
    """End the visit (完成走访); the visit itself is recorded in the file.

    Raises
    ------
    RuleBrokenError
        No visit is recorded, or the actor has to stand aside.
    """
    require(by, Permission.EDIT_FILES)
    approval = _at(session, by, approval_id, StepKind.VISIT, expected_version)
    require_turn(session, by, approval, credit)
    rules_of(approval.subject_kind).require_ready(session, approval.subject_id, StepKind.VISIT)
    add_act(session, by, approval, ActKind.VISITED, comment=comment, credit=credit)
    _record(session, by, "approval.visited", approval, credit)
    advance(session, by, approval)
    session.flush()
    return approval


def decide(
    session: Session,
    by: Actor,
    approval_id: int,
    decision: Decision,
    *,
    comment: str | None = None,
    credit: Credit = TYPED_NOW,
    expected_version: int | None = None,
) -> Approval:
    """Pass, return or refuse at a deciding step; the last one to pass approves.

    Raises
    ------
    RuleBrokenError
        Nothing said with a return or refusal, another's turn, or the actor has to stand aside.
    """
    require(by, Permission.APPROVE_FILES)
    approval = _at(session, by, approval_id, StepKind.DECISION, expected_version)
    require_turn(session, by, approval, credit)
    if decision is not Decision.PASS and not (comment or "").strip():
        if decision is Decision.REFUSE:
            raise RuleBrokenError("refusal_needs_reason", "不予通过时须写明原因。")
        raise RuleBrokenError("return_needs_comment", "退回修改时须写明需要补正的内容。")
    is_last = all(
        step.position <= approval.position for step in steps_of(session, approval.chain_id)
    )
    kind = {
        Decision.PASS: ActKind.APPROVED if is_last else ActKind.PASSED,
        Decision.RETURN: ActKind.RETURNED,
        Decision.REFUSE: ActKind.REFUSED,
    }[decision]
    add_act(session, by, approval, kind, comment=comment, credit=credit, is_deciding=True)
    _record(session, by, f"approval.{kind.value}", approval, credit)
    if decision is Decision.PASS:
        advance(session, by, approval)
    else:
        ended = ApprovalState.RETURNED if decision is Decision.RETURN else ApprovalState.REFUSED
        finish(session, by, approval, ended)
    session.flush()
    return approval


def withdraw(
    session: Session,
    by: Actor,
    approval_id: int,
    *,
    comment: str,
    credit: Credit = TYPED_NOW,
    expected_version: int | None = None,
) -> Approval:
    """Take an application back (撤回), as the applicant asked; the subject may be changed again."""
    require(by, Permission.EDIT_FILES)
    approval = get_running(session, by, approval_id, expected_version=expected_version)
    if not comment.strip():
        raise RuleBrokenError("withdrawal_needs_reason", "撤回时须写明原因。")
    add_act(session, by, approval, ActKind.WITHDRAWN, comment=comment, credit=credit)
    _record(session, by, "approval.withdrawn", approval, credit)
    finish(session, by, approval, ApprovalState.WITHDRAWN)
    session.flush()
    return approval


def _at(
    session: Session, by: Actor, approval_id: int, kind: StepKind, expected: int | None
) -> Approval:
    """Return a running approval that stands at a kind of step, not stopped by an objection."""
    approval = get_running(session, by, approval_id, expected_version=expected)
    if approval.is_stopped:
        raise RuleBrokenError("objection_open", "有异议尚未复核，请先完成复核。")
    if approval.step_kind is not kind:
        raise RuleBrokenError("other_step", "这项审批已到下一步，请刷新页面。")
    return approval


def advance(session: Session, by: Actor, approval: Approval) -> None:
    """Go on to the next step, or end as approved; for acts that checked who acts."""
    following = [
        step.position
        for step in steps_of(session, approval.chain_id)
        if step.position > approval.position
    ]
    if not following:
        finish(session, by, approval, ApprovalState.APPROVED)
        return
    placing.drop_tasks(session, approval, state=TaskState.DONE, by_account_id=by.account_id)
    placing.place(session, approval, following[0])
    rules_of(approval.subject_kind).moved_on(session, by, approval)


def finish(session: Session, by: Actor, approval: Approval, state: ApprovalState) -> None:
    """End an approval and let its effect happen, once."""
    placing.drop_tasks(session, approval, state=TaskState.DONE, by_account_id=by.account_id)
    approval.state, approval.ended_at = state, clock.now()
    approval.waits_at_id, approval.due_on = None, None
    approval.is_stopped = approval.is_stuck = False
    _take_down(session, approval)
    session.flush()
    rules = rules_of(approval.subject_kind)
    effect = {
        ApprovalState.APPROVED: rules.approved,
        ApprovalState.RETURNED: rules.returned,
        ApprovalState.WITHDRAWN: rules.returned,
        ApprovalState.REFUSED: rules.refused,
    }[state]
    effect(session, by, approval)


def _take_down(session: Session, approval: Approval) -> None:
    """Take a notice down that still hangs for an approval that has ended."""
    hanging = sa.select(Notice).where(
        Notice.approval_id == approval.id, Notice.state == NoticeState.RUNNING
    )
    for notice in session.scalars(hanging.with_for_update()):
        notice.state, notice.ended_at = NoticeState.WITHDRAWN, clock.now()


def _record(
    session: Session, by: Actor, action: str, approval: Approval, credit: Credit = TYPED_NOW
) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("approval", approval.id),
        on_behalf_of=credit.on_behalf_of_id,
        about=f"{approval.subject_kind}:{approval.subject_id}",
        step=approval.position,
        credited_to=credit.credited_to_id,
    )
