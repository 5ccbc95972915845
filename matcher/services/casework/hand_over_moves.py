"""What moves with a household or a case (交接时一起转走的): cases, open tasks, running clocks, leads, measures.

Only what the old owner held moves; what a colleague holds in the same household stays with the colleague.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import TaskState
from matcher.kinds.casework import MeasureState, RequestState
from matcher.kinds.clocks import ClockEventKind
from matcher.models.clocks import Clock
from matcher.models.day import HandOverItem
from matcher.models.graduate_cases import CasePlanMeasure, GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.help_requests import HelpRequest
from matcher.models.households import Household, HouseholdMember
from matcher.models.tasks import Task
from matcher.services.casework.caseload import CASE_KINDS
from matcher.services.clock_owners import place_of
from matcher.services.clocks import note_event


@dataclass(frozen=True)
class Moved:
    """How much changed hands."""

    n_households: int
    n_cases: int
    n_tasks: int
    n_clocks: int


def move_owned(
    session: Session,
    from_id: int,
    to_id: int,
    *,
    household_ids: Collection[int],
    case_ids: Collection[int],
    actor_id: int | None,
) -> Moved:
    """Move households and cases from one owner to another with everything that hangs on them."""
    n_households = _move_rows(session, Household, "owner_id", from_id, to_id, household_ids)
    cases = set(case_ids) | _cases_inside(session, from_id, household_ids)
    n_cases = _move_rows(session, GraduateCase, "owner_id", from_id, to_id, cases)
    _leave_second_place(session, to_id, cases)
    subjects = _subjects(session, household_ids, cases)
    n_tasks = _move_tasks(session, from_id, to_id, subjects)
    n_clocks = _move_clocks(session, from_id, to_id, subjects, actor_id)
    _move_leads_and_measures(session, from_id, to_id, cases)
    session.expire_all()
    return Moved(n_households, n_cases, n_tasks, n_clocks)


def _move_rows(
    session: Session,
    model: type[Household] | type[GraduateCase],
    column: str,
    from_id: int,
    to_id: int,
    ids: Collection[int],
) -> int:
    """Set another owner where the old one still is, counting the row's version on."""
    moved = session.scalars(
        sa.update(model)
        .where(model.id.in_(ids), getattr(model, column) == from_id)
        .values({column: to_id, "version_id": model.version_id + 1})
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())


def _cases_inside(session: Session, from_id: int, household_ids: Collection[int]) -> set[int]:
    """Return the open cases of the old owner inside the households."""
    found = sa.select(GraduateCase.id).where(
        GraduateCase.household_id.in_(household_ids),
        GraduateCase.owner_id == from_id,
        GraduateCase.closed_on.is_(None),
    )
    return set(session.scalars(found))


def _leave_second_place(session: Session, to_id: int, case_ids: Collection[int]) -> None:
    """Who becomes the owner of a case is no longer its stand-in."""
    session.execute(
        sa.update(GraduateCase)
        .where(GraduateCase.id.in_(case_ids), GraduateCase.second_owner_id == to_id)
        .values(second_owner_id=None)
        .execution_options(synchronize_session=False)
    )


def _move_leads_and_measures(
    session: Session, from_id: int, to_id: int, case_ids: Collection[int]
) -> None:
    """Move the leads not answered yet and the measures still planned."""
    session.execute(
        sa.update(HelpRequest)
        .where(HelpRequest.owner_id == from_id, HelpRequest.case_id.in_(case_ids))
        .where(HelpRequest.state != RequestState.ANSWERED)
        .values(owner_id=to_id, version_id=HelpRequest.version_id + 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(CasePlanMeasure)
        .where(CasePlanMeasure.owner_id == from_id, CasePlanMeasure.case_id.in_(case_ids))
        .where(CasePlanMeasure.state == MeasureState.PLANNED)
        .values(owner_id=to_id)
        .execution_options(synchronize_session=False)
    )


_Subjects = dict[tuple[str, ...], set[int]]


def _subjects(
    session: Session, household_ids: Collection[int], case_ids: Collection[int]
) -> _Subjects:
    """Return ids by the kinds under which tasks and clocks may hang on what moves."""
    members = sa.select(HouseholdMember.id).where(HouseholdMember.household_id.in_(household_ids))
    graduates = sa.select(Graduate.id).where(
        sa.or_(
            Graduate.household_id.in_(household_ids),
            Graduate.id.in_(
                sa.select(GraduateCase.graduate_id).where(GraduateCase.id.in_(case_ids))
            ),
        )
    )
    return {
        ("household",): set(household_ids),
        CASE_KINDS: set(case_ids),
        ("member",): set(session.scalars(members)),
        ("graduate",): set(session.scalars(graduates)),
    }


def _hanging_on(model: type[Task] | type[Clock], subjects: _Subjects) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            sa.and_(model.subject_kind.in_(kinds), model.subject_id.in_(ids))
            for kinds, ids in subjects.items()
        )
    )


def _move_tasks(session: Session, from_id: int, to_id: int, subjects: _Subjects) -> int:
    moved = session.scalars(
        sa.update(Task)
        .where(
            Task.state == TaskState.OPEN, Task.assignee_id == from_id, _hanging_on(Task, subjects)
        )
        .values(assignee_id=to_id)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())


def _move_clocks(
    session: Session, from_id: int, to_id: int, subjects: _Subjects, actor_id: int | None
) -> int:
    """Give running clocks to the new owner, each with a line in its log."""
    found = sa.select(Clock).where(
        Clock.stopped_on.is_(None), Clock.owner_id == from_id, _hanging_on(Clock, subjects)
    )
    running = session.scalars(found.order_by(Clock.id).with_for_update()).all()
    for clock in running:
        place = place_of(session, to_id, clock.union_id)
        if place is not None:
            clock.owner_union_id, clock.level = place.union_id, place.level
        clock.owner_id = to_id
        facts = {"before": from_id, "after": to_id, "level": clock.level}
        note_event(session, clock, ClockEventKind.OWNER_MOVED, facts, actor_id=actor_id)
    session.flush()
    return len(running)


def still_owned(
    session: Session, from_id: int, items: Sequence[HandOverItem]
) -> tuple[set[int], set[int]]:
    """Return the households and cases of items that are still the old owner's, locked."""
    households = sa.select(Household.id).where(
        Household.id.in_([one.household_id for one in items if one.household_id]),
        Household.owner_id == from_id,
    )
    cases = sa.select(GraduateCase.id).where(
        GraduateCase.id.in_([one.case_id for one in items if one.case_id]),
        GraduateCase.owner_id == from_id,
        GraduateCase.closed_on.is_(None),
    )
    return (
        set(session.scalars(households.order_by(Household.id).with_for_update())),
        set(session.scalars(cases.order_by(GraduateCase.id).with_for_update())),
    )
