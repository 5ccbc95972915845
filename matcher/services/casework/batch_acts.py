"""One service act for many cases (批量登记): each row by itself, with its own result; a refused one loses no other."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RuleBrokenError,
    YangguangError,
)
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.services.casework import service_acts
from matcher.services.casework.caseload import own_cases
from matcher.services.casework.cases import whole_case_in_sight
from matcher.services.permissions import Actor, Permission, require

MOST = 200
"""Cases of one batch: a hall full of people; more make a request too long."""

_REFUSALS = (ConflictError, InvalidInputError, NotFoundError, RuleBrokenError)


@dataclass(frozen=True)
class BatchCase:
    """A case that may be chosen."""

    case_id: int
    public_id: str
    name: str
    number: str


@dataclass(frozen=True)
class BatchRow:
    """What became of one case: an act, or why not."""

    public_id: str
    name: str
    number: str
    act_id: int | None
    refusal: str | None


def choosable_cases(
    session: Session, by: Actor, *, chosen: Sequence[str] = (), limit: int = MOST
) -> list[BatchCase]:
    """Return the cases asked for that the actor sees whole; without any, the own open ones."""
    require(by, Permission.EDIT_CASES)
    found = (
        sa.select(
            GraduateCase.id,
            GraduateCase.public_id,
            Graduate.name,
            sa.func.coalesce(Household.file_number, ""),
        )
        .join(Graduate, Graduate.id == GraduateCase.graduate_id)
        .outerjoin(Household, Household.id == GraduateCase.household_id)
        .where(GraduateCase.closed_on.is_(None), whole_case_in_sight(by))
    )
    if chosen:
        found = found.where(GraduateCase.public_id.in_(chosen[:MOST]))
    else:
        found = found.where(GraduateCase.id.in_(own_cases(by.account_id)))
    rows = session.execute(found.order_by(Graduate.name, GraduateCase.id).limit(limit))
    return [BatchCase(*row) for row in rows]


def record_for_many(
    session: Session,
    by: Actor,
    public_ids: Sequence[str],
    *,
    kind: ServiceKind,
    happened_on: dt.date,
    outcome: ActOutcome = ActOutcome.DONE,
    note: str | None = None,
) -> list[BatchRow]:
    """Record the same act for many cases, in the order they were named; each stands or is refused alone.

    The same kind on the same day is refused for a case that has it: a form sent twice does no harm.

    Raises
    ------
    InvalidInputError
        No case, or too many.
    """
    require(by, Permission.EDIT_CASES)
    asked = list(dict.fromkeys(public_ids))
    if not 0 < len(asked) <= MOST:
        message = f"请勾选 1 至 {MOST} 人。"
        raise InvalidInputError("batch_input", message, fields={"case": message})
    known = {
        row.public_id: row for row in choosable_cases(session, by, chosen=asked, limit=len(asked))
    }
    has = _already(session, [one.case_id for one in known.values()], kind, happened_on)
    rows = []
    for public_id in asked:
        case = known.get(public_id)
        if case is None:
            rows.append(BatchRow(public_id, "", "", None, "没有这个个案，或不归您办理，或已结案。"))
        elif case.case_id in has:
            said = "这一天已经登记过同样的服务。"
            rows.append(BatchRow(public_id, case.name, case.number, None, said))
        else:
            act_id, refusal = _record_one(session, by, case, kind, happened_on, outcome, note)
            rows.append(BatchRow(public_id, case.name, case.number, act_id, refusal))
    session.flush()
    return rows


def _already(session: Session, case_ids: Sequence[int], kind: ServiceKind, on: dt.date) -> set[int]:
    """Return which cases have an act of the kind on the day."""
    found = sa.select(ServiceAct.case_id).where(
        ServiceAct.case_id.in_(case_ids),
        ServiceAct.kind == kind,
        ServiceAct.happened_on == on,
        service_acts.standing_acts(),
    )
    return set(session.scalars(found))


def _record_one(
    session: Session,
    by: Actor,
    case: BatchCase,
    kind: ServiceKind,
    happened_on: dt.date,
    outcome: ActOutcome,
    note: str | None,
) -> tuple[int | None, str | None]:
    """Record one act inside a savepoint, so that a refusal undoes this row alone."""
    try:
        with session.begin_nested():
            act = service_acts.record_act(
                session,
                by,
                case.case_id,
                kind=kind,
                happened_on=happened_on,
                outcome=outcome,
                note=note,
            )
            return act.id, None
    except _REFUSALS as error:
        return None, _said(error)


def _said(error: YangguangError) -> str:
    """Return why a row was refused: the first thing wrong with a field, else the sentence."""
    fields = error.details.get("fields")
    if isinstance(fields, dict) and fields:
        return str(next(iter(fields.values())))
    return error.message
