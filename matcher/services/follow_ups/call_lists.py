"""Reading call-backs (就业回访): the list of a union, one with its job, and those of a placement."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.follow_ups import CallBackState
from matcher.models.accounts import Account
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement
from matcher.services.casework.sealed_words import unseal
from matcher.services.follow_ups.answering import WORDS
from matcher.services.follow_ups.sight import call_backs_in_sight, find_call_back
from matcher.services.permissions import Actor


@dataclass(frozen=True)
class CallLine:
    """A call-back with its person and job, the name masked."""

    call: CallBack
    name_masked: str
    graduate_public_id: str
    employer: str
    title: str
    placement_public_id: str
    started_on: dt.date
    owner: str | None
    phone_masked: str | None


@dataclass(frozen=True)
class CallPage:
    """A slice of call-backs and how many there are."""

    rows: list[CallLine]
    total: int


def list_calls(
    session: Session,
    by: Actor,
    *,
    state: CallBackState | None = CallBackState.DUE,
    overdue: bool = False,
    mine: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> CallPage:
    """Return call-backs, those whose day comes first on top; two queries."""
    kept = [call_backs_in_sight(by)]
    if state is not None:
        kept.append(CallBack.state == state)
    if overdue:
        kept.append(CallBack.due_on < clock.today())
    if mine:
        owned = sa.or_(
            GraduateCase.owner_id == by.account_id, GraduateCase.second_owner_id == by.account_id
        )
        own = sa.select(GraduateCase.graduate_id).where(owned)
        kept.append(CallBack.graduate_id.in_(own))
    total = session.scalar(sa.select(sa.func.count(CallBack.id)).where(*kept)) or 0
    found = _lines().where(*kept).order_by(CallBack.due_on, CallBack.id)
    return CallPage(_read(session, found.limit(limit).offset(offset)), total)


def read_call(session: Session, by: Actor, public_id: str) -> tuple[CallLine, str | None]:
    """Return one call-back with what was said."""
    call = find_call_back(session, by, public_id)
    line = _read(session, _lines().where(CallBack.id == call.id))[0]
    return line, unseal(session, call.words_cipher, WORDS)


def calls_of(session: Session, by: Actor, placement_id: int) -> list[CallBack]:
    """Return the call-backs of a placement, by month."""
    found = sa.select(CallBack).where(
        CallBack.placement_id == placement_id, call_backs_in_sight(by)
    )
    return list(session.scalars(found.order_by(CallBack.months)))


def _lines() -> sa.Select[tuple[object, ...]]:
    owner = (
        sa.select(Account.display_name)
        .join(GraduateCase, GraduateCase.owner_id == Account.id)
        .where(GraduateCase.graduate_id == CallBack.graduate_id)
        .order_by(GraduateCase.closed_on.is_not(None), GraduateCase.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(CallBack, Graduate, Placement, owner.label("owner"))
        .join(Graduate, Graduate.id == CallBack.graduate_id)
        .join(Placement, Placement.id == CallBack.placement_id)
    )


def _read(session: Session, found: sa.Select[tuple[object, ...]]) -> list[CallLine]:
    return [
        CallLine(
            call=row.CallBack,
            name_masked=mask_name(row.Graduate.name),
            graduate_public_id=row.Graduate.public_id,
            employer=row.Placement.employer_name or "",
            title=row.Placement.job_title or "",
            placement_public_id=row.Placement.public_id,
            started_on=row.Placement.started_on,
            owner=row.owner,
            phone_masked=row.Graduate.phone_masked,
        )
        for row in session.execute(found)
    ]
