"""What a hardship file says over time (档案状态): tier, zero-employment flag, closing, opening again.

Each changes the priority of the household's graduates, so each tells ranking.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.services import audit, ranking_changes
from matcher.services.households import (
    in_open_file_error,
    members_of,
    require_editing,
    require_open,
)
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, get_in_scope, unique_or


def set_tier(
    session: Session,
    by: Actor,
    household_id: int,
    tier: HardshipTier,
    *,
    on: dt.date | None = None,
    expected_version: int | None = None,
) -> Household:
    """Set the tier (困难类别) of an open file as decided on a day, today if not said."""
    require_editing(by)
    household = get_in_scope(session, by, Household, household_id, lock=True)
    expect_version(household, expected_version)
    require_open(household)
    before, household.tier = household.tier, tier
    household.tier_on = on or clock.today()
    audit.record(
        session,
        by,
        "household.tier_set",
        subject=("household", household_id),
        before=before,
        after=tier,
    )
    note_graduates_of(session, household_id)
    session.flush()
    return household


def set_zero_employment(
    session: Session,
    by: Actor,
    household_id: int,
    *,
    since: dt.date | None,
    expected_version: int | None = None,
) -> Household:
    """Flag an open file as zero-employment (零就业) since a day, or clear the flag with None."""
    require_editing(by)
    household = get_in_scope(session, by, Household, household_id, lock=True)
    expect_version(household, expected_version)
    require_open(household)
    if since is not None and since > clock.today():
        raise RuleBrokenError("day_in_future", "零就业起始日期不能晚于今天。")
    before, household.zero_employment_on = household.zero_employment_on, since
    household.is_zero_employment = since is not None
    audit.record(
        session,
        by,
        "household.zero_employment_set",
        subject=("household", household_id),
        before=before,
        after=since,
    )
    note_graduates_of(session, household_id)
    session.flush()
    return household


def close_household(
    session: Session,
    by: Actor,
    household_id: int,
    *,
    reason: str,
    expected_version: int | None = None,
) -> Household:
    """Close a file; its members may then stand in another one, its graduates lose their priority."""
    require_editing(by)
    household = get_in_scope(session, by, Household, household_id, lock=True)
    expect_version(household, expected_version)
    require_open(household)
    if not reason.strip():
        raise RuleBrokenError("closing_needs_reason", "关闭档案须写明原因。")
    household.state = FileState.EXITED
    household.is_open, household.closed_on = False, clock.today()
    for member in members_of(session, household_id):
        member.in_open_file = False
    audit.record(
        session, by, "household.closed", subject=("household", household_id), reason=reason
    )
    note_graduates_of(session, household_id)
    session.flush()
    return household


def reopen_household(
    session: Session, by: Actor, household_id: int, *, expected_version: int | None = None
) -> Household:
    """Open a closed file again, unless a member stands in another open one by now."""
    require_editing(by)
    household = get_in_scope(session, by, Household, household_id, lock=True)
    expect_version(household, expected_version)
    with unique_or(session, in_open_file_error(None)):
        household.state = FileState.ACTIVE
        household.is_open, household.closed_on = True, None
        for member in members_of(session, household_id):
            member.in_open_file = True
    audit.record(session, by, "household.reopened", subject=("household", household_id))
    note_graduates_of(session, household_id)
    session.flush()
    return household


def note_graduates_of(session: Session, household_id: int) -> None:
    """Tell ranking that the priority of the household's graduates may have changed."""
    found = sa.select(Graduate.id).where(Graduate.household_id == household_id)
    ranking_changes.note_graduates(session, session.scalars(found.order_by(Graduate.id)).all())
