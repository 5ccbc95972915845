"""Nightly work on placements (去向夜间处理): anomalies, and files that could not take a member's work at once."""

import logging

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import YangguangError
from matcher.models.households import Household, HouseholdMember
from matcher.models.placements import Placement
from matcher.services.permissions import SYSTEM
from matcher.services.placements import household_effects
from matcher.services.placements.counting import still_there

NIGHT_JOB = "placements.night"
"""Name of the job that runs this at night, and computes the anomalies."""

_log = logging.getLogger(__name__)

_MOST = 1_000
"""So many a night; the rest has its turn the next."""


def catch_up(session: Session) -> int:
    """Write the work of verified placements that begins today or that a file did not take before; return how many."""
    waiting = (
        sa.select(Placement)
        .join(HouseholdMember, HouseholdMember.graduate_id == Placement.graduate_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            still_there(),
            Placement.work_before.is_(None),
            Placement.started_on <= clock.today(),
            HouseholdMember.left_on.is_(None),
            Household.is_open,
        )
        .order_by(Placement.id)
        .limit(_MOST)
    )
    return sum(_written(session, one) for one in session.scalars(waiting).unique().all())


def _written(session: Session, placement: Placement) -> bool:
    """Write one placement; what a rule forbids for one file keeps no other back."""
    try:
        with session.begin_nested():
            return household_effects.record(session, SYSTEM, placement)
    except YangguangError as error:
        _log.warning("work not written", extra={"placement": placement.id, "code": error.code})
        return False
