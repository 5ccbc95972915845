"""Service acts (帮扶服务记录): what was done for a graduate, by whom, with what outcome and next date.

Rows are never changed: a correction is a new act that names the one it replaces, a mistaken entry is replaced by
one whose outcome is VOID. Who entered, for whom, and who did it are apart (经办、代录、服务人). The summary on the
case (last contact, next date) and its task of the next date are kept in step here.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.models.accounts import Account
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.services import audit, tasks
from matcher.services.casework.cases import (
    NEXT_RULE,
    SUBJECT,
    get_case,
    get_editable_case,
    whole_case_in_sight,
)
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or
from matcher.services.zero_employment.served import note_service

_NOTE = "service_act.note"


def standing_acts() -> sa.ColumnElement[bool]:
    """Return the condition on `ServiceAct` for acts that stand: not replaced and not void."""
    newer = aliased(ServiceAct)
    replaced = sa.exists().where(newer.replaces_id == ServiceAct.id)
    return sa.and_(ServiceAct.outcome != ActOutcome.VOID, ~replaced)


def record_act(
    session: Session,
    by: Actor,
    case_id: int,
    *,
    kind: ServiceKind,
    happened_on: dt.date,
    outcome: ActOutcome,
    next_on: dt.date | None = None,
    channel: ContactChannel | None = None,
    note: str | None = None,
    credited_to_id: int | None = None,
    on_behalf_of_id: int | None = None,
) -> ServiceAct:
    """Record one service done for a graduate; a closed case takes call-backs (回访) only.

    Parameters
    ----------
    next_on : day agreed for the next act; a follow-up needs one
    credited_to_id : who did it; the one it is entered for, else the one who enters, if None
    on_behalf_of_id : caseworker it is entered for (代录)

    Raises
    ------
    InvalidInputError
        A date is out of place; fields are named after the parameters.
    """
    case = get_editable_case(session, by, case_id, closed_too=kind is ServiceKind.CALL_BACK)
    _check(session, case, happened_on, outcome, next_on)
    for one in (credited_to_id, on_behalf_of_id):
        _check_account(session, one)
    act = ServiceAct(
        case_id=case.id,
        union_id=case.union_id,
        kind=kind,
        happened_on=happened_on,
        entered_at=clock.now(),
        actor_id=by.account_id,
        on_behalf_of_id=on_behalf_of_id,
        credited_to_id=credited_to_id or on_behalf_of_id or by.account_id,
        channel=channel,
        outcome=outcome,
        next_on=next_on,
        note_cipher=seal(session, note, _NOTE),
    )
    session.add(act)
    session.flush()
    _settle(session, by, case)
    note_service(session, case.household_id, kind, happened_on, by.account_id)
    _record(session, by, "service_act.recorded", act)
    session.flush()
    return act


def _check(
    session: Session,
    case: GraduateCase,
    happened_on: dt.date,
    outcome: ActOutcome,
    next_on: dt.date | None,
) -> None:
    today, fields = clock.today(), {}
    if happened_on > today:
        fields["happened_on"] = "服务日期不能晚于今天。"
    if next_on is not None and next_on < today:
        fields["next_on"] = "下次日期应是今天或以后。"
    if outcome is ActOutcome.FOLLOW_UP and next_on is None:
        fields["next_on"] = "约定再联系时请填下次日期。"
    if outcome is ActOutcome.VOID:
        fields["outcome"] = "作废只用于更正已登记的服务。"
    if next_on is not None and case.closed_on is not None:
        fields["next_on"] = "已结案的个案不再约下次日期。"
    if fields:
        raise InvalidInputError(
            "service_act_input", "服务记录有误，请修改标出的项目。", fields=fields
        )


def _check_account(session: Session, account_id: int | None) -> None:
    if account_id is not None and session.get(Account, account_id) is None:
        message = "没有这个人员，请从列表中选择。"
        fields = {"credited_to_id": message}
        raise InvalidInputError("service_act_input", message, fields=fields)


def correct_act(
    session: Session,
    by: Actor,
    act_id: int,
    *,
    kind: ServiceKind,
    happened_on: dt.date,
    outcome: ActOutcome,
    next_on: dt.date | None = None,
    channel: ContactChannel | None = None,
    note: str | None = None,
) -> ServiceAct:
    """Replace an act by a corrected one; the old row stays and is shown as replaced.

    Raises
    ------
    RuleBrokenError
        It was corrected before: the correction must start from the newest.
    """
    old = _get_act(session, by, act_id)
    case = get_editable_case(session, by, old.case_id, closed_too=True)
    if old.outcome is ActOutcome.VOID:
        raise RuleBrokenError("act_is_void", "这条记录已作废，请登记新的服务。")
    if outcome is not ActOutcome.VOID:
        _check(session, case, happened_on, outcome, next_on)
    act = ServiceAct(
        case_id=case.id,
        union_id=old.union_id,
        kind=kind,
        happened_on=happened_on,
        entered_at=clock.now(),
        actor_id=by.account_id,
        on_behalf_of_id=old.on_behalf_of_id,
        credited_to_id=old.credited_to_id,
        channel=channel,
        outcome=outcome,
        next_on=next_on,
        note_cipher=seal(session, note, _NOTE),
        replaces_id=old.id,
    )
    replaced = RuleBrokenError("act_replaced", "这条记录刚被更正过，请在最新的一条上更正。")
    with unique_or(session, replaced):
        session.add(act)
    _settle(session, by, case)
    _record(session, by, "service_act.corrected", act, replaces=old.id)
    session.flush()
    return act


def _get_act(session: Session, by: Actor, act_id: int) -> ServiceAct:
    require(by, Permission.EDIT_CASES)
    found = (
        sa.select(ServiceAct)
        .join(GraduateCase, GraduateCase.id == ServiceAct.case_id)
        .where(ServiceAct.id == act_id, whole_case_in_sight(by))
    )
    return first_or_missing(session, found, lock=False)


def void_act(session: Session, by: Actor, act_id: int, note: str) -> ServiceAct:
    """Take back an act that was entered by mistake (作废); the reason is kept."""
    old = _get_act(session, by, act_id)
    if not note.strip():
        message = "请写明作废原因。"
        raise InvalidInputError("service_act_input", message, fields={"note": message})
    return correct_act(
        session,
        by,
        act_id,
        kind=old.kind,
        happened_on=old.happened_on,
        outcome=ActOutcome.VOID,
        channel=old.channel,
        note=note,
    )


def _settle(session: Session, by: Actor, case: GraduateCase) -> None:
    """Bring the case's summary and its task of the next date in step with the acts that stand.

    The newest act that reached the person or set a date decides what is next: nobody answering leaves the
    date that stood.
    """
    rows = session.execute(
        sa.select(ServiceAct.happened_on, ServiceAct.outcome, ServiceAct.next_on)
        .where(ServiceAct.case_id == case.id, standing_acts())
        .order_by(ServiceAct.happened_on.desc(), ServiceAct.id.desc())
    ).all()
    reached = [row.happened_on for row in rows if row.outcome.is_contact]
    case.last_contact_on = reached[0] if reached else None
    decided = next((r for r in rows if r.next_on is not None or r.outcome.is_contact), None)
    case.next_on = decided.next_on if decided and case.closed_on is None else None
    follow_next_date(session, case, done_by_id=by.account_id)


def follow_next_date(
    session: Session, case: GraduateCase, *, done_by_id: int | None = None
) -> None:
    """Let the task of the next date say what the case says; an act that was done closes the old one."""
    subject = (SUBJECT, case.id)
    standing = tasks.find_open_task(session, NEXT_RULE, subject)
    if standing is not None and standing.due_on == case.next_on:
        return
    if standing is not None:
        tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=done_by_id)
    if case.next_on is not None and case.closed_on is None:
        tasks.open_task(
            session,
            union_id=case.union_id,
            rule=NEXT_RULE,
            subject=subject,
            due_on=case.next_on,
            assignee_id=case.owner_id,
        )


def _record(session: Session, by: Actor, action: str, act: ServiceAct, **more: Any) -> None:
    audit.record(
        session,
        by,
        action,
        subject=(SUBJECT, act.case_id),
        on_behalf_of=act.on_behalf_of_id,
        act=act.id,
        kind=act.kind,
        outcome=act.outcome,
        credited_to=act.credited_to_id,
        **more,
    )


@dataclass(frozen=True)
class ActLine:
    """An act of the timeline with its note; `is_corrected` says that an older entry stands behind it."""

    act: ServiceAct
    note: str | None
    is_corrected: bool
    credited_to: str | None
    entered_by: str | None


def list_acts(session: Session, by: Actor, case_id: int) -> list[ActLine]:
    """Return the acts of a case that stand, newest first."""
    get_case(session, by, case_id)
    done_by, entered_by = aliased(Account), aliased(Account)
    found = (
        sa.select(ServiceAct, done_by.display_name, entered_by.display_name)
        .outerjoin(done_by, done_by.id == ServiceAct.credited_to_id)
        .outerjoin(entered_by, entered_by.id == ServiceAct.actor_id)
        .where(ServiceAct.case_id == case_id, standing_acts())
        .order_by(ServiceAct.happened_on.desc(), ServiceAct.id.desc())
    )
    return [
        ActLine(
            act, unseal(session, act.note_cipher, _NOTE), act.replaces_id is not None, who, wrote
        )
        for act, who, wrote in session.execute(found)
    ]
