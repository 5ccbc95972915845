"""Calls before a fair (会前电话): tasks of caseworkers to prepare their people, computed, the most urgent first.

Whoever is of a zero-employment household is called as soon as the invitation left, all others when they have not
answered days before the fair. Only caseworkers read these tasks; no page of the fair tells that there is one.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.day import CallOutcome
from matcher.kinds.fairs import FairState, VisitorState
from matcher.models.day import CallResult
from matcher.models.fair_guests import FairInvitation
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.tasks import Task
from matcher.policy.limits import get_limit
from matcher.services import calendar, tasks

RULE = "fair.call"
SUBJECT = "graduate_case"
_FIRST, _REST = "fair.call_first_days", "fair.call_rest_days"


def open_calls(session: Session) -> int:
    """Open the calls that are due at all announced fairs; a second run finds them standing."""
    return sum(_open_for(session, fair) for fair in _fairs(session))


def settle_calls(session: Session) -> int:
    """Close calls that were made, and drop those nobody needs any more."""
    found = sa.select(Task).where(Task.rule == RULE, Task.state == TaskState.OPEN)
    return sum(_settle(session, task) for task in session.scalars(found.order_by(Task.id)).all())


def settle(session: Session, visitor: FairVisitor, *, by_account_id: int | None = None) -> None:
    """Close the call about a visitor because it was made."""
    case = _case_of(session, visitor)
    task = tasks.find_open_task(session, RULE, (SUBJECT, case)) if case is not None else None
    if task is not None and task.facts.get("visitor") == visitor.id:
        tasks.close_task(session, task.id, TaskState.DONE, by_account_id=by_account_id)


def _fairs(session: Session) -> list[Fair]:
    """Return the announced fairs that have invited somebody and are not over."""
    asked = sa.select(FairInvitation.fair_id)
    found = sa.select(Fair).where(
        Fair.state == FairState.ANNOUNCED, Fair.first_on > clock.today(), Fair.id.in_(asked)
    )
    return list(session.scalars(found.order_by(Fair.first_on, Fair.id)))


def _open_for(session: Session, fair: Fair) -> int:
    rest = get_limit(_REST, fair.venue_region, clock.today()).value
    is_near = clock.today() >= fair.first_on - dt.timedelta(days=rest)
    n_opened = 0
    for row in session.execute(_asked(fair)):
        if not row.is_zero_employment and not (is_near and row.state is VisitorState.INVITED):
            continue
        before = tasks.find_open_task(session, RULE, (SUBJECT, row.case_id))
        if before is not None or _was_called(session, row.case_id, row.visitor_id):
            continue
        tasks.open_task(
            session,
            union_id=row.union_id,
            rule=RULE,
            subject=(SUBJECT, row.case_id),
            due_on=_due(session, fair, is_first=bool(row.is_zero_employment)),
            facts={"fair": fair.id, "visitor": row.visitor_id},
        )
        n_opened += 1
    return n_opened


def _asked(fair: Fair) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            FairVisitor.id.label("visitor_id"),
            FairVisitor.state,
            GraduateCase.id.label("case_id"),
            GraduateCase.union_id,
            Household.is_zero_employment,
        )
        .join(Graduate, Graduate.id == FairVisitor.graduate_id)
        .join(
            GraduateCase,
            sa.and_(GraduateCase.graduate_id == Graduate.id, GraduateCase.closed_on.is_(None)),
        )
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(FairVisitor.fair_id == fair.id)
        .where(FairVisitor.state.in_((VisitorState.INVITED, VisitorState.COMING)))
        .order_by(FairVisitor.id)
    )


def _due(session: Session, fair: Fair, *, is_first: bool) -> dt.date:
    """Return the last day of a call: soon for the first, the day before the fair at the latest."""
    eve = fair.first_on - dt.timedelta(days=1)
    if not is_first:
        return eve
    days = get_limit(_FIRST, fair.venue_region, clock.today()).value
    return min(calendar.add_working_days(session, clock.today(), days).day, eve)


def _was_called(session: Session, case_id: int, visitor_id: int) -> bool:
    """Say whether the call about a visitor was opened before and closed as made."""
    found = sa.select(Task.facts).where(
        Task.rule == RULE,
        Task.subject_kind == SUBJECT,
        Task.subject_id == case_id,
        Task.state == TaskState.DONE,
    )
    return any(facts.get("visitor") == visitor_id for facts in session.scalars(found))


def _settle(session: Session, task: Task) -> bool:
    visitor = session.get(FairVisitor, task.facts.get("visitor", 0))
    fair = session.get(Fair, task.facts.get("fair", 0))
    over = fair is None or fair.state is not FairState.ANNOUNCED or fair.first_on <= clock.today()
    gone = (VisitorState.DECLINED, VisitorState.CANCELLED)
    if over or visitor is None or visitor.state in gone:
        return tasks.close_task(session, task.id, TaskState.DROPPED)
    reached = sa.select(CallResult.id).where(
        CallResult.graduate_id == visitor.graduate_id,
        CallResult.outcome == CallOutcome.REACHED,
        CallResult.called_at >= task.created_at,
        CallResult.undone_at.is_(None),
    )
    if session.scalar(reached.limit(1)) is None:
        return False
    return tasks.close_task(session, task.id, TaskState.DONE)


def _case_of(session: Session, visitor: FairVisitor) -> int | None:
    return session.scalar(
        sa.select(GraduateCase.id).where(
            GraduateCase.graduate_id == visitor.graduate_id, GraduateCase.closed_on.is_(None)
        )
    )
