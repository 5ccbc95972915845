"""Approvals that wait for nobody (无人可办) are placed anew: the product looks each hour, or at somebody's word."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.approvals import ApprovalState, NoticeState
from matcher.models.approvals import Approval
from matcher.models.publicity import Notice
from matcher.services import audit
from matcher.services.approvals import guard, placing
from matcher.services.approvals.steps import get_running
from matcher.services.permissions import Actor, Permission, require


def settle(session: Session, by: Actor, approval_id: int) -> Approval:
    """Place an approval anew if nobody may act where it waits (重新安排办理人)."""
    require(by, Permission.VIEW_FILES)
    approval = get_running(session, by, approval_id)
    if _should_move(session, approval):
        before = approval.waits_at_id
        placing.place(session, approval, approval.position)
        audit.record(
            session,
            by,
            "approval.placed",
            subject=("approval", approval.id),
            before=before,
            after=approval.waits_at_id,
            is_stuck=approval.is_stuck,
        )
    session.flush()
    return approval


def settle_all(session: Session, by: Actor) -> int:
    """Place anew every approval that waits for nobody; a second run changes nothing."""
    require(by, Permission.APPROVE_FILES)
    found = sa.select(Approval.id).where(Approval.state == ApprovalState.RUNNING)
    moved = 0
    for approval_id in list(session.scalars(found.order_by(Approval.id))):
        approval = get_running(session, by, approval_id)
        before = (approval.waits_at_id, approval.is_stuck)
        settle(session, by, approval_id)
        moved += before != (approval.waits_at_id, approval.is_stuck)
    return moved


def _should_move(session: Session, approval: Approval) -> bool:
    """Say whether nobody may act where it waits; if nobody may anywhere, whether that has changed."""
    hanging = sa.select(Notice.id).where(
        Notice.approval_id == approval.id, Notice.state == NoticeState.RUNNING
    )
    if session.scalar(hanging.limit(1)) is not None:
        return False
    duty = placing.duty_now(session, approval)
    out = guard.kept_out(session, approval, duty)
    if not approval.is_stuck:
        return not guard.who_may(session, approval.waits_at_id or 0, duty, out)
    path = guard.path_up(session, approval.union_id)
    level = placing.step_now(session, approval).level
    start = 0 if approval.is_stopped else guard.own_place(path, level)
    return any(guard.who_may(session, place.union_id, duty, out) for place in path[start:])
