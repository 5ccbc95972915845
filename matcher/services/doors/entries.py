"""Rows of the door's log (入场流水): written once, never changed; a scan's own number keeps it single."""

import datetime as dt
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.fair_visitors import FairEntry


def add_entry(
    session: Session,
    *,
    scan_number: str,
    fair_id: int,
    session_id: int | None,
    ticket_id: int | None,
    device_id: int | None,
    kind: EntryKind,
    refusal: EntryRefusal | None,
    at: dt.datetime,
    facts: dict[str, Any],
    is_offline: bool = False,
) -> bool:
    """Write a row of the log; False if the scan's number stands already, and nothing was written."""
    values = {
        "scan_number": scan_number,
        "fair_id": fair_id,
        "session_id": session_id,
        "ticket_id": ticket_id,
        "device_id": device_id,
        "kind": kind,
        "refusal": refusal,
        "is_offline": is_offline,
        "at": at,
        "entered_at": clock.now(),
        "facts": facts,
    }
    table = cast(sa.Table, FairEntry.__table__)
    # Two branches and not a choice of functions: each dialect's insert has a type of its own.
    if session.get_bind().dialect.name == "sqlite":
        result = session.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    else:
        result = session.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    return bool(result.rowcount == 1)  # type: ignore[attr-defined] # of an INSERT it is there
