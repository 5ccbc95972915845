"""Rows of the door's log (入场流水): written once, never changed; a scan's own number keeps it single."""

import datetime as dt
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.fair_visitors import FairEntry

_TABLE = cast(sa.Table, FairEntry.__table__)
_INSERTS: dict[str, sa.Executable] = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id),
}
"""Made once: a hundred scans a second spend more on building a statement than the database on running it."""


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
    connection = session.connection()
    insert = _INSERTS[connection.dialect.name]
    return connection.execute(insert, values).first() is not None
