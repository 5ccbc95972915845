"""Answers to call-backs (回访结果): still there, changed, left; by a caseworker or by the person's link.

A job that ended frees its seat, ends the placement, has the household looked at anew and the case open with work due
today: all in the transaction of the answer. A changed job ends nothing by itself, since one's word is no proof: the
caseworker has the task to record the new one, which replaces the old.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.kinds.follow_ups import CallBackAnswer, CallBackState
from matcher.kinds.placements import PlacementEnd
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase
from matcher.models.placements import Placement
from matcher.services import audit, tasks
from matcher.services.casework import service_acts
from matcher.services.casework.sealed_words import seal
from matcher.services.follow_ups import job_ends
from matcher.services.follow_ups.call_backs import close_questions, drop_others, whose
from matcher.services.follow_ups.sight import CALL_BACK, find_call_back, require_caller
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.placements import case_effects
from matcher.services.placements.sight import SUBJECT as PLACEMENT
from matcher.services.referrals.stepping import via_of
from matcher.services.rows import expect_version

CHANGED_RULE = "call_back.changed"
"""Rule of the task to record the new job of somebody who changed."""

WORDS = "call_back.words"


@dataclass(frozen=True, kw_only=True)
class CallBackFacts:
    """What was said; the last day and the reason only of a job that was left."""

    answer: CallBackAnswer
    left_on: dt.date | None = None
    reason: PlacementEnd | None = None
    words: str | None = None


def answer_call(
    session: Session,
    by: Actor,
    public_id: str,
    facts: CallBackFacts,
    *,
    expected_version: int | None = None,
) -> CallBack:
    """Record what came of a job; the end of one has all its consequences at once.

    Raises
    ------
    InvalidInputError
        The last day or the reason is missing or out of place.
    RuleBrokenError
        It was answered before, or the job has ended meanwhile.
    """
    require_caller(by)
    row = find_call_back(session, by, public_id, lock=True)
    expect_version(row, expected_version)
    if row.state is not CallBackState.DUE:
        raise RuleBrokenError("call_back_settled", "这次回访已经登记过或不再需要，请刷新后再看。")
    placement = session.get_one(Placement, row.placement_id)
    _check(facts, placement)
    row.state, row.answer = CallBackState.ANSWERED, facts.answer
    row.left_on = facts.left_on if facts.answer is CallBackAnswer.LEFT else None
    row.end_reason = facts.reason if facts.answer is CallBackAnswer.LEFT else None
    row.words_cipher, row.via = seal(session, facts.words, WORDS), via_of(by)
    row.settled_at, row.settled_by_id = clock.now(), by.account_id
    session.flush()
    row.act_id = _record_act(session, by, row, ActOutcome.REACHED, facts.words)
    close_questions(session, row, TaskState.DONE, by.account_id)
    audit.record(
        session, by, "call_back.answered", subject=(CALL_BACK, row.id), answer=facts.answer
    )
    if facts.answer is CallBackAnswer.LEFT:
        _end_job(session, by, row, placement)
    elif facts.answer is CallBackAnswer.CHANGED:
        _ask_for_new_job(session, placement)
    session.flush()
    return row


def _check(facts: CallBackFacts, placement: Placement) -> None:
    if facts.answer is not CallBackAnswer.LEFT:
        return
    fields = {}
    if facts.left_on is None or not placement.started_on <= facts.left_on <= clock.today():
        fields["left_on"] = "请填最后一天：不早于开始日期，不晚于今天。"
    if facts.reason is None:
        fields["reason"] = "请选离职原因。"
    if fields:
        raise InvalidInputError(
            "call_back_input", "回访登记有误，请修改标出的项目。", fields=fields
        )


def _end_job(session: Session, by: Actor, row: CallBack, placement: Placement) -> None:
    """End the job everywhere: seat, referral, placement, household, case."""
    left_on = row.left_on or clock.today()
    reason = row.end_reason or PlacementEnd.OTHER
    job_ends.end_job(session, by, placement.id, on=left_on, reason=reason)
    case_effects.reopen_case(session, placement)
    drop_others(session, row)


def _ask_for_new_job(session: Session, placement: Placement) -> None:
    tasks.open_task(
        session,
        union_id=placement.union_id,
        rule=CHANGED_RULE,
        subject=(PLACEMENT, placement.id),
        due_on=clock.today(),
        assignee_id=whose(session, placement),
    )


def note_attempt(session: Session, by: Actor, public_id: str) -> CallBack:
    """Record that nobody answered; the call-back stays due."""
    require_caller(by)
    row = find_call_back(session, by, public_id, lock=True)
    if row.state is not CallBackState.DUE:
        raise RuleBrokenError("call_back_settled", "这次回访已经登记过或不再需要，请刷新后再看。")
    _record_act(session, by, row, ActOutcome.NO_ANSWER, None)
    audit.record(session, by, "call_back.no_answer", subject=(CALL_BACK, row.id))
    session.flush()
    return row


def _record_act(
    session: Session, by: Actor, row: CallBack, outcome: ActOutcome, words: str | None
) -> int | None:
    """Record the service (回访) in the person's open case, else the last one; None without any."""
    case_id = session.scalar(
        sa.select(GraduateCase.id)
        .where(GraduateCase.graduate_id == row.graduate_id)
        .order_by(GraduateCase.closed_on.is_not(None), GraduateCase.id.desc())
        .limit(1)
    )
    if case_id is None:
        return None
    act = service_acts.record_act(
        session,
        SYSTEM,
        case_id,
        kind=ServiceKind.CALL_BACK,
        happened_on=clock.today(),
        outcome=outcome,
        channel=ContactChannel.PHONE if by.union_id is not None else ContactChannel.ONLINE,
        note=words,
        credited_to_id=by.account_id if by.union_id is not None else None,
    )
    return act.id
