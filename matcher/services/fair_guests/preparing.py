"""A caseworker's own people at a fair (我联系的人): who was asked, who answered, whom to call first.

Own people are those of the own cases and households. Here alone the urgent stand first: caseworkers know them anyway,
and nothing of this page is seen by those who organise, admit or recruit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import TaskState
from matcher.kinds.fairs import VisitorState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.tasks import Task
from matcher.services.casework.caseload import own_cases, own_households
from matcher.services.fair_guests import bookings, calls_before
from matcher.services.fairs.sight import get_fair
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing


@dataclass(frozen=True)
class OwnPerson:
    """Somebody of the own caseload and a fair."""

    visitor: FairVisitor
    graduate: Graduate
    is_first: bool
    """Of a zero-employment household: called first."""
    call_due: Any
    """Last day of the call before the fair; None if none is open."""
    key: str
    """How the person stands in call mode."""
    has_case: bool


@dataclass(frozen=True)
class OwnPeople:
    """A page of own people."""

    rows: Sequence[OwnPerson]
    total: int
    n_to_call: int


def own_people(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    state: VisitorState | None = None,
    to_call: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> OwnPeople:
    """List the own people of a fair: calls due first, then who has not answered."""
    require(by, Permission.PREPARE_VISITORS)
    fair = get_fair(session, by, public_id)
    kept = [FairVisitor.fair_id == fair.id, _own(by)]
    if state is not None:
        kept.append(FairVisitor.state == state)
    calls = Task.id.is_not(None)
    chosen = _people().where(*kept)
    n_to_call = _count(session, chosen.where(calls))
    if to_call:
        chosen = chosen.where(calls)
    ordered = chosen.order_by(
        Task.due_on.is_(None),
        Task.due_on,
        sa.func.coalesce(Household.is_zero_employment, sa.false()).desc(),
        FairVisitor.state != VisitorState.INVITED,
        FairVisitor.public_id,
    )
    rows = session.execute(ordered.limit(limit).offset(offset)).all()
    return OwnPeople([_person(row) for row in rows], _count(session, chosen), n_to_call)


def own_ids(session: Session, by: Actor, fair: Fair) -> Sequence[int]:
    """List the ids of the own people of a fair who have not said no; for printing."""
    require(by, Permission.PREPARE_VISITORS)
    gone = (VisitorState.DECLINED, VisitorState.CANCELLED)
    found = (
        sa.select(FairVisitor.id)
        .join(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(FairVisitor.fair_id == fair.id, FairVisitor.state.not_in(gone), _own(by))
        .order_by(FairVisitor.public_id)
    )
    return session.scalars(found).all()


def get_own_person(
    session: Session, by: Actor, public_id: str, visitor: str, *, lock: bool = False
) -> FairVisitor:
    """Return a visitor of a fair who is one of the actor's own people."""
    require(by, Permission.PREPARE_VISITORS)
    fair = get_fair(session, by, public_id)
    found = (
        sa.select(FairVisitor)
        .join(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(FairVisitor.public_id == visitor, FairVisitor.fair_id == fair.id, _own(by))
    )
    if lock:
        bookings.in_turn(session, fair.id)
    return first_or_missing(session, found, lock=lock)


def person_of(session: Session, by: Actor, visitor: FairVisitor) -> OwnPerson:
    """Return what stands about one of the own people; `get_own_person` has checked whose."""
    require(by, Permission.PREPARE_VISITORS)
    return _person(session.execute(_people().where(FairVisitor.id == visitor.id)).one())


def _own(by: Actor) -> sa.ColumnElement[bool]:
    cases = sa.select(GraduateCase.graduate_id).where(GraduateCase.id.in_(own_cases(by.account_id)))
    return sa.or_(Graduate.id.in_(cases), Graduate.household_id.in_(own_households(by.account_id)))


def _people() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(FairVisitor, Graduate, Household.is_zero_employment, Task.due_on, GraduateCase.id)
        .join(Graduate, Graduate.id == FairVisitor.graduate_id)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .outerjoin(
            GraduateCase,
            sa.and_(GraduateCase.graduate_id == Graduate.id, GraduateCase.closed_on.is_(None)),
        )
        .outerjoin(
            Task,
            sa.and_(
                Task.rule == calls_before.RULE,
                Task.subject_kind == calls_before.SUBJECT,
                Task.subject_id == GraduateCase.id,
                Task.state == TaskState.OPEN,
                # One call of a person stands at a time; it may be about another fair.
                Task.facts["visitor"].as_integer() == FairVisitor.id,
            ),
        )
    )


def _count(session: Session, chosen: sa.Select[*tuple[Any, ...]]) -> int:
    rows = chosen.with_only_columns(FairVisitor.id).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def _person(row: Any) -> OwnPerson:
    return OwnPerson(
        visitor=row[0],
        graduate=row[1],
        is_first=bool(row[2]),
        call_due=row[3],
        key=f"g-{row[1].public_id}",
        has_case=row[4] is not None,
    )
