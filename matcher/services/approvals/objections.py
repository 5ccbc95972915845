"""Objections (异议) to a notice: each stops the file at once; the re-check (复核) decides how it goes on."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import (
    ActKind,
    ApprovalState,
    NoticeState,
    ObjectionChannel,
    ObjectionOutcome,
    StepKind,
)
from matcher.models.approvals import Approval
from matcher.models.publicity import Notice, Objection
from matcher.services import audit
from matcher.services.approvals import placing
from matcher.services.approvals.chains import steps_of
from matcher.services.approvals.history import TYPED_NOW, Credit, add_act
from matcher.services.approvals.limits import last_day
from matcher.services.approvals.notice_views import get_notice
from matcher.services.approvals.publicity import end
from matcher.services.approvals.steps import finish, get_running, require_turn
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.rows import expect_version, not_found, unique_or

_STATEMENT, _FINDINGS = "objection.statement", "objection.findings"


@dataclass(frozen=True, kw_only=True)
class ObjectionInput:
    """What came in, when and how."""

    received_on: dt.date
    channel: ObjectionChannel
    statement: str
    is_anonymous: bool = False


def _require_one_of(by: Actor) -> None:
    """Raise unless the actor may edit or approve files."""
    if not may(by, Permission.APPROVE_FILES):
        require(by, Permission.EDIT_FILES)


def receive(session: Session, by: Actor, notice_id: int, facts: ObjectionInput) -> Objection:
    """Record an objection: the notice comes down, the file stops and waits for a re-check.

    One that came in time but is typed late stops the file too, wherever it stands by now.

    Raises
    ------
    RuleBrokenError
        It came outside the days of the notice, another waits for its re-check, or the approval has ended.
    """
    _require_one_of(by)
    notice = get_notice(session, by, notice_id)
    approval = get_running(session, by, notice.approval_id or 0)
    notice = get_notice(session, by, notice_id, lock=True)
    _check(notice, facts)
    objection = Objection(
        notice_id=notice.id,
        received_on=facts.received_on,
        entered_at=clock.now(),
        channel=facts.channel,
        is_anonymous=facts.is_anonymous,
        statement_cipher=ring_of(session).encrypt(facts.statement.strip(), _STATEMENT),
        received_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("objection_open", "有异议尚未复核，请先完成复核。")):
        session.add(objection)
    if notice.state is NoticeState.RUNNING:
        end(notice, NoticeState.STOPPED)
    _stop(session, by, approval, Credit(happened_on=facts.received_on))
    limit = last_day(session, placing.RECHECK_RULE, approval.region_code, clock.today())
    objection.recheck_due_on = limit.day
    _record(session, by, "objection.received", objection)
    session.flush()
    return objection


def _check(notice: Notice, facts: ObjectionInput) -> None:
    fields = {}
    if not facts.statement.strip():
        fields["statement"] = "请写明异议内容。"
    if facts.received_on > clock.today():
        fields["received_on"] = "日期不能晚于今天。"
    if fields:
        raise InvalidInputError("objection_form", "异议登记有误，请修改标出的项目。", fields=fields)
    if notice.state in (NoticeState.WITHDRAWN, NoticeState.STOPPED):
        raise RuleBrokenError("notice_over", "这次公示已经结束。")
    if not notice.from_on <= facts.received_on <= notice.to_on:
        raise RuleBrokenError(
            "objection_outside_days", "收到日期不在公示期内；公示期外反映的问题请按来访登记核查。"
        )


def _stop(session: Session, by: Actor, approval: Approval, credit: Credit) -> None:
    """Stop an approval and put it back to its publicity, where the re-check stands first."""
    add_act(session, by, approval, ActKind.OBJECTED, credit=credit)
    approval.is_stopped = True
    publicity = [
        step.position
        for step in steps_of(session, approval.chain_id)
        if step.kind is StepKind.PUBLICITY and step.position <= approval.position
    ]
    placing.place(session, approval, publicity[-1])


def decide_recheck(
    session: Session,
    by: Actor,
    objection_id: int,
    outcome: ObjectionOutcome,
    findings: str,
    *,
    credit: Credit = TYPED_NOW,
    expected_version: int | None = None,
) -> Objection:
    """Record what the re-check found: publicity anew, back to be amended, or refused.

    Raises
    ------
    RuleBrokenError
        No findings, it is decided already, or the actor has to stand aside.
    """
    _require_one_of(by)
    notice_id = session.scalar(sa.select(Objection.notice_id).where(Objection.id == objection_id))
    if notice_id is None:
        raise not_found()
    notice = get_notice(session, by, notice_id)
    approval = get_running(session, by, notice.approval_id or 0)
    objection = session.get_one(
        Objection, objection_id, with_for_update=True, populate_existing=True
    )
    expect_version(objection, expected_version)
    if objection.outcome is not None:
        raise RuleBrokenError("objection_decided", "这项异议已经复核。")
    if not findings.strip():
        raise RuleBrokenError("recheck_needs_findings", "复核须写明核查情况。")
    require_turn(session, by, approval, credit)
    objection.outcome, objection.decided_at = outcome, clock.now()
    objection.decided_by_id = by.account_id
    objection.findings_cipher = ring_of(session).encrypt(findings.strip(), _FINDINGS)
    add_act(session, by, approval, ActKind.RECHECKED, credit=credit, is_deciding=False)
    _record(session, by, "objection.decided", objection)
    session.flush()
    _go_on(session, by, approval, outcome, findings, credit)
    session.flush()
    return objection


def _go_on(
    session: Session,
    by: Actor,
    approval: Approval,
    outcome: ObjectionOutcome,
    findings: str,
    credit: Credit,
) -> None:
    approval.is_stopped = False
    if outcome is ObjectionOutcome.DISMISSED:
        placing.place(session, approval, approval.position)
        return
    is_refused = outcome is ObjectionOutcome.UPHELD_REFUSE
    kind = ActKind.REFUSED if is_refused else ActKind.RETURNED
    add_act(session, by, approval, kind, comment=findings, credit=credit, is_deciding=True)
    ended = ApprovalState.REFUSED if is_refused else ApprovalState.RETURNED
    finish(session, by, approval, ended)


def waiting_objection(session: Session, by: Actor, notice_id: int) -> int:
    """Return the objection to a notice that waits for its re-check."""
    notice = get_notice(session, by, notice_id)
    found = session.scalar(
        sa.select(Objection.id).where(Objection.notice_id == notice.id, Objection.outcome.is_(None))
    )
    if found is None:
        raise RuleBrokenError("objection_decided", "这项异议已经复核。")
    return found


def may_recheck(session: Session, by: Actor, notice: Notice) -> bool:
    """Say whether the re-check is the actor's to do."""
    require(by, Permission.VIEW_FILES)
    approval = session.get(Approval, notice.approval_id) if notice.approval_id else None
    if approval is None or not approval.is_stopped:
        return False
    try:
        require_turn(session, by, approval, TYPED_NOW)
    except RuleBrokenError:
        return False
    return True


@dataclass(frozen=True)
class ObjectionLine:
    """An objection as those read it who deal with the file."""

    objection: Objection
    notice: Notice
    statement: str
    findings: str | None


def objections_of(session: Session, by: Actor, approval_id: int) -> list[ObjectionLine]:
    """Return the objections to the notices of an approval, newest first; statements in the clear."""
    _require_one_of(by)
    rows = session.execute(
        sa.select(Objection, Notice)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Notice.approval_id == approval_id)
        .order_by(Objection.id.desc())
    ).all()
    ring = ring_of(session)
    return [
        ObjectionLine(
            objection=row.Objection,
            notice=get_notice(session, by, row.Notice.id),
            statement=ring.decrypt(row.Objection.statement_cipher, _STATEMENT),
            findings=(
                ring.decrypt(row.Objection.findings_cipher, _FINDINGS)
                if row.Objection.findings_cipher
                else None
            ),
        )
        for row in rows
    ]


def _record(session: Session, by: Actor, action: str, objection: Objection) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("objection", objection.id),
        notice=objection.notice_id,
        outcome=objection.outcome,
    )
