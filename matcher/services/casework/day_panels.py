"""What stands beside the tasks of a day: families without work, people nobody serves, near limits, what was done.

Each panel is a count and its first rows; the whole list lives on the page the figure opens. The number of queries
does not grow with the caseload.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.clocks import Clock
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household
from matcher.models.tasks import Task
from matcher.services.casework import packages
from matcher.services.casework.caseload import own_cases, own_households
from matcher.services.casework.task_subjects import TaskSubject, subjects_of
from matcher.services.permissions import Actor, Permission, require, scope_of

SHOWN = 6
"""Rows of a panel: as many as lie beside one another without turning the page into a list."""


@dataclass(frozen=True)
class CaseloadSize:
    """How much somebody is responsible for."""

    n_households: int
    n_cases: int
    n_without_owner: int
    n_without_act: int


@dataclass(frozen=True)
class FamilyCard:
    """A household nobody of which works yet, with the next day something is due."""

    subject: TaskSubject
    due_on: dt.date | None
    rule: str | None


@dataclass(frozen=True)
class Panel:
    """A count and its first rows."""

    total: int
    rows: Sequence[FamilyCard]


@dataclass(frozen=True)
class DoneAct:
    """Something done today: a service act (`kind`) or a task by its rule."""

    at: dt.datetime
    subject: TaskSubject | None
    kind: ServiceKind | None = None
    outcome: ActOutcome | None = None
    rule: str = ""


def caseload_size(session: Session, by: Actor, account_id: int | None) -> CaseloadSize:
    """Count households, cases, cases of the own union without an owner, own cases without any act; one query."""
    require(by, Permission.VIEW_FILES)
    mine = own_cases(account_id).subquery()
    acted = sa.exists().where(
        ServiceAct.case_id == GraduateCase.id, ServiceAct.outcome != ActOutcome.VOID
    )
    row = session.execute(
        sa.select(
            _count(own_households(account_id)),
            _count(own_cases(account_id)),
            _count(without_owner(by)),
            _count(
                sa.select(GraduateCase.id).where(
                    GraduateCase.id.in_(sa.select(mine.c.id)), sa.not_(acted)
                )
            ),
        )
    ).one()
    return CaseloadSize(*(int(one) for one in row))


def _count(ids: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery()


def without_owner(by: Actor) -> sa.Select[int]:
    """Select the open cases of the actor's part of the tree that nobody owns (还没有人负责)."""
    require(by, Permission.VIEW_FILES)
    return sa.select(GraduateCase.id).where(
        GraduateCase.union_id.in_(scope_of(by).unions()),
        GraduateCase.owner_id.is_(None),
        GraduateCase.closed_on.is_(None),
    )


def families_without_work(session: Session, by: Actor, account_id: int | None) -> Panel:
    """Return the own households in which nobody works, the nearest limit first."""
    require(by, Permission.VIEW_FILES)
    due = (
        sa.select(Clock.subject_id, sa.func.min(Clock.due_on).label("due_on"))
        .where(Clock.subject_kind == "household", Clock.stopped_on.is_(None))
        .group_by(Clock.subject_id)
        .subquery()
    )
    chosen = sa.and_(
        Household.id.in_(own_households(account_id)), Household.is_zero_employment.is_(True)
    )
    total = session.scalar(sa.select(sa.func.count(Household.id)).where(chosen)) or 0
    found = session.execute(
        sa.select(Household.id, due.c.due_on)
        .outerjoin(due, due.c.subject_id == Household.id)
        .where(chosen)
        .order_by(due.c.due_on.is_(None), due.c.due_on, Household.id)
        .limit(SHOWN)
    ).all()
    return Panel(total, _cards(session, by, [("household", row.id, row.due_on) for row in found]))


def near_limits(session: Session, by: Actor, account_id: int | None) -> Panel:
    """Return the clocks somebody answers for that warn already and are not over yet."""
    require(by, Permission.VIEW_FILES)
    today = clock.today()
    chosen = sa.and_(
        Clock.owner_id == account_id,
        Clock.stopped_on.is_(None),
        Clock.amber_on <= today,
        Clock.due_on >= today,
    )
    total = session.scalar(sa.select(sa.func.count(Clock.id)).where(chosen)) or 0
    found = session.execute(
        sa.select(Clock.subject_kind, Clock.subject_id, Clock.due_on, Clock.rule)
        .where(chosen)
        .order_by(Clock.due_on, Clock.id)
        .limit(SHOWN)
    ).all()
    return Panel(total, _cards(session, by, [tuple(row) for row in found]))


def _cards(session: Session, by: Actor, rows: Sequence[tuple[object, ...]]) -> list[FamilyCard]:
    """Return cards for rows of kind, id, day and perhaps rule; those without a record are left out."""
    pairs = [(str(row[0]), int(str(row[1]))) for row in rows]
    subjects = subjects_of(session, by, pairs)
    cards = []
    for pair, row in zip(pairs, rows, strict=True):
        subject = subjects.get(pair)
        if subject is not None:
            due_on, *rest = row[2:]
            rule = str(rest[0]) if rest else None
            cards.append(FamilyCard(subject, due_on if isinstance(due_on, dt.date) else None, rule))
    return cards


def count_incomplete(session: Session, by: Actor, account_id: int | None) -> int:
    """Count the own cases whose promised service package has something missing (服务包没做够)."""
    require(by, Permission.VIEW_FILES)
    found = packages.progress(session, own_cases(account_id))
    return sum(any(item.missing for item in items) for items in found.values())


def done_today(session: Session, by: Actor, account_id: int | None) -> list[DoneAct]:
    """Return what somebody did today, newest first: service acts entered and tasks done."""
    require(by, Permission.VIEW_FILES)
    since = clock.in_china(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    acts = session.execute(
        sa.select(ServiceAct.case_id, ServiceAct.kind, ServiceAct.outcome, ServiceAct.entered_at)
        .where(ServiceAct.actor_id == account_id, ServiceAct.entered_at >= since)
        .order_by(ServiceAct.entered_at.desc(), ServiceAct.id.desc())
        .limit(SHOWN)
    ).all()
    closed = session.execute(
        sa.select(Task.subject_kind, Task.subject_id, Task.rule, Task.closed_at)
        .where(
            Task.closed_by_id == account_id, Task.state == TaskState.DONE, Task.closed_at >= since
        )
        .order_by(Task.closed_at.desc(), Task.id.desc())
        .limit(SHOWN)
    ).all()
    pairs = [("case", row.case_id) for row in acts]
    pairs += [(row.subject_kind, row.subject_id) for row in closed]
    subjects = subjects_of(session, by, pairs)
    done = [
        DoneAct(row.entered_at, subjects.get(("case", row.case_id)), row.kind, row.outcome)
        for row in acts
    ]
    done += [
        DoneAct(row.closed_at, subjects.get((row.subject_kind, row.subject_id)), rule=row.rule)
        for row in closed
        if row.closed_at is not None
    ]
    return sorted(done, key=lambda one: one.at, reverse=True)[:SHOWN]
