"""Publicity (公示): the sheet for the unit's board, and, only if asked for, a page by link.

What hangs is frozen: masked name, unit, tier unless the grass-roots chair hides it. Nobody else of the family, no
school, no illness. It expires by itself; whoever looked at the link afterwards finds that it is over.
"""

import datetime as dt
import re
import secrets
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.approvals import ActKind, ApprovalState, NoticeState, StepKind
from matcher.models.approvals import Approval
from matcher.models.publicity import Notice, Objection
from matcher.services import audit
from matcher.services.approvals import placing
from matcher.services.approvals.effects import rules_of
from matcher.services.approvals.history import TYPED_NOW, Credit, add_act
from matcher.services.approvals.limits import last_day
from matcher.services.approvals.notice_views import LINES, get_notice
from matcher.services.approvals.steps import advance, get_running, require_turn
from matcher.services.permissions import SYSTEM, Actor, Permission, require
from matcher.services.rows import expect_version, not_found, unique_or

_AGAIN = "publicity.again"
"""Limit of a re-publicity (重新公示)."""

_FURTHEST_DAYS = 14
"""How far ahead of today a sheet may be dated: it is printed before it hangs."""

_CONTACT = re.compile(r"[0-9](?:[ ()-]*[0-9]){4,}")
"""Something one can dial: five digits are the unions' hotline (12351)."""


@dataclass(frozen=True, kw_only=True)
class NoticeInput:
    """How a publicity is done."""

    contact: str
    """The union's telephone for objections (监督电话)."""
    from_on: dt.date | None = None
    place: str | None = None
    hide_tier: bool = False
    with_page: bool = False


def publish(
    session: Session,
    by: Actor,
    subject: tuple[str, int],
    facts: NoticeInput,
    *,
    credit: Credit = TYPED_NOW,
    expected_version: int | None = None,
) -> Notice:
    """Begin the publicity of a subject whose approval stands at that step.

    Raises
    ------
    RuleBrokenError
        No publicity is due, one hangs already, or the tier is hidden by somebody who may not.
    """
    require(by, Permission.EDIT_FILES)
    approval = _due_for_publicity(session, by, subject)
    expect_version(approval, expected_version)
    require_turn(session, by, approval, credit)
    _check(by, approval, facts)
    notice = _new_notice(session, by, approval, facts)
    with unique_or(session, RuleBrokenError("notice_running", "这份材料正在公示中。")):
        session.add(notice)
    add_act(session, by, approval, ActKind.PUBLISHED, credit=credit)
    placing.drop_tasks(session, approval)
    approval.due_on, approval.due_is_known = notice.to_on, notice.to_is_known
    _record(session, by, "notice.published", notice)
    session.flush()
    return notice


def _new_notice(session: Session, by: Actor, approval: Approval, facts: NoticeInput) -> Notice:
    """Build the notice: its round, its days, its lines as they are now."""
    before = sa.select(sa.func.count()).where(Notice.approval_id == approval.id)
    n_before = session.scalars(before).one()
    rule = _AGAIN if _was_rechecked(session, approval) else _first_rule(session, approval)
    from_on = facts.from_on or clock.today()
    # The day it goes up is not counted (民法典 art. 201): whole days hang.
    to = last_day(session, rule, approval.region_code, from_on)
    return Notice(
        token=secrets.token_urlsafe(24) if facts.with_page else None,
        approval_id=approval.id,
        subject_kind=approval.subject_kind,
        subject_id=approval.subject_id,
        union_id=approval.union_id,
        round=n_before + 1,
        limit_rule=rule,
        from_on=from_on,
        to_on=to.day,
        to_is_known=to.is_known,
        lines=_lines(session, approval, hide_tier=facts.hide_tier),
        hide_tier=facts.hide_tier,
        contact=facts.contact.strip(),
        place=(facts.place or "").strip() or None,
        state=NoticeState.RUNNING,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )


def _first_rule(session: Session, approval: Approval) -> str:
    return placing.step_now(session, approval).limit_rule


def _was_rechecked(session: Session, approval: Approval) -> bool:
    """Say whether this is publicity again after an objection; a slip in a sheet earns no shorter one."""
    found = (
        sa.select(Objection.id)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Notice.approval_id == approval.id, Objection.outcome.is_not(None))
    )
    return session.scalar(found.limit(1)) is not None


def _lines(session: Session, approval: Approval, *, hide_tier: bool) -> dict[str, str | None]:
    """Return what hangs, and nothing else the subject's entry may say."""
    told = rules_of(approval.subject_kind).about(session, approval.subject_id).lines
    lines = {key: told.get(key) for key in LINES}
    lines["tier"] = None if hide_tier else approval.facts.get("tier", lines["tier"])
    return lines


def _due_for_publicity(session: Session, by: Actor, subject: tuple[str, int]) -> Approval:
    """Return the running approval of a subject, locked, if it stands at publicity."""
    kind, subject_id = subject
    found = session.scalar(
        sa.select(Approval.id).where(
            Approval.subject_kind == kind,
            Approval.subject_id == subject_id,
            Approval.state == ApprovalState.RUNNING,
        )
    )
    if found is None:
        raise not_found()
    approval = get_running(session, by, found)
    if approval.is_stopped:
        raise RuleBrokenError("objection_open", "有异议尚未复核，请先完成复核。")
    if approval.step_kind is not StepKind.PUBLICITY:
        raise RuleBrokenError("other_step", "这项审批已到下一步，请刷新页面。")
    return approval


def _check(by: Actor, approval: Approval, facts: NoticeInput) -> None:
    today = clock.today()
    fields = {}
    if not _CONTACT.search(unicodedata.normalize("NFKC", facts.contact)):
        fields["contact"] = "请填写异议监督电话。"
    day = facts.from_on or today
    if not today <= day <= today + dt.timedelta(days=_FURTHEST_DAYS):
        fields["from_on"] = "公示起始日须为今天或今后两周内。"
    if fields:
        raise InvalidInputError("notice_form", "公示信息有误，请修改标出的项目。", fields=fields)
    is_chair = by.role is Role.GRASSROOTS_OFFICER or approval.waits_at_id != approval.union_id
    if facts.hide_tier and not is_chair:
        raise RuleBrokenError("tier_hidden_by_chair", "隐去困难类别须由基层工会主席决定。")


def take_down(session: Session, by: Actor, notice_id: int, reason: str) -> Notice:
    """Take a notice down before its time (撤下): a slip in it; it has to be published anew."""
    require(by, Permission.EDIT_FILES)
    notice = get_notice(session, by, notice_id, lock=True)
    if notice.state is not NoticeState.RUNNING:
        raise RuleBrokenError("notice_over", "这次公示已经结束。")
    if not reason.strip():
        raise RuleBrokenError("withdrawal_needs_reason", "撤回时须写明原因。")
    end(notice, NoticeState.WITHDRAWN)
    _record(session, by, "notice.taken_down", notice)
    session.flush()
    if notice.approval_id is not None:
        approval = get_running(session, by, notice.approval_id)
        placing.place(session, approval, approval.position)
    session.flush()
    return notice


def end(notice: Notice, state: NoticeState) -> None:
    """Set a notice over; its page is gone from now on."""
    notice.state, notice.ended_at = state, clock.now()


def end_due_notices(session: Session, by: Actor) -> int:
    """End the notices whose last day is past, and let their approvals go on; run by beat.

    Only notices without an objection still run: those stopped by one wait for the re-check.
    """
    require(by, Permission.APPROVE_FILES)
    due = sa.select(Notice.id).where(
        Notice.state == NoticeState.RUNNING, Notice.to_on < clock.today()
    )
    ended = 0
    for notice_id in list(session.scalars(due.order_by(Notice.id))):
        ended += _end_due(session, by, notice_id)
    return ended


def _end_due(session: Session, by: Actor, notice_id: int) -> bool:
    """End one; False if an objection or another process was first."""
    found = session.get_one(Notice, notice_id)
    approval = (
        session.get(Approval, found.approval_id, with_for_update=True, populate_existing=True)
        if found.approval_id is not None
        else None
    )
    notice = session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice.state is not NoticeState.RUNNING or notice.to_on >= clock.today():
        return False
    end(notice, NoticeState.ENDED)
    _record(session, by, "notice.ended", notice)
    session.flush()
    if approval is not None and approval.state is ApprovalState.RUNNING:
        add_act(session, SYSTEM, approval, ActKind.PUBLICITY_ENDED)
        advance(session, by, approval)
    session.flush()
    return True


def _record(session: Session, by: Actor, action: str, notice: Notice) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("notice", notice.id),
        about=f"{notice.subject_kind}:{notice.subject_id}",
        round=notice.round,
        to_on=notice.to_on,
        by_link=notice.token is not None,
        tier_hidden=notice.hide_tier,
    )
