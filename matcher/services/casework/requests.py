"""Requests for help (求助): a dated lead with an owner, an answer, and where it was passed on to.

The answer is due by the rule `help_request.answer`, counted in working days from the day it came in. A lead need
not have a case: people call before anybody knows them. Own leads whole, those nobody owns by the own union;
supervisors see their part of the tree.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import normalise_phone, phone_problem
from matcher.kinds import TaskState
from matcher.kinds.casework import NeedKind, RequestSource, RequestState
from matcher.models.help_requests import HelpRequest
from matcher.services import audit, sealing, tasks
from matcher.services.casework.cases import check_owner, get_case
from matcher.services.casework.due_dates import due_after
from matcher.services.casework.sealed_words import seal
from matcher.services.people_rights import disclosures
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found

SUBJECT = "help_request"
ANSWER_RULE = "help_request.answer"
REPLY_RULE = "help_request.reply"

WORDS = "help_request.words"
ANSWER = "help_request.answer"


def whole_request_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `HelpRequest` for the leads an actor sees whole."""
    require(by, Permission.VIEW_CASES)
    inside = HelpRequest.union_id.in_(scope_of(by).unions())
    if may(by, Permission.SUPERVISE_CASES):
        return inside
    unowned = sa.and_(HelpRequest.owner_id.is_(None), HelpRequest.union_id == by.union_id)
    return sa.and_(inside, sa.or_(HelpRequest.owner_id == by.account_id, unowned))


def get_request(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> HelpRequest:
    """Return a lead the actor sees whole."""
    found = sa.select(HelpRequest).where(
        HelpRequest.public_id == public_id, whole_request_in_sight(by)
    )
    return first_or_missing(session, found, lock=lock)


@dataclass(frozen=True, kw_only=True)
class RequestInput:
    """What somebody asks for; `received_at` None is now."""

    source: RequestSource
    kind: NeedKind
    words: str
    person_name: str | None = None
    phone: str | None = None
    received_at: dt.datetime | None = None


def record_request(
    session: Session,
    by: Actor,
    facts: RequestInput,
    *,
    union_id: int | None = None,
    owner_id: int | None = None,
    case_id: int | None = None,
) -> HelpRequest:
    """Write down a request for help; who takes it down owns it unless another caseworker is named.

    Raises
    ------
    InvalidInputError
        Nothing is asked for, nobody can be called back, or a date or number is wrong.
    """
    require(by, Permission.EDIT_CASES)
    case = get_case(session, by, case_id) if case_id is not None else None
    union = union_id or (case.union_id if case else by.union_id) or 0
    if not scope_of(by).admits(session, union):
        raise not_found()
    _check(facts, has_case=case is not None)
    owner = owner_id or by.account_id
    check_owner(session, owner, union)
    received = facts.received_at or clock.now()
    due = due_after(session, ANSWER_RULE, union, clock.in_china(received).date())
    lead = HelpRequest(
        union_id=union,
        case_id=case.id if case else None,
        person_name=(facts.person_name or "").strip() or None,
        source=facts.source,
        kind=facts.kind,
        words_cipher=seal(session, facts.words, WORDS),
        received_at=received,
        owner_id=owner,
        due_on=due.day,
        due_is_known=due.is_known,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    _seal_phone(session, lead, facts.phone)
    session.add(lead)
    session.flush()
    follow_answer(session, lead)
    _record(session, by, "help_request.recorded", lead, source=facts.source, kind=facts.kind)
    session.flush()
    return lead


def _seal_phone(session: Session, lead: HelpRequest, number: str | None) -> None:
    if number:
        sealed = sealing.sealed_phone(ring_of(session), SUBJECT, number)
        lead.phone_cipher, lead.phone_index = sealed.cipher, sealed.index
        lead.phone_masked = sealed.masked


def _check(facts: RequestInput, *, has_case: bool) -> None:
    fields = {}
    if not facts.words.strip():
        fields["words"] = "请写下对方的诉求。"
    if facts.phone and phone_problem(normalise_phone(facts.phone)):
        fields["phone"] = "电话号码不正确，请填手机号或带区号的座机。"
    elif not facts.phone and not has_case:
        fields["phone"] = "请留下电话，否则没法答复。"
    if facts.received_at is not None and facts.received_at > clock.now():
        fields["received_at"] = "收到时间不能晚于现在。"
    if fields:
        raise InvalidInputError(
            "help_request_input", "求助登记有误，请修改标出的项目。", fields=fields
        )


def _task(session: Session, lead: HelpRequest, rule: str, due_on: dt.date) -> None:
    task = tasks.open_task(
        session,
        union_id=lead.union_id,
        rule=rule,
        subject=(SUBJECT, lead.id),
        due_on=due_on,
        facts={"due_is_known": rule != ANSWER_RULE or lead.due_is_known},
        assignee_id=lead.owner_id,
    )
    task.due_on = due_on


def follow_answer(session: Session, lead: HelpRequest) -> None:
    """See to it that an unanswered lead has its task; for callers that may."""
    _task(session, lead, ANSWER_RULE, lead.due_on)


def _record(session: Session, by: Actor, action: str, lead: HelpRequest, **more: Any) -> None:
    audit.record(session, by, action, subject=(SUBJECT, lead.id), **more)


def _get_open(
    session: Session, by: Actor, public_id: str, expected_version: int | None
) -> HelpRequest:
    require(by, Permission.EDIT_CASES)
    lead = get_request(session, by, public_id, lock=True)
    expect_version(lead, expected_version)
    if lead.state is RequestState.ANSWERED:
        raise RuleBrokenError("request_answered", "这条求助已经答复；有新情况请另登记一条。")
    return lead


def answer_request(
    session: Session,
    by: Actor,
    public_id: str,
    answer: str,
    *,
    expected_version: int | None = None,
) -> HelpRequest:
    """Answer a request; a body it was passed on to has then replied as well."""
    lead = _get_open(session, by, public_id, expected_version)
    if not answer.strip():
        message = "请写明怎么答复的。"
        raise InvalidInputError("help_request_input", message, fields={"answer": message})
    if lead.state is RequestState.PASSED_ON:
        lead.replied_on = clock.today()
    lead.answer_cipher = seal(session, answer, ANSWER)
    lead.state, lead.answered_at, lead.answered_by_id = (
        RequestState.ANSWERED,
        clock.now(),
        by.account_id,
    )
    _close_tasks(session, lead, by.account_id)
    _record(session, by, "help_request.answered", lead, on_time=clock.today() <= lead.due_on)
    session.flush()
    return lead


def _close_tasks(session: Session, lead: HelpRequest, account_id: int | None) -> None:
    for rule in (ANSWER_RULE, REPLY_RULE):
        standing = tasks.find_open_task(session, rule, (SUBJECT, lead.id))
        if standing is not None:
            tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=account_id)


def pass_request_on(
    session: Session,
    by: Actor,
    public_id: str,
    body: str,
    *,
    reply_due_on: dt.date | None = None,
    expected_version: int | None = None,
) -> HelpRequest:
    """Pass a request on to the right body (转办) with the day its reply is due; the answer is still owed."""
    lead = _get_open(session, by, public_id, expected_version)
    today, fields = clock.today(), {}
    if not body.strip():
        fields["body"] = "请写明转给哪个单位。"
    if reply_due_on is not None and reply_due_on < today:
        fields["reply_due_on"] = "回复日期应是今天或以后。"
    if fields:
        raise InvalidInputError("help_request_input", "转办有误，请修改标出的项目。", fields=fields)
    lead.passed_on_to, lead.passed_on_on = body.strip(), today
    lead.reply_due_on = reply_due_on or due_after(session, REPLY_RULE, lead.union_id, today).day
    lead.state = RequestState.PASSED_ON
    _task(session, lead, REPLY_RULE, lead.reply_due_on)
    _record(session, by, "help_request.passed_on", lead, reply_due_on=lead.reply_due_on)
    disclosures.note_passing_on(
        session,
        by,
        subject=("help_request", lead.id),
        union_id=lead.union_id,
        to=(body, None),
        purpose="转办求助",
        asked=("help_request", lead.id),
    )
    session.flush()
    return lead


def link_case(session: Session, by: Actor, public_id: str, case_id: int) -> HelpRequest:
    """Say which case a request is about."""
    require(by, Permission.EDIT_CASES)
    lead = get_request(session, by, public_id, lock=True)
    lead.case_id = get_case(session, by, case_id).id
    _record(session, by, "help_request.linked", lead, case=case_id)
    session.flush()
    return lead
