"""Factories of drives and entries: plain rows, no use case in between."""

import datetime as dt
import hashlib
import secrets

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import DriveState
from matcher.models.drives import Drive, DriveEntry, DriveRevision
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.ranking.parameters import DriveParameters
from tests.factories.accounts import make_union, numbers


def make_drive(
    session: Session,
    union: Union | None = None,
    *,
    parameters: DriveParameters | None = None,
    **changes: object,
) -> Drive:
    """Insert an open drive with revision 1 of its parameters and a committed lottery."""
    union = union or make_union(session)
    n = next(numbers)
    key = secrets.token_bytes(32)
    fields: dict[str, object] = {
        "union_id": union.id,
        "name": f"阳光就业 {n}",
        "neutral_name": f"毕业生招聘活动 {n}",
        "opens_on": dt.date(2026, 4, 1),
        "closes_on": dt.date(2030, 12, 31),
        "state": DriveState.OPEN,
        "lottery_key_cipher": ring_of(session).encrypt(key.hex(), "drive.lottery_key"),
        "lottery_commitment": hashlib.sha256(key).hexdigest(),
        "created_at": clock.now(),
    }
    drive = Drive(**(fields | changes))
    session.add(drive)
    session.flush()
    revision = DriveRevision(
        drive_id=drive.id,
        revision=drive.revision or 1,
        parameters=(parameters or DriveParameters()).to_dict(),
        created_at=clock.now(),
    )
    session.add(revision)
    session.flush()
    return drive


def make_entry(session: Session, drive: Drive, graduate: Graduate, **changes: object) -> DriveEntry:
    """Insert a graduate's entry with the drive's next number."""
    fields: dict[str, object] = {
        "drive_id": drive.id,
        "graduate_id": graduate.id,
        "number": drive.next_entry_number,
        "entered_at": clock.now(),
    }
    drive.next_entry_number += 1
    entry = DriveEntry(**(fields | changes))
    session.add(entry)
    session.flush()
    return entry
