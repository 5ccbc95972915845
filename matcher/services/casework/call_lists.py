"""Who is due for a call (电话模式的名单): next dates agreed, promised calls, people not heard of for too long.

Own caseload only, whoever was called today is left out, at most forty at a time: a morning's work, one printed page.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.day import CallResult
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.services.casework.caseload import own_cases, own_tasks
from matcher.services.casework.service_acts import standing_acts
from matcher.services.permissions import Actor, Permission, require

MOST = 40
"""People of one list: what one person calls in a morning, and what fits one printed page."""

SILENCE_LIMIT = "case.contact"
"""Name of the limit in `policy/data/deadlines.csv`: days after which somebody should be heard of again."""

AGAIN_RULE = "call.again"
"""Task of calling a member of a household again; a graduate's next date is kept by the case."""

NUMBER_RULE = "call.number"
"""Task of finding out the number of somebody whose number was wrong."""


@dataclass(frozen=True)
class CallTarget:
    """Somebody to call.

    Parameters
    ----------
    person : graduate or member with id
    key : how the person stands in an address, `g-` or `m-` and a public number
    due_on : day the call was promised for; None for somebody not heard of for too long
    last_on, last_kind, last_outcome : the newest service act
    """

    person: tuple[str, int]
    key: str
    name: str
    number: str
    phone_masked: str | None
    case_id: int | None
    due_on: dt.date | None
    last_contact_on: dt.date | None
    last_on: dt.date | None = None
    last_kind: ServiceKind | None = None
    last_outcome: ActOutcome | None = None


@dataclass(frozen=True)
class CallList:
    """The first forty, and how many there are."""

    rows: Sequence[CallTarget]
    total: int


def start_of_today() -> dt.datetime:
    """Return the instant at which today began in China."""
    return clock.in_china(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def list_calls(session: Session, by: Actor, *, limit: int = MOST) -> CallList:
    """List who is due for a call, promised ones first, then whom nobody heard of for longest."""
    require(by, Permission.EDIT_CASES)
    promised = _members_due(session, by)
    chosen = _due(session, by)
    total = session.scalar(sa.select(sa.func.count()).select_from(_graduates(chosen).subquery()))
    left = max(limit - len(promised), 0)
    rows = session.execute(
        _graduates(chosen)
        .order_by(
            GraduateCase.next_on.is_(None),
            GraduateCase.next_on,
            GraduateCase.last_contact_on.is_not(None),
            GraduateCase.last_contact_on,
            GraduateCase.id,
        )
        .limit(left)
    ).all()
    found = [*promised, *_targets(session, rows)]
    return CallList(found[:limit], len(promised) + (total or 0))


def _due(session: Session, by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `GraduateCase` for whom it is time to call."""
    today = clock.today()
    region = session.scalar(sa.select(Union.region_code).where(Union.id == by.union_id))
    limit = get_deadline(SILENCE_LIMIT, region, today)
    long_ago = today - dt.timedelta(days=limit.value)
    return sa.and_(
        GraduateCase.id.in_(own_cases(by.account_id)),
        sa.or_(
            GraduateCase.next_on <= today,
            sa.and_(
                GraduateCase.next_on.is_(None),
                sa.or_(
                    GraduateCase.last_contact_on.is_(None),
                    GraduateCase.last_contact_on < long_ago,
                ),
            ),
        ),
        sa.not_(_called_today(CallResult.graduate_id == GraduateCase.graduate_id)),
    )


def _called_today(whom: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        whom, CallResult.called_at >= start_of_today(), CallResult.undone_at.is_(None)
    )


def _graduates(chosen: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            GraduateCase.id.label("case_id"),
            GraduateCase.next_on,
            GraduateCase.last_contact_on,
            Graduate.id,
            Graduate.public_id,
            Graduate.name,
            Graduate.phone_masked,
            Household.file_number,
        )
        .join(Graduate, Graduate.id == GraduateCase.graduate_id)
        .outerjoin(Household, Household.id == Graduate.household_id)
        .where(chosen)
    )


def _targets(session: Session, rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[CallTarget]:
    last = _last_acts(session, [row.case_id for row in rows])
    return [
        CallTarget(
            person=("graduate", row.id),
            key=f"g-{row.public_id}",
            name=row.name,
            number=row.file_number or "",
            phone_masked=row.phone_masked,
            case_id=row.case_id,
            due_on=row.next_on,
            last_contact_on=row.last_contact_on,
            **last.get(row.case_id, {}),
        )
        for row in rows
    ]


def _last_acts(session: Session, case_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the newest act of each case; one query."""
    place = sa.func.row_number().over(
        partition_by=ServiceAct.case_id,
        order_by=(ServiceAct.happened_on.desc(), ServiceAct.id.desc()),
    )
    acts = (
        sa.select(
            ServiceAct.case_id,
            ServiceAct.happened_on,
            ServiceAct.kind,
            ServiceAct.outcome,
            place.label("place"),
        )
        .where(ServiceAct.case_id.in_(case_ids), standing_acts())
        .subquery()
    )
    rows = session.execute(sa.select(acts).where(acts.c.place == 1).order_by(acts.c.case_id))
    return {
        row.case_id: {
            "last_on": row.happened_on,
            "last_kind": row.kind,
            "last_outcome": row.outcome,
        }
        for row in rows
    }


def _members_due(session: Session, by: Actor) -> list[CallTarget]:
    """Return the members of households whom somebody promised to call again."""
    rows = session.execute(
        _members()
        .add_columns(Task.due_on)
        .join(Task, sa.and_(Task.subject_kind == "member", Task.subject_id == HouseholdMember.id))
        .where(own_tasks(by, by.account_id), Task.rule == AGAIN_RULE, Task.due_on <= clock.today())
        .where(sa.not_(_called_today(CallResult.member_id == HouseholdMember.id)))
        .order_by(Task.due_on, Task.id)
        .limit(MOST)
    ).all()
    return [_member_target(row, row.due_on) for row in rows]


def _members() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        HouseholdMember.id,
        HouseholdMember.name,
        HouseholdMember.phone_masked,
        Household.public_id,
        Household.file_number,
    ).join(Household, Household.id == HouseholdMember.household_id)


def _member_target(row: sa.Row[*tuple[Any, ...]], due_on: dt.date | None) -> CallTarget:
    return CallTarget(
        person=("member", row.id),
        key=f"m-{row.public_id}",
        name=row.name,
        number=row.file_number,
        phone_masked=row.phone_masked,
        case_id=None,
        due_on=due_on,
        last_contact_on=None,
    )


def find_target(session: Session, by: Actor, key: str) -> CallTarget | None:
    """Return somebody of the own caseload by the key in an address: a graduate, or the holder of a household."""
    require(by, Permission.EDIT_CASES)
    kind, _, public_id = key.partition("-")
    if kind == "g":
        mine = sa.and_(
            GraduateCase.id.in_(own_cases(by.account_id)), Graduate.public_id == public_id
        )
        rows = session.execute(_graduates(mine)).all()
        return _targets(session, rows)[0] if rows else None
    own = aliased(Household)
    row = session.execute(
        _members()
        .join(own, own.id == HouseholdMember.household_id)
        .where(
            own.public_id == public_id,
            own.owner_id == by.account_id,
            own.is_open.is_(True),
            HouseholdMember.is_holder.is_(True),
        )
        .order_by(HouseholdMember.id)
        .limit(1)
    ).first()
    return _member_target(row, _promised(session, row.id)) if row is not None else None


def _promised(session: Session, member_id: int) -> dt.date | None:
    return session.scalar(
        sa.select(Task.due_on).where(
            Task.rule == AGAIN_RULE,
            Task.subject_kind == "member",
            Task.subject_id == member_id,
            Task.state == TaskState.OPEN,
        )
    )
