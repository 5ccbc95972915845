"""Counting what a scanner brings home: lent places become people, contradictions become conflicts.

Rows are locked in one order everywhere: tickets, then loans, then sessions. The sessions' counters move last and once.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import ConflictError
from matcher.fairs.door_timelines import Pass, merged
from matcher.kinds.fair_doors import DoorConflictReason
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import DoorLoan, FairEntry, FairTicket
from matcher.services.doors import lent_places, places
from matcher.services.doors.brought import Brought
from matcher.services.doors.brought_tickets import REPLACES, Logged, logged_passes
from matcher.services.doors.devices import Scanner


class Homecoming:
    """The work on the scans of one scanner, in one transaction; `outcomes` says what each came to, by number."""

    def __init__(self, session: Session, scanner: Scanner) -> None:
        self._session = session
        self._scanner = scanner
        self._used: Counter[int] = Counter()
        self._inside: Counter[int] = Counter()
        self.outcomes: dict[str, EntryKind] = {}
        mine = sa.select(DoorLoan).where(
            DoorLoan.device_id == scanner.id, DoorLoan.settled_at.is_(None)
        )
        locked = session.scalars(
            mine.order_by(DoorLoan.id).with_for_update().execution_options(populate_existing=True)
        )
        self._loans = {one.session_id: one for one in locked}

    def write_refused(self, one: Brought, ticket: FairTicket | None, session_id: int) -> None:
        """Write down somebody the scanner did not let in."""
        self._entry(one, ticket, session_id, EntryKind.REFUSED, one.refusal)

    def write_unknown(self, one: Brought, session_id: int) -> None:
        """Write down somebody who was let in with a code nobody knows."""
        self._conflict(one, None, session_id, DoorConflictReason.UNKNOWN, None)

    def write_ticket(self, ticket: FairTicket, scans: list[Brought]) -> None:
        """Write down all that a scanner saw of one ticket, put in order with what other doors saw."""
        logged = logged_passes(self._session, ticket.id)
        brought = {f"s{number:06}": one for number, one in enumerate(scans)}
        line = merged(
            [*logged.passes, *(Pass(one.at, one.is_in, key) for key, one in brought.items())]
        )
        rows = dict(logged.rows)
        was_inside, is_beyond = ticket.is_inside, False
        for key, one in sorted(brought.items(), key=lambda each: (each[1].at, each[0])):
            if key in line.contradicts:
                rows[key] = self._contradicted(ticket, one, rows.get(line.contradicts[key] or ""))
            elif is_beyond or (one.is_in and self._is_cancelled(ticket, one)):
                rows[key] = self._not_counted(ticket, one, is_beyond=is_beyond)
                is_beyond = is_beyond or ticket.admitted_at is None
            else:
                rows[key] = self._passed(ticket, one)
                is_beyond = rows[key].kind is EntryKind.CONFLICT
        if not is_beyond:
            self._revive(ticket, logged, line.kept)
            ticket.is_inside = line.is_inside and ticket.admitted_at is not None
        self._inside[ticket.session_id] += int(ticket.is_inside) - int(was_inside)

    def count(self) -> None:
        """Move the sessions' counters, after all tickets and loans."""
        self._session.flush()
        for session_id in sorted(self._used.keys() | self._inside.keys()):
            used, inside = self._used[session_id], self._inside[session_id]
            if used or inside:
                lent_places.count_lent(self._session, session_id, n_used=used, n_more_inside=inside)

    def _passed(self, ticket: FairTicket, one: Brought) -> FairEntry:
        """Write down what fits: the first entry on a lent place, or on a free one if none is left of those."""
        if not one.is_in:
            facts = {"not_let_in": True} if one.is_not_let_in else {}
            return self._entry(one, ticket, ticket.session_id, EntryKind.LEFT, None, **facts)
        if ticket.admitted_at is not None:
            return self._entry(one, ticket, ticket.session_id, EntryKind.RETURNED, None)
        if self._take_lent(ticket.session_id):
            self._used[ticket.session_id] += 1
        elif places.take_place(self._session, ticket.session_id, None) is not None:
            self._inside[ticket.session_id] -= 1  # counted inside by taking the place
        else:
            return self._not_counted(ticket, one, is_beyond=True)
        ticket.admitted_at = one.at
        return self._entry(one, ticket, ticket.session_id, EntryKind.ENTERED, None)

    def _take_lent(self, session_id: int) -> bool:
        loan = self._loans.get(session_id)
        if loan is None or loan.n_used >= loan.n_lent:
            return False
        loan.n_used += 1
        return True

    def _contradicted(self, ticket: FairTicket, one: Brought, other: FairEntry | None) -> FairEntry:
        if not one.is_in:
            return self._entry(
                one, ticket, ticket.session_id, EntryKind.REFUSED, EntryRefusal.NOT_INSIDE
            )
        reason = DoorConflictReason.SECOND_ADMISSION
        return self._conflict(one, ticket, ticket.session_id, reason, other)

    def _not_counted(self, ticket: FairTicket, one: Brought, *, is_beyond: bool) -> FairEntry:
        if not one.is_in:
            return self._contradicted(ticket, one, None)
        reason = DoorConflictReason.BEYOND_LOAN if is_beyond else DoorConflictReason.CANCELLED
        return self._conflict(one, ticket, ticket.session_id, reason, None)

    @staticmethod
    def _is_cancelled(ticket: FairTicket, one: Brought) -> bool:
        return ticket.revoked_at is not None and ticket.revoked_at <= one.at

    def _revive(self, ticket: FairTicket, logged: Logged, kept: list[Pass]) -> None:
        """Count leavings that were refused only because nobody knew yet that the ticket was inside."""
        for one in kept:
            if one.is_spare:
                row = logged.rows[one.key]
                again = Brought(f"late:{row.id}", "", "", EntryKind.LEFT, None, row.at)
                self._entry(
                    again, ticket, ticket.session_id, EntryKind.LEFT, None, **{REPLACES: row.id}
                )
                del self.outcomes[again.number]  # the scanner did not send it

    def _conflict(
        self,
        one: Brought,
        ticket: FairTicket | None,
        session_id: int,
        reason: DoorConflictReason,
        other: FairEntry | None,
    ) -> FairEntry:
        # Only a first entry used one of the scanner's places; it stays set aside until settled.
        holds = one.kind is EntryKind.ENTERED and self._take_lent(session_id)
        facts = {"other": other.id, "door": other.device_id} if other is not None else {}
        entry = self._entry(
            one, ticket, session_id, EntryKind.CONFLICT, None, reason=reason.value, **facts
        )
        self._session.add(
            DoorConflict(
                fair_id=self._scanner.fair_id,
                session_id=session_id,
                entry_id=entry.id,
                other_entry_id=None if other is None else other.id,
                reason=reason,
                holds_place=holds,
            )
        )
        return entry

    def _entry(
        self,
        one: Brought,
        ticket: FairTicket | None,
        session_id: int,
        kind: EntryKind,
        refusal: EntryRefusal | None,
        **facts: Any,
    ) -> FairEntry:
        made = insert_if_new(
            self._session,
            FairEntry,
            {
                "scan_number": one.number,
                "fair_id": self._scanner.fair_id,
                "session_id": session_id,
                "ticket_id": None if ticket is None else ticket.id,
                "device_id": self._scanner.id,
                "kind": kind,
                "refusal": refusal,
                "is_offline": True,
                "at": one.at,
                "entered_at": clock.now(),
                "facts": facts,
            },
        )
        if made is None:
            raise ConflictError("scan_sent_twice", "同一次扫描正在处理，请稍候。")
        self.outcomes[one.number] = kind
        return made
