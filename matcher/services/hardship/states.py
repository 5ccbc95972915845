"""What a file says over time: its tier (困难类别) and its zero-employment flag (零就业).

Both change the priority of the household's graduates, so both tell ranking. Assessments and the derivation decide,
these write; exits and the approval close and open files.
"""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.household_facts import FileAct
from matcher.models.households import Household
from matcher.services.hardship import changes
from matcher.services.hardship.graduate_links import note_graduates_of
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version


def require_open(household: Household) -> None:
    """Raise if a file is closed."""
    if not household.is_open:
        raise RuleBrokenError("file_closed", "这份档案已关闭，不能再修改。")


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
    household = _opened(session, by, household_id, expected_version)
    _set(session, by, household, {"tier": tier, "tier_on": on or clock.today()})
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
    household = _opened(session, by, household_id, expected_version)
    if since is not None and since > clock.today():
        raise RuleBrokenError("day_in_future", "零就业起始日期不能晚于今天。")
    values = {"is_zero_employment": since is not None, "zero_employment_on": since}
    _set(session, by, household, values)
    return household


def _opened(session: Session, by: Actor, household_id: int, expected: int | None) -> Household:
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    expect_version(household, expected)
    require_open(household)
    return household


def _set(session: Session, by: Actor, household: Household, values: dict[str, Any]) -> None:
    """Set columns, note what changed, and tell ranking."""
    before = changes.shown(household, values)
    for name, value in values.items():
        setattr(household, name, value)
    session.flush()
    changed = changes.differences(before, changes.shown(household, values))
    if changed:
        changes.note(session, by, household, household, FileAct.CHANGED, changed)
    note_graduates_of(session, household.id)
    session.flush()
