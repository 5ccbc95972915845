"""The plan of a case (帮扶计划): measures with an owner, a last day, and a result."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.casework import MeasureState, ServiceKind
from matcher.models.accounts import Account
from matcher.models.graduate_cases import CasePlanMeasure, GraduateCase
from matcher.services import audit, tasks
from matcher.services.casework.cases import MEASURE_RULE, SUBJECT, get_case, get_editable_case
from matcher.services.permissions import Actor
from matcher.services.rows import first_or_missing


def add_measure(
    session: Session,
    by: Actor,
    case_id: int,
    kind: ServiceKind,
    words: str,
    due_on: dt.date,
    *,
    owner_id: int | None = None,
) -> CasePlanMeasure:
    """Plan a measure until a day; the case's owner answers for it unless another is named."""
    case = get_editable_case(session, by, case_id)
    fields = {}
    if not words.strip():
        fields["words"] = "请写明做什么。"
    if due_on < clock.today():
        fields["due_on"] = "完成期限应是今天或以后。"
    if owner_id is not None and session.get(Account, owner_id) is None:
        fields["owner_id"] = "没有这个人员，请从列表中选择。"
    if fields:
        raise InvalidInputError("case_input", "计划有误，请修改标出的项目。", fields=fields)
    measure = CasePlanMeasure(
        case_id=case.id,
        kind=kind,
        words=words.strip(),
        owner_id=owner_id or case.owner_id or by.account_id,
        due_on=due_on,
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(measure)
    session.flush()
    audit.record(
        session, by, "case.measure_added", subject=(SUBJECT, case.id), measure=measure.id, kind=kind
    )
    follow_measures(session, case)
    session.flush()
    return measure


def settle_measure(
    session: Session,
    by: Actor,
    case_id: int,
    measure_id: int,
    state: MeasureState,
    *,
    result: str | None = None,
) -> CasePlanMeasure:
    """End a measure as done or dropped; a dropped one says why."""
    case = get_editable_case(session, by, case_id)
    found = sa.select(CasePlanMeasure).where(
        CasePlanMeasure.id == measure_id, CasePlanMeasure.case_id == case.id
    )
    measure = first_or_missing(session, found, lock=True)
    if measure.state is not MeasureState.PLANNED:
        raise RuleBrokenError("measure_settled", "这项措施已登记过结果。")
    if state is MeasureState.PLANNED:
        raise ValueError("a measure is settled as done or as dropped")
    if state is MeasureState.DROPPED and not (result or "").strip():
        message = "不再做时请写明原因。"
        raise InvalidInputError("case_input", message, fields={"result": message})
    measure.state, measure.settled_on = state, clock.today()
    measure.result = (result or "").strip() or None
    session.flush()
    audit.record(
        session,
        by,
        "case.measure_settled",
        subject=(SUBJECT, case.id),
        measure=measure.id,
        state=state,
    )
    follow_measures(session, case)
    session.flush()
    return measure


def follow_measures(session: Session, case: GraduateCase) -> None:
    """Let the case's task of measures say the nearest last day, or go away."""
    nearest = session.scalar(
        sa.select(sa.func.min(CasePlanMeasure.due_on)).where(
            CasePlanMeasure.case_id == case.id, CasePlanMeasure.state == MeasureState.PLANNED
        )
    )
    subject = (SUBJECT, case.id)
    if nearest is None:
        tasks.drop_task(session, MEASURE_RULE, subject)
        return
    task = tasks.open_task(
        session,
        union_id=case.union_id,
        rule=MEASURE_RULE,
        subject=subject,
        due_on=nearest,
        assignee_id=case.owner_id,
    )
    task.due_on = nearest


def list_measures(
    session: Session, by: Actor, case_id: int
) -> list[tuple[CasePlanMeasure, str | None]]:
    """Return the measures of a case with their owner's name, planned ones first, by last day."""
    get_case(session, by, case_id)
    found = (
        sa.select(CasePlanMeasure, Account.display_name)
        .outerjoin(Account, Account.id == CasePlanMeasure.owner_id)
        .where(CasePlanMeasure.case_id == case_id)
        .order_by(
            CasePlanMeasure.state != MeasureState.PLANNED,
            CasePlanMeasure.due_on,
            CasePlanMeasure.id,
        )
    )
    return [(measure, name) for measure, name in session.execute(found)]
