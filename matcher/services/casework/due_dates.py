"""Days by which somebody must have answered: the dated limit of the region, counted in its own unit."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher.models.organisations import Union
from matcher.policy.deadlines import LimitUnit, get_deadline
from matcher.services.calendar import Deadline, add_working_days


def due_after(session: Session, rule: str, union_id: int, start: dt.date) -> Deadline:
    """Return the last day a rule allows a union from a day on, and whether all its days were known."""
    union = session.get(Union, union_id)
    limit = get_deadline(rule, union.region_code if union else None, start)
    if limit.unit is LimitUnit.WORKING_DAYS:
        return add_working_days(session, start, limit.value)
    return Deadline(limit.after(start), is_known=True)
