"""Last days of steps (办理期限): the dated limit of a region, counted in its own unit."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher.policy.deadlines import LimitUnit, get_deadline
from matcher.services.calendar import Deadline, add_working_days


def last_day(session: Session, rule: str, region: str | None, start: dt.date) -> Deadline:
    """Return the last day of a limit counted from a day that is not counted itself."""
    limit = get_deadline(rule, region, start)
    if limit.unit is LimitUnit.WORKING_DAYS:
        return add_working_days(session, start, limit.value)
    return Deadline(limit.after(start), is_known=True)
