"""What a scanner's page shows beside the scan: its fair, today's sessions with their counts, its last scans."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.fair_visitors import DoorDevice, FairEntry
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.devices import Scanner
from matcher.services.doors.places import counts_of

_LAST = 8
"""Scans shown on the page: what one person remembers."""


def device_and_fair(session: Session, scanner: Scanner) -> tuple[DoorDevice, Fair]:
    """Return the rows of a paired scanner and of its fair."""
    return session.get_one(DoorDevice, scanner.id), session.get_one(Fair, scanner.fair_id)


def sessions_today(session: Session, fair_id: int) -> list[FairSession]:
    """Return the fair's sessions of today, in their order."""
    chosen = sa.select(FairSession).where(
        FairSession.fair_id == fair_id, FairSession.held_on == clock.today()
    )
    return list(session.scalars(chosen.order_by(FairSession.begins_minute, FairSession.id)))


def session_out(row: FairSession) -> dict[str, Any]:
    """Return a session's counts for the page that renews itself."""
    counts = counts_of(row.approved_number, row.n_entered, row.n_inside, row.n_set_aside)
    return {
        "session": row.public_id,
        "name": row.name,
        "begins_minute": row.begins_minute,
        "ends_minute": row.ends_minute,
        "approved_number": row.approved_number,
        "n_entered": counts.n_entered,
        "n_inside": counts.n_inside,
        "left": counts.left,
    }


def last_scans(session: Session, scanner: Scanner) -> Sequence[Any]:
    """Return kind, refusal and instant of a scanner's last scans, newest first; nobody is named."""
    chosen = sa.select(FairEntry.kind, FairEntry.refusal, FairEntry.at).where(
        FairEntry.device_id == scanner.id, FairEntry.fair_id == scanner.fair_id
    )
    return session.execute(chosen.order_by(FairEntry.id.desc()).limit(_LAST)).all()
