"""Factories of the door: paired scanners and lent places; plain rows, no use case."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_doors import DoorConflictReason
from matcher.kinds.fairs import EntryKind
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import DoorDevice, DoorLoan, FairEntry
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.devices import Scanner, hash_of
from tests.factories.accounts import numbers


def make_scanner(
    session: Session, fair: Fair, *, token: str | None = None, **changes: object
) -> Scanner:
    """Insert a scanner of a fair that was paired three hours ago, with a token of its own."""
    n = next(numbers)
    now = clock.now()
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "name": f"{n} 号门",
        "token_hash": hash_of(token or f"door-{n}"),
        "paired_at": now - dt.timedelta(hours=3),
        "expires_at": now + dt.timedelta(days=2),
        "created_at": now - dt.timedelta(hours=4),
    }
    device = DoorDevice(**(fields | changes))
    session.add(device)
    session.flush()
    return Scanner(device.id, device.fair_id, device.name)


def make_loan(session: Session, scanner: Scanner, held: FairSession, n_lent: int) -> DoorLoan:
    """Lend places to a scanner, set aside in the session."""
    held.n_set_aside += n_lent
    loan = DoorLoan(device_id=scanner.id, session_id=held.id, n_lent=n_lent, lent_at=clock.now())
    session.add(loan)
    session.flush()
    return loan


def make_conflict(
    session: Session, scanner: Scanner, held: FairSession, **changes: object
) -> DoorConflict:
    """Insert a conflict of a scan with a code nobody knows, to be settled."""
    now = clock.now()
    entry = FairEntry(
        scan_number=f"conflict-{next(numbers)}",
        fair_id=scanner.fair_id,
        session_id=held.id,
        device_id=scanner.id,
        kind=EntryKind.CONFLICT,
        is_offline=True,
        at=now,
        entered_at=now,
    )
    session.add(entry)
    session.flush()
    fields: dict[str, object] = {
        "fair_id": scanner.fair_id,
        "session_id": held.id,
        "entry_id": entry.id,
        "reason": DoorConflictReason.UNKNOWN,
    }
    conflict = DoorConflict(**(fields | changes))
    session.add(conflict)
    session.flush()
    return conflict
