"""What runs each night for reporting: new units get their drafts, who owes is reminded, what is past is locked.

A second run finds its drafts, tasks and locks standing.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.sheets import ReportPeriod
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.locking import lock_due_periods
from matcher.services.reports.periods import send_drafts
from matcher.services.reports.progress import remind_due


def run_night(session: Session, by: Actor) -> dict[str, int]:
    """Do all that a night asks for; return how many of each kind were done."""
    require(by, Permission.MANAGE_DRIVE)
    locked = lock_due_periods(session, by)
    going_on = sa.select(ReportPeriod).where(ReportPeriod.locked_at.is_(None))
    periods = session.scalars(going_on.order_by(ReportPeriod.id)).all()
    return {
        "n_locked": len(locked),
        "n_drafts": sum(send_drafts(session, by, one) for one in periods),
        "n_reminded": remind_due(session),
    }
