"""Lists beside the yearly review: files nobody changed for a year (一年未改), nobody was helped from (未帮扶过)."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.households import FileState
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household, HouseholdMember
from matcher.policy.deadlines import add_months, get_deadline
from matcher.services.hardship.sight import whole_in_sight
from matcher.services.permissions import Actor, Permission, require

_UNCHANGED_RULE = "review.unchanged"


def unchanged_files(by: Actor, today: dt.date) -> sa.Select[Household]:
    """Select the files in force whose last change is a year ago (一年未改), the oldest first."""
    require(by, Permission.VIEW_FILES)
    limit = get_deadline(_UNCHANGED_RULE, None, today)
    before = add_months(today, -limit.value)
    last = sa.func.coalesce(Household.changed_on, Household.approved_on)
    never = sa.and_(last.is_(None), Household.created_at < _midnight(before))
    return (
        sa.select(Household)
        .where(
            whole_in_sight(by),
            Household.state == FileState.ACTIVE,
            sa.or_(last < before, never),
        )
        .order_by(last, Household.id)
    )


def unhelped_files(by: Actor) -> sa.Select[Household]:
    """Select the files in force from which nobody was ever helped (未帮扶过): no act of service stands."""
    require(by, Permission.VIEW_FILES)
    helped = (
        sa.select(GraduateCase.household_id)
        .join(ServiceAct, ServiceAct.case_id == GraduateCase.id)
        .where(GraduateCase.household_id == Household.id)
    )
    return (
        sa.select(Household)
        .where(whole_in_sight(by), Household.state == FileState.ACTIVE, ~helped.exists())
        .order_by(Household.approved_on, Household.id)
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), clock.CHINA)


def holders_of(session: Session, by: Actor, household_ids: Collection[int]) -> dict[int, str]:
    """Return the holders' names of files in sight, to be masked by who shows them."""
    found = (
        sa.select(HouseholdMember.household_id, HouseholdMember.name)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            HouseholdMember.household_id.in_(household_ids),
            HouseholdMember.is_holder,
            whole_in_sight(by),
        )
    )
    return {row.household_id: row.name for row in session.execute(found)}
