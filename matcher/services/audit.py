"""The trail of acts (操作记录): recording, reading, verifying.

Entries are collected while a transaction works and appended at its commit, when the head row is
locked for the moment the chain needs: two writers never wait for one another's work. Each
entry's hash is keyed (the ring's signing key) and covers the hash before it; the head is also
anchored in a file outside the database, so that cutting off the tail shows as well.
"""

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction

from matcher import clock
from matcher.db.engine import ring_of, settings_of
from matcher.db.insertion import insert_if_new
from matcher.keys import KeyRing
from matcher.models.audit import AuditEntry, AuditHead
from matcher.services.permissions import Actor

_START = "0" * 64
_PENDING = "audit_pending"
_SAVEPOINTS = "audit_savepoints"
_ANCHORS = "audit-heads.log"
_ANCHOR_LINE = re.compile(r"^(\d+) ([0-9a-f]{64})$", re.MULTILINE)


def record(
    session: Session,
    by: Actor,
    action: str,
    *,
    subject: tuple[str, int] | None = None,
    on_behalf_of: int | None = None,
    **details: object,
) -> None:
    """Note an act; it is appended to the chain when the transaction commits, or not at all.

    Parameters
    ----------
    action : dotted verb, such as posting.published
    subject : kind and id of the record
    on_behalf_of : account or graduate somebody else acted for
    details : ids and plain values, never names or numbers of people
    """
    if not sa.event.contains(session, "before_commit", _append):
        _follow(session)
    session.info[_PENDING].append(
        {
            "at": clock.now(),
            "actor_id": by.account_id,
            "role": by.role.value if by.role else None,
            "place": by.place,
            "on_behalf_of": on_behalf_of,
            "action": action,
            "subject_kind": subject[0] if subject else None,
            "subject_id": subject[1] if subject else None,
            "details": json.loads(json.dumps(details, default=str, ensure_ascii=False)),
        }
    )


def _follow(session: Session) -> None:
    """Attend to a session's transactions from its first entry on."""
    session.info[_PENDING], session.info[_SAVEPOINTS] = [], {}
    sa.event.listen(session, "after_transaction_create", _mark)
    sa.event.listen(session, "before_commit", _append)
    sa.event.listen(session, "after_soft_rollback", _forget)
    sa.event.listen(session, "after_commit", _anchor)


def _mark(session: Session, begun: SessionTransaction) -> None:
    """Remember how much was pending when a savepoint began."""
    if begun.nested:
        session.info[_SAVEPOINTS][begun] = len(session.info[_PENDING])


def _append(session: Session) -> None:
    """Chain what is pending to the head; runs inside the outermost commit only."""
    pending = session.info[_PENDING]
    if session.in_nested_transaction() or not pending:
        return
    session.info[_PENDING], session.info[_SAVEPOINTS] = [], {}
    ring = ring_of(session)
    head = _locked_head(session)
    for fields in pending:
        entry = AuditEntry(number=head.number + 1, previous_hash=head.hash, **fields)
        entry.hash = entry_hash(ring, entry)
        session.add(entry)
        head.number, head.hash = entry.number, entry.hash
    session.flush()
    session.info["audit_anchor"] = (head.number, head.hash)


def _locked_head(session: Session) -> AuditHead:
    """Return the head row, locked; whoever writes first makes it, and two who are first share it."""
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is not None:
        return head
    insert_if_new(session, AuditHead, {"id": 1, "number": 0, "hash": _START})
    return session.get_one(AuditHead, 1, with_for_update=True, populate_existing=True)


def _forget(session: Session, previous: SessionTransaction) -> None:
    """Drop what was noted since the savepoint that was rolled back, or all with the whole transaction."""
    undone: SessionTransaction | None = previous
    while undone is not None and not undone.nested:  # a flush that fails is a part of its savepoint
        undone = undone.parent
    if undone is not None:
        del session.info[_PENDING][session.info[_SAVEPOINTS].get(undone, 0) :]
        return
    session.info[_PENDING], session.info[_SAVEPOINTS] = [], {}
    session.info.pop("audit_anchor", None)


def _anchor(session: Session) -> None:
    """Write the head outside the database after the commit."""
    anchor = session.info.pop("audit_anchor", None)
    if anchor is None:
        return
    path = settings_of(session).data / _ANCHORS
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(f"{anchor[0]} {anchor[1]}\n")


def entry_hash(ring: KeyRing, entry: AuditEntry) -> str:
    """Return the keyed hash over an entry's fields and the hash before it."""
    fields: dict[str, Any] = {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "role": entry.role,
        "place": entry.place,
        "on_behalf_of": entry.on_behalf_of,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "details": entry.details,
        "previous_hash": entry.previous_hash,
    }
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(ring.signing_key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class TrailReport:
    """What verifying the trail found; `first_bad` is None when it is whole."""

    entries: int
    head_hash: str
    first_bad: int | None
    reason: str | None


def verify_trail(session: Session) -> TrailReport:
    """Recompute the whole chain; O(entries). Give it a read-only session of its own.

    Others may append meanwhile: a read-only session sees one state of the database throughout.

    Returns
    -------
    TrailReport : the number of the first entry that was changed, is missing, or was cut off
    """
    ring = ring_of(session)
    anchors = _anchors(session)  # read first: what is anchored now was committed before we look
    count, previous = 0, _START
    hashes: dict[int, str] = {}
    for entry in _entries(session):
        if entry.number != count + 1:
            return TrailReport(count, previous, count + 1, "missing")
        if entry.previous_hash != previous or entry_hash(ring, entry) != entry.hash:
            return TrailReport(count, previous, entry.number, "changed")
        count, previous = entry.number, entry.hash
        hashes[count] = previous
    head = session.get(AuditHead, 1)
    if (head.number, head.hash) != (count, previous) if head else count > 0:
        return TrailReport(count, previous, count + 1, "cut_off")
    bad = next((number for number, told in anchors if hashes.get(number) != told), None)
    return TrailReport(count, previous, bad, "cut_off" if bad else None)


def _entries(session: Session) -> Iterator[AuditEntry]:
    found = sa.select(AuditEntry).order_by(AuditEntry.number)
    # Who finds a broken link reads no further.
    with session.scalars(found.execution_options(yield_per=1000)) as entries:
        yield from entries


def _anchors(session: Session) -> list[tuple[int, str]]:
    """Return numbers and hashes of the heads written outside the database, the oldest first."""
    path = settings_of(session).data / _ANCHORS
    if not path.exists():
        return []
    # A line torn by a power cut says nothing of the entries; those before and after it still do.
    return [(int(number), told) for number, told in _ANCHOR_LINE.findall(path.read_text())]
