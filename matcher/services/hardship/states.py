"""What a file says over time (档案状态): tier, zero-employment flag, closing, opening again.

Each changes the priority of the household's graduates, so each tells ranking. Assessments, exits and the
derivation of 零就业 decide; these write.
"""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.models.households import Household
from matcher.services.hardship import parts
from matcher.services.hardship.changes import Credit
from matcher.services.hardship.graduate_links import note_graduates_of
from matcher.services.hardship.members import in_open_file_error, members_of
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, unique_or


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
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    expect_version(household, expected_version)
    values = {"tier": tier, "tier_on": on or clock.today()}
    parts.change(session, by, household, household, values, seen=None)
    note_graduates_of(session, household_id)
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
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    expect_version(household, expected_version)
    if since is not None and since > clock.today():
        raise RuleBrokenError("day_in_future", "零就业起始日期不能晚于今天。")
    values = {"is_zero_employment": since is not None, "zero_employment_on": since}
    parts.change(session, by, household, household, values, seen=None)
    note_graduates_of(session, household_id)
    return household


def close_file(
    session: Session,
    by: Actor,
    household_id: int,
    *,
    reason: str,
    expected_version: int | None = None,
) -> Household:
    """Close a file; its members may then stand in another one, its graduates lose their priority."""
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    expect_version(household, expected_version)
    if not reason.strip():
        raise RuleBrokenError("closing_needs_reason", "关闭档案须写明原因。")
    for member in members_of(session, household_id):
        member.in_open_file = False
    session.flush()
    values = {"state": FileState.EXITED, "is_open": False, "closed_on": clock.today()}
    parts.change(
        session, by, household, household, values, Credit(reason=reason.strip()), seen=None
    )
    note_graduates_of(session, household_id)
    return household


def reopen_file(
    session: Session, by: Actor, household_id: int, *, expected_version: int | None = None
) -> Household:
    """Open a closed file again, unless a member stands in another open one by now."""
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    expect_version(household, expected_version)
    if household.state not in (FileState.EXITED, FileState.REFUSED):
        raise RuleBrokenError("file_not_closed", "只有已退出或未通过的档案可以重新打开。")
    values = {"state": FileState.ACTIVE, "is_open": True, "closed_on": None}
    with unique_or(session, in_open_file_error(None)):
        for member in members_of(session, household_id):
            member.in_open_file = member.left_on is None
    parts.change(session, by, household, household, values, seen=None)
    note_graduates_of(session, household_id)
    return household
