"""Logged attempts (联系记录) to reach the person or the employer of a referral.

A seat kept for somebody (预留席位) never comes free by silence alone: somebody has called first, and it is written
down. A call or a visit recorded as a service act counts, and so does one recorded here.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import PENDING, ContactedSide, ReferralVia
from matcher.models.day import CallResult
from matcher.models.graduate_cases import ServiceAct
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.services import tasks
from matcher.services.casework.service_acts import record_act, standing_acts
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.referrals import stepping
from matcher.services.referrals.sight import SUBJECT
from matcher.services.referrals.silence_rules import RULES

CALL_RULE = "referral.reserved_call"
"""Rule of the task to call before a seat comes free by silence."""

ESCALATED_RULE = "referral.reserved_waits"
"""Rule of the supervisor's task: the last day passed and nobody has called."""

AGAIN_RULE = "referral.call_again"
"""Rule of the task to call again on the day agreed."""


def log_attempt(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    side: ContactedSide,
    outcome: CallOutcome,
    follow_up_on: dt.date | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> ReferralStep:
    """Record that somebody called the person or the employer about a referral, reached or not.

    A call to the person is a service act (回访) of the open case as well, and keeps the note; any other that was put
    off gets a task for its day.

    Raises
    ------
    RuleBrokenError
        The referral has ended.
    InvalidInputError
        A call put off without a day to come, or a note where no case keeps it.
    """
    require(by, Permission.REFER)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    if not referral.state.is_live:
        raise RuleBrokenError("referral_over", "这条推荐已经结束，不用再登记联系。")
    in_case = side is ContactedSide.PERSON and _may_enter(session, by, referral)
    _check(outcome, follow_up_on, note, in_case=in_case)
    facts = {"attempt": side.value, "outcome": outcome.value}
    step = stepping.note(
        session, by, referral, before=referral.state, facts=facts, action="referral.attempted"
    )
    _close_calls(session, by, referral)
    if in_case and referral.case_id is not None:
        record_act(
            session,
            by,
            referral.case_id,
            kind=ServiceKind.CALL_BACK,
            happened_on=clock.today(),
            outcome=ActOutcome(outcome.value),
            next_on=follow_up_on,
            channel=ContactChannel.PHONE,
            note=note,
        )
    elif follow_up_on is not None:
        _call_again(session, by, referral, follow_up_on)
    session.flush()
    return step


def _close_calls(session: Session, by: Actor, referral: Referral) -> None:
    """Close the tasks to call about a referral: somebody has, and has seen to an answer that is overdue.

    While a seat is held, the task stays that tells of its coming back; so does that of somebody who accepted and has
    not begun, until it is known what became of it.
    """
    held = sa.select(SeatHold.id).where(
        SeatHold.referral_id == referral.id, SeatHold.ended_at.is_(None)
    )
    is_over = referral.state in PENDING and session.scalar(held) is None
    silent = RULES[referral.state] if is_over else None
    for rule in filter(None, (CALL_RULE, ESCALATED_RULE, AGAIN_RULE, silent)):
        standing = tasks.find_open_task(session, rule, (SUBJECT, referral.id))
        if standing is not None:
            tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=by.account_id)


def _call_again(session: Session, by: Actor, referral: Referral, on: dt.date) -> None:
    tasks.open_task(
        session,
        union_id=referral.union_id,
        rule=AGAIN_RULE,
        subject=(SUBJECT, referral.id),
        due_on=on,
        assignee_id=by.account_id,
    )


def _may_enter(session: Session, by: Actor, referral: Referral) -> bool:
    """Say whether there is a case in which the actor may enter the call."""
    if referral.case_id is None or not may(by, Permission.EDIT_CASES):
        return False
    return scope_of(by).admits(session, referral.union_id)


def _check(
    outcome: CallOutcome, follow_up_on: dt.date | None, note: str | None, *, in_case: bool
) -> None:
    fields = {}
    if outcome is CallOutcome.FOLLOW_UP and follow_up_on is None:
        fields["follow_up_on"] = "改天再打请选日期。"
    if follow_up_on is not None and follow_up_on <= clock.today():
        fields["follow_up_on"] = "请选明天或以后的日期。"
    if (note or "").strip() and not in_case:
        fields["note"] = "备注只随联系本人的记录存进在办个案；请清空，或到个案里登记。"
    if fields:
        raise InvalidInputError("attempt_input", "联系记录有误，请修改标出的项目。", fields=fields)


def has_attempt(session: Session, referral: Referral) -> bool:
    """Say whether anybody was called or visited about a referral since it waits in its present state."""
    since = referral.asked_at
    steps = sa.select(ReferralStep.facts).where(
        ReferralStep.referral_id == referral.id,
        ReferralStep.at >= since,
        ReferralStep.via == ReferralVia.STAFF,
    )
    if any("attempt" in facts for facts in session.scalars(steps.order_by(ReferralStep.id))):
        return True
    called = sa.select(CallResult.id).where(
        CallResult.graduate_id == referral.graduate_id,
        CallResult.called_at >= since,
        CallResult.undone_at.is_(None),
    )
    # Sending a referral is recorded as a service act too, without a channel: that is no attempt.
    acted = sa.select(ServiceAct.id).where(
        ServiceAct.case_id == referral.case_id,
        ServiceAct.entered_at >= since,
        ServiceAct.channel.is_not(None),
        standing_acts(),
    )
    return any(session.scalar(one.limit(1)) is not None for one in (called, acted))
