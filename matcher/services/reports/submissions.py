"""Which sheet a union sent in last (上次报送): what “change since the last submission” (与上次报送相比) is taken from.

The order is that in which sheets were sent, not that in which their drafts were opened: drafts of several periods are
opened at once, and a second edition of an early period may go up after the first of a late one. A sheet that was only
sealed (未报送，到期封存) was never sent and is none.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.sheets import ReportPeriod, Sheet


def last_sent(
    session: Session, drive_id: int, union_id: int, *, until: Sheet | None = None
) -> Sheet | None:
    """Return the sheet a union sent in last in a drive, before another one was sent or filled if that is given."""
    found = (
        sa.select(Sheet)
        .join(ReportPeriod, ReportPeriod.id == Sheet.period_id)
        .where(
            ReportPeriod.drive_id == drive_id,
            Sheet.union_id == union_id,
            Sheet.submitted_at.is_not(None),
        )
        .order_by(Sheet.submitted_at.desc(), Sheet.id.desc())
        .limit(1)
    )
    if until is not None:
        found = found.where(Sheet.id != until.id)
        instant = until.submitted_at or until.known_at
        if instant is not None:
            found = found.where(Sheet.submitted_at < instant)
    return session.scalar(found)
