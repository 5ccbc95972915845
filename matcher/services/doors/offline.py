"""The signed list a scanner takes along (离线名单): which codes are good, where each stands, and its lent places.

No name and no number of anybody is in it: of each ticket a hash of its code, a short hash of what may be typed of it,
and one byte that says how it stands. Who finds the list on a lost phone learns no code from it, since a code holds 128
random bits; the short hash gives away at most what a person types, and that only for the sessions it was made for.
"""

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.fairs.ticket_codes import SHORT_LENGTH, code_of, ticket_key
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors import loans
from matcher.services.doors.devices import Scanner
from matcher.services.doors.loans import Lent
from matcher.services.doors.signing import signature_of

FULL_HASH, SHORT_HASH = 12, 5
"""Bytes of SHA-256 kept: of the whole code, and of the short one."""

_STANDS = {"new": 0, "inside": 1, "outside": 2, "cancelled": 3}
_OTHER_DAY = 15
"""In place of the number of one of today's sessions."""


@dataclass(frozen=True, slots=True)
class SignedList:
    """The list as text, and the signature over its bytes."""

    payload: str
    signature: str


def take_along(session: Session, scanner: Scanner, *, closed: frozenset[str]) -> SignedList:
    """Return what a scanner needs for working without network today, and lend it places.

    Parameters
    ----------
    closed : public ids of loans the scanner uses no more
    """
    fair = session.get_one(Fair, scanner.fair_id)
    held = _sessions_today(session, fair)
    lent = {one.id: loans.lend(session, scanner, one, fair, closed=closed) for one in held}
    payload = {
        "version": 1,
        "fair": fair.public_id,
        "scanner": scanner.id,
        "now": _ms(clock.now()),
        "has_capacity": fair.venue_capacity is not None,
        "sessions": [_session_facts(one, lent[one.id]) for one in held],
        "rows": base64.b64encode(_rows(session, fair, held)).decode(),
    }
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return SignedList(text, signature_of(ring_of(session).signing_key, text.encode()))


def _sessions_today(session: Session, fair: Fair) -> list[FairSession]:
    if fair.state in (FairState.CANCELLED, FairState.CLOSED):
        return []
    found = (
        sa.select(FairSession)
        .where(FairSession.fair_id == fair.id, FairSession.held_on == clock.today())
        .order_by(FairSession.begins_minute, FairSession.id)
        .limit(_OTHER_DAY)
    )
    return list(session.scalars(found))


def _session_facts(held: FairSession, lent: Lent | None) -> dict[str, Any]:
    session_day = dt.datetime.combine(held.held_on, dt.time(), clock.CHINA)

    def at(minute: int) -> int:
        return _ms(session_day + dt.timedelta(minutes=minute))

    return {
        "id": held.public_id,
        "name": held.name,
        "opens": at(held.begins_minute - held.opens_minutes_before),
        "ends": at(held.ends_minute),
        "is_limited": held.approved_number is not None,
        "n_entered": held.n_entered,
        "n_inside": held.n_inside,
        "loan": None if lent is None else lent.public_id,
        "n_left": 0 if lent is None else lent.n_left,
        "is_too_big": lent is not None and lent.is_too_big,
    }


def _rows(session: Session, fair: Fair, held: list[FairSession]) -> bytes:
    """Return 18 bytes for each ticket of the fair in the order of their hashes: code, short code, standing."""
    key = ticket_key(ring_of(session).signing_key)
    numbers = {one.id: number for number, one in enumerate(held)}
    chosen = (
        sa.select(
            FairTicket.serial,
            FairTicket.session_id,
            FairTicket.revoked_at,
            FairTicket.admitted_at,
            FairTicket.is_inside,
        )
        .join(FairSession, FairSession.id == FairTicket.session_id)
        .where(FairSession.fair_id == fair.id)
        .order_by(FairTicket.id)
    )
    return b"".join(
        sorted(
            hashes_of(code_of(row.serial, key))
            + bytes([numbers.get(row.session_id, _OTHER_DAY) << 4 | _standing(row)])
            for row in session.execute(chosen)
        )
    )


def hashes_of(code: str) -> bytes:
    """Return the two hashes of a code by which a scanner finds it."""
    short = code[:SHORT_LENGTH]
    return (
        hashlib.sha256(code.encode()).digest()[:FULL_HASH]
        + hashlib.sha256(short.encode()).digest()[:SHORT_HASH]
    )


def _standing(row: Any) -> int:
    if row.revoked_at is not None and not row.is_inside:
        return _STANDS["cancelled"]
    if row.admitted_at is None:
        return _STANDS["new"]
    return _STANDS["inside"] if row.is_inside else _STANDS["outside"]


def _ms(at: dt.datetime) -> int:
    return int(at.timestamp() * 1000)
