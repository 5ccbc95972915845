"""What the organiser sees of the door (入场一览): scanners and what they hold, conflicts, counts by hour and by reason.

Of people only masked names are here, and only at conflicts, where somebody must be found.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import DoorDevice, DoorLoan, FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import FairSession
from matcher.models.graduates import Graduate
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Actor

_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LoanSeen:
    """Places of a session a scanner holds."""

    public_id: str
    session_name: str
    n_lent: int
    n_used: int


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A scanner; `state` is waiting, paired, revoked or expired."""

    device: DoorDevice
    state: str
    loans: list[LoanSeen]


@dataclass(frozen=True, slots=True)
class ConflictSeen:
    """A conflict with both scans: where and when, and whose ticket it was."""

    conflict: DoorConflict
    at: dt.datetime
    door: str | None
    other_at: dt.datetime | None
    other_door: str | None
    name_masked: str | None


@dataclass(frozen=True, slots=True)
class HourSeen:
    """What happened at the doors in one hour of the clock, by kind."""

    begins_at: dt.datetime
    counts: dict[EntryKind, int]


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """All of the organiser's page of the door."""

    sessions: list[FairSession]
    devices: list[DeviceSeen]
    open_conflicts: list[ConflictSeen]
    settled_conflicts: list[ConflictSeen]
    hours: list[HourSeen]
    refusals: dict[EntryRefusal, int]


def look_at_door(session: Session, by: Actor, public_id: str) -> DoorSeen:
    """Return what happens at the doors of a fair; the number of queries does not grow with the scans."""
    fair = get_managed(session, by, public_id, lock=False)
    held = session.scalars(
        sa.select(FairSession)
        .where(FairSession.fair_id == fair.id)
        .order_by(FairSession.held_on, FairSession.begins_minute, FairSession.id)
    ).all()
    conflicts = _conflicts(session, fair.id)
    return DoorSeen(
        sessions=list(held),
        devices=_devices(session, fair.id),
        open_conflicts=[one for one in conflicts if one.conflict.settled_at is None],
        settled_conflicts=[one for one in conflicts if one.conflict.settled_at is not None],
        hours=_hours(session, fair.id, held),
        refusals=_refusals(session, fair.id),
    )


def _devices(session: Session, fair_id: int) -> list[DeviceSeen]:
    loans: dict[int, list[LoanSeen]] = {}
    found = (
        sa.select(DoorLoan, FairSession.name)
        .join(FairSession, FairSession.id == DoorLoan.session_id)
        .where(FairSession.fair_id == fair_id, DoorLoan.settled_at.is_(None))
        .order_by(DoorLoan.id)
    )
    for loan, name in session.execute(found):
        seen = LoanSeen(loan.public_id, name, loan.n_lent, loan.n_used)
        loans.setdefault(loan.device_id, []).append(seen)
    devices = session.scalars(
        sa.select(DoorDevice).where(DoorDevice.fair_id == fair_id).order_by(DoorDevice.id)
    )
    now = clock.now()
    return [DeviceSeen(one, _state(one, now), loans.get(one.id, [])) for one in devices]


def _state(device: DoorDevice, now: dt.datetime) -> str:
    if device.revoked_at is not None:
        return "revoked"
    if device.expires_at <= now:
        return "expired"
    if device.paired_at is not None:
        return "paired"
    pairing = device.pairing_expires_at
    return "waiting" if pairing is not None and pairing > now else "expired"


def _conflicts(session: Session, fair_id: int) -> list[ConflictSeen]:
    other, other_door = aliased(FairEntry), aliased(DoorDevice)
    found = (
        sa.select(
            DoorConflict,
            FairEntry.at,
            DoorDevice.name,
            other.at,
            other_door.name,
            FairVisitor.name_masked,
            Graduate.name,
        )
        .join(FairEntry, FairEntry.id == DoorConflict.entry_id)
        .outerjoin(DoorDevice, DoorDevice.id == FairEntry.device_id)
        .outerjoin(other, other.id == DoorConflict.other_entry_id)
        .outerjoin(other_door, other_door.id == other.device_id)
        .outerjoin(FairTicket, FairTicket.id == FairEntry.ticket_id)
        .outerjoin(FairVisitor, FairVisitor.id == FairTicket.visitor_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(DoorConflict.fair_id == fair_id)
        .order_by(FairEntry.at, DoorConflict.id)
    )
    return [
        ConflictSeen(
            conflict, at, door, other_at, other_name, masked or (mask_name(name) if name else None)
        )
        for conflict, at, door, other_at, other_name, masked, name in session.execute(found)
    ]


def _hours(session: Session, fair_id: int, held: Sequence[FairSession]) -> list[HourSeen]:
    """Return the hours of each day of the fair in which anything happened, counted in one query a day."""
    found: list[HourSeen] = []
    for day in sorted({one.held_on for one in held}):
        starts = [
            dt.datetime.combine(day, dt.time(hour), clock.CHINA).astimezone(dt.UTC)
            for hour in range(24)
        ]
        within = [
            sa.func.sum(
                sa.case((sa.and_(FairEntry.at >= start, FairEntry.at < start + _HOUR), 1), else_=0)
            )
            for start in starts
        ]
        rows = session.execute(
            sa.select(FairEntry.kind, *within)
            .where(FairEntry.fair_id == fair_id)
            .group_by(FairEntry.kind)
            .order_by(FairEntry.kind)
        ).all()
        for number, start in enumerate(starts):
            counts = {row[0]: int(row[number + 1]) for row in rows if row[number + 1]}
            if counts:
                found.append(HourSeen(start, counts))
    return found


def _refusals(session: Session, fair_id: int) -> dict[EntryRefusal, int]:
    rows = session.execute(
        sa.select(FairEntry.refusal, sa.func.count())
        .where(FairEntry.fair_id == fair_id, FairEntry.kind == EntryKind.REFUSED)
        .group_by(FairEntry.refusal)
    )
    counts = {refusal: n for refusal, n in rows if refusal is not None}
    return {one: counts[one] for one in EntryRefusal if one in counts}


@dataclass(frozen=True, slots=True)
class LogRows:
    """A page of the log, newest first, with how many there are in all."""

    rows: Sequence[sa.Row[FairEntry, str, str]]
    total: int


def list_log(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    kind: EntryKind | None,
    refusal: EntryRefusal | None,
    device_id: str | None,
    limit: int,
    offset: int,
) -> LogRows:
    """Return the log of the doors with scanner and session of each row; nobody is named in it."""
    fair = get_managed(session, by, public_id, lock=False)
    kept = [FairEntry.fair_id == fair.id]
    if kind is not None:
        kept.append(FairEntry.kind == kind)
    if refusal is not None:
        kept.append(FairEntry.refusal == refusal)
    if device_id:
        kept.append(DoorDevice.public_id == device_id)
    joined = sa.select(FairEntry, DoorDevice.name, FairSession.name).select_from(FairEntry)
    joined = joined.outerjoin(DoorDevice, DoorDevice.id == FairEntry.device_id)
    joined = joined.outerjoin(FairSession, FairSession.id == FairEntry.session_id).where(*kept)
    total = session.scalar(
        sa.select(sa.func.count())
        .select_from(FairEntry)
        .outerjoin(DoorDevice, DoorDevice.id == FairEntry.device_id)
        .where(*kept)
    )
    rows = session.execute(
        joined.order_by(FairEntry.at.desc(), FairEntry.id.desc()).limit(limit).offset(offset)
    ).all()
    return LogRows(rows, total or 0)
