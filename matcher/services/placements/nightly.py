"""Nightly work on placements (去向夜间处理): what case and file could not take at once, each in its turn.

Work that begins today is written before work that ended is: who goes from one job to the next is not without work
for a night.
"""

import logging
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import YangguangError
from matcher.kinds.placements import PlacementState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.models.placements import Placement
from matcher.services.permissions import SYSTEM
from matcher.services.placements import case_effects, household_effects
from matcher.services.placements.counting import still_there

NIGHT_JOB = "placements.night"
"""Name of the job that runs this at night, and computes the anomalies."""

_log = logging.getLogger(__name__)

_MOST = 1_000
"""So many of each kind a night; the rest has its turn the next."""

_IN_OPEN_FILE = (HouseholdMember.left_on.is_(None), Household.is_open)


def catch_up(session: Session) -> int:
    """Do for cases and files what waits for tonight; return how many were written. A second run writes nothing."""
    return (
        catch_up_revoked(session)
        + catch_up_begun(session)
        + catch_up_ends(session)
        + close_cases(session)
    )


def catch_up_begun(session: Session) -> int:
    """Write the work of verified placements that begins today or that a file did not take before."""
    waiting = (
        sa.select(Placement)
        .join(HouseholdMember, HouseholdMember.graduate_id == Placement.graduate_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            still_there(),
            Placement.work_before.is_(None),
            Placement.started_on <= clock.today(),
            *_IN_OPEN_FILE,
        )
    )
    return _each(session, waiting, lambda one: household_effects.record(session, SYSTEM, one))


def catch_up_ends(session: Session) -> int:
    """Write the end of work whose last day is over by now: a job that ends today still is work today."""
    waiting = _with_stretch().where(
        Placement.ended_on < clock.today(), MemberEmployment.to_on.is_(None)
    )
    return _each(session, waiting, lambda one: household_effects.end(session, SYSTEM, one))


def catch_up_revoked(session: Session) -> int:
    """Take back the work of revoked placements that a file kept."""
    waiting = _with_stretch().where(Placement.state == PlacementState.REVOKED)
    return _each(session, waiting, lambda one: household_effects.undo(session, one))


def _with_stretch() -> sa.Select[Placement]:
    """Return the placements whose stretch stands in an open file."""
    return (
        sa.select(Placement)
        .join(MemberEmployment, MemberEmployment.id == Placement.member_employment_id)
        .join(HouseholdMember, HouseholdMember.id == MemberEmployment.member_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(*_IN_OPEN_FILE)
    )


def close_cases(session: Session) -> int:
    """Close the cases of people whose job, verified before, begins today, if the check asked for that."""
    waiting = (
        sa.select(Placement)
        .join(GraduateCase, GraduateCase.graduate_id == Placement.graduate_id)
        .where(
            still_there(),
            Placement.started_on <= clock.today(),
            GraduateCase.closed_on.is_(None),
            case_effects.waits_to_close(),
        )
    )
    return _each(session, waiting, lambda one: case_effects.close_case(session, one))


def _each(session: Session, waiting: sa.Select[Placement], act: Callable[[Placement], bool]) -> int:
    found = session.scalars(waiting.order_by(Placement.id).limit(_MOST)).unique().all()
    return sum(_done(session, one, act) for one in found)


def _done(session: Session, placement: Placement, act: Callable[[Placement], bool]) -> bool:
    """Do one; what a rule forbids for one file or case keeps no other back."""
    try:
        with session.begin_nested():
            return act(placement)
    except YangguangError as error:
        _log.warning("not caught up", extra={"placement": placement.id, "code": error.code})
        return False
