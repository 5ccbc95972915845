"""A scan at the door (验票): one short transaction that says yes or why not, and writes it down once.

The order is what makes it exact: the ticket's row is read and locked; the rules speak (`matcher.fairs.door_rules`); a
place is taken by a conditional update (`places`); ticket and log follow. The log's unique number is the last word: a
scan sent twice finds its own row and answers as before. Nothing here writes the chained trail, whose lock a hundred
scans a second would wait for.
"""

import datetime as dt
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError
from matcher.fairs.door_rules import TicketStanding, refusal_of
from matcher.fairs.ticket_codes import CodeRead
from matcher.kinds.fairs import DoorDirection, EntryKind, EntryRefusal, FairState
from matcher.models.fair_visitors import DoorDevice, FairEntry, FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors import places
from matcher.services.doors.answers import LastUse, ScanAnswer, SessionSeen
from matcher.services.doors.devices import Scanner
from matcher.services.doors.entries import add_entry
from matcher.services.doors.places import Counts
from matcher.services.doors.tickets import read_ticket_code

_TICKETS = cast(sa.Table, FairTicket.__table__)
_TICKET, _HELD = _TICKETS.c, FairSession.__table__.c
_FAIR, _ENTRY = Fair.__table__.c, FairEntry.__table__.c
_READ = (
    _TICKET.id.label("ticket_id"),
    _TICKET.session_id,
    _TICKET.revoked_at,
    _TICKET.admitted_at,
    _TICKET.is_inside,
    _HELD.fair_id,
    _HELD.public_id,
    _HELD.name,
    _HELD.held_on,
    _HELD.begins_minute,
    _HELD.ends_minute,
    _HELD.opens_minutes_before,
    _HELD.approved_number,
    _HELD.n_entered,
    _HELD.n_inside,
    _HELD.n_set_aside,
    _FAIR.state.label("fair_state"),
    _FAIR.venue_capacity,
)

_FIRST = sa.bindparam("first", type_=sa.LargeBinary())
_FOUND = (
    sa.select(*_READ, places.HAS_LOAN.label("has_loan"))
    .select_from(FairTicket)
    .join(FairSession, _HELD.id == _TICKET.session_id)
    .join(Fair, _FAIR.id == _HELD.fair_id)
    .with_for_update(of=FairTicket)
)
_BY_SERIAL = _FOUND.where(_TICKET.serial == _FIRST)
_BY_BEGINNING = (
    _FOUND.where(
        _TICKET.serial.between(_FIRST, sa.bindparam("last", type_=sa.LargeBinary())),
        _HELD.fair_id == sa.bindparam("fair", type_=sa.Integer()),
    )
    .order_by(_TICKET.id)
    .limit(2)
)
_BY_NUMBER = sa.select(
    _ENTRY.kind, _ENTRY.refusal, _ENTRY.at, _ENTRY.ticket_id, _ENTRY.facts
).where(_ENTRY.scan_number == sa.bindparam("number", type_=sa.Text()))
_MARK = (
    sa.update(_TICKETS)
    .where(
        _TICKET.id == sa.bindparam("ticket", type_=sa.Integer()),
        _TICKET.is_inside != sa.bindparam("inside", type_=sa.Boolean()),
    )
    .values(
        is_inside=sa.bindparam("inside", type_=sa.Boolean()),
        admitted_at=sa.bindparam("admitted", type_=_TICKET.admitted_at.type),
    )
)
"""Statements are made once, as in `places`."""


def scan(
    session: Session,
    scanner: Scanner,
    code: str,
    *,
    scan_number: str,
    direction: DoorDirection = DoorDirection.IN,
    at: dt.datetime | None = None,
) -> ScanAnswer:
    """Judge a ticket held to a scanner, count it and write it down.

    Parameters
    ----------
    code : as scanned or typed
    scan_number : made by the scanner for this scan; sent again, it is answered as before and counted once
    at : the instant of the scan, the server's now unless given

    Raises
    ------
    InvalidInputError
        The scan's number belongs to a scan of another ticket.
    ConflictError
        The same scan is being taken at this very moment (`scan_sent_twice`): ask again in a new transaction.
    """
    at = at or clock.now()
    read = read_ticket_code(session, code)
    row = _row_of(session, scanner, read)
    repeated = _repeated(session, scan_number, None if row is None else row.ticket_id)
    if repeated is not None:
        return _again(session, repeated, row)
    answer = _unknown(read, at) if row is None else _judged(session, scanner, row, direction, at)
    _write(session, scanner, row, answer, scan_number)
    return answer


def _row_of(session: Session, scanner: Scanner, read: CodeRead | None) -> Any:
    """Return ticket, session and fair of a code in one row, the ticket locked; None if there is no such ticket.

    A short code (typed) is looked for at the scanner's own fair alone, and must name one ticket only.
    """
    if read is None or not (read.is_signed or read.is_short):
        return None
    given = {"device": scanner.id, "first": read.first}
    if not read.is_short:
        return session.connection().execute(_BY_SERIAL, given).one_or_none()
    given |= {"last": read.last, "fair": scanner.fair_id}
    found = session.connection().execute(_BY_BEGINNING, given).all()
    return found[0] if len(found) == 1 else None


def _repeated(session: Session, scan_number: str, ticket_id: int | None) -> Any:
    """Return the log's row of a scan that was taken before."""
    found = session.connection().execute(_BY_NUMBER, {"number": scan_number}).one_or_none()
    if found is not None and found.ticket_id != ticket_id:
        raise InvalidInputError(
            "scan_number_taken", "这个扫描编号已用于另一张票，请刷新页面后重扫。"
        )
    return found


def _again(session: Session, entry: Any, row: Any) -> ScanAnswer:
    seen, counts = (None, None) if row is None else (_seen(row), _counts(row))
    return ScanAnswer(
        entry.kind,
        entry.refusal,
        entry.at,
        seen,
        counts,
        is_full_hall=entry.facts.get("limit") == "hall",
        own_place=bool(entry.facts.get("own_place")),
        is_repeat=True,
    )


def _unknown(read: CodeRead | None, at: dt.datetime) -> ScanAnswer:
    forged = read is not None and not read.is_signed and not read.is_short
    refusal = EntryRefusal.FORGED if forged else EntryRefusal.UNKNOWN
    return ScanAnswer(EntryKind.REFUSED, refusal, at)


def _judged(
    session: Session, scanner: Scanner, row: Any, direction: DoorDirection, at: dt.datetime
) -> ScanAnswer:
    refusal = refusal_of(standing_of(row, scanner.fair_id), direction, clock.in_china(at))
    if refusal is not None:
        before = _last_use(session, row) if refusal is EntryRefusal.ALREADY_IN else None
        return ScanAnswer(EntryKind.REFUSED, refusal, at, _seen(row), _counts(row), before)
    own_place = False
    if direction is DoorDirection.OUT:
        counts: Counts | None = places.leave(session, row.session_id)
        kind = EntryKind.LEFT
    elif row.admitted_at is not None:
        counts = places.come_back(session, row.session_id, row.venue_capacity)
        kind = EntryKind.RETURNED
    else:
        counts, own_place = _first_place(session, scanner, row)
        kind = EntryKind.ENTERED
    if counts is None:
        return _full(session, row, at, is_first=row.admitted_at is None)
    _mark(session, row, at, is_inside=direction is DoorDirection.IN)
    return ScanAnswer(kind, None, at, _seen(row), counts, own_place=own_place)


def _first_place(session: Session, scanner: Scanner, row: Any) -> tuple[Counts | None, bool]:
    """Take a free place, else one of those this scanner took along for the time without network."""
    if row.has_loan:
        places.lock_own_loan(session, scanner.id, row.session_id)
    taken = places.take_place(session, row.session_id, row.venue_capacity)
    if taken is None and row.has_loan:
        own = places.take_own_place(session, scanner.id, row.session_id)
        return own, own is not None
    return taken, False


def standing_of(row: Any, fair_id: int) -> TicketStanding:
    """Return what the rules want to know of a ticket's row, at the door of a fair."""
    return TicketStanding(
        is_of_this_fair=row.fair_id == fair_id,
        is_cancelled=row.revoked_at is not None or row.fair_state == FairState.CANCELLED,
        is_closed=row.fair_state == FairState.CLOSED,
        held_on=row.held_on,
        begins_minute=row.begins_minute,
        ends_minute=row.ends_minute,
        opens_minutes_before=row.opens_minutes_before,
        is_inside=row.is_inside,
    )


def _full(session: Session, row: Any, at: dt.datetime, *, is_first: bool) -> ScanAnswer:
    counts = places.read_counts(session, row.session_id)
    has_places = not is_first or counts.left is None or counts.left > 0
    return ScanAnswer(
        EntryKind.REFUSED, EntryRefusal.FULL, at, _seen(row), counts, is_full_hall=has_places
    )


def _mark(session: Session, row: Any, at: dt.datetime, *, is_inside: bool) -> None:
    """Note on the ticket who is inside; the row is locked since it was read, and says so once more."""
    given = {"ticket": row.ticket_id, "inside": is_inside, "admitted": row.admitted_at or at}
    if session.connection().execute(_MARK, given).rowcount != 1:
        raise _sent_twice()


def _write(
    session: Session, scanner: Scanner, row: Any, answer: ScanAnswer, scan_number: str
) -> None:
    facts: dict[str, Any] = {"limit": "hall"} if answer.is_full_hall else {}
    if answer.own_place:
        facts["own_place"] = True
    written = add_entry(
        session,
        scan_number=scan_number,
        fair_id=scanner.fair_id,
        session_id=None if row is None or row.fair_id != scanner.fair_id else row.session_id,
        ticket_id=None if row is None else row.ticket_id,
        device_id=scanner.id,
        kind=answer.kind,
        refusal=answer.refusal,
        at=answer.at,
        facts=facts,
    )
    if not written:
        raise _sent_twice()


def _sent_twice() -> ConflictError:
    return ConflictError("scan_sent_twice", "同一次扫描正在处理，请稍候。")


def _last_use(session: Session, row: Any) -> LastUse | None:
    """Return when and where a ticket let somebody in last."""
    found = session.execute(
        sa.select(_ENTRY.at, DoorDevice.name)
        .outerjoin(DoorDevice, DoorDevice.id == _ENTRY.device_id)
        .where(
            _ENTRY.ticket_id == row.ticket_id,
            _ENTRY.kind.in_((EntryKind.ENTERED, EntryKind.RETURNED)),
        )
        .order_by(_ENTRY.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else LastUse(found.at, found.name)


def _seen(row: Any) -> SessionSeen:
    return SessionSeen(
        row.public_id,
        row.name,
        row.held_on,
        row.begins_minute,
        row.ends_minute,
        row.opens_minutes_before,
    )


def _counts(row: Any) -> Counts:
    return places.counts_of(row.approved_number, row.n_entered, row.n_inside, row.n_set_aside)
