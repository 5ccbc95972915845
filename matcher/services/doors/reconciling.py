"""What a scanner did without network is brought home (离线补传): written once, counted once, contradictions shown.

The scanner let people in already; here that is only written down. Each scan keeps the number the scanner gave it, so
that sending it twice, or after an answer that was lost on the way, writes one row. Of each ticket all that the doors
saw is put in order of time (`matcher.fairs.door_timelines`). Where two doors let the same ticket in, the scan that is
brought home becomes a conflict, and the place it used stays set aside until the organiser settles it. Nothing that was
brought is dropped, and no count goes beyond the approved number (核准人数).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import EntryKind
from matcher.models.fair_visitors import DoorDevice, FairEntry, FairTicket
from matcher.models.fairs import FairSession
from matcher.services.doors.brought import LATE, PASSES, Brought, numbered_again
from matcher.services.doors.brought_tickets import find_tickets
from matcher.services.doors.counted_home import Homecoming
from matcher.services.doors.devices import Scanner
from matcher.services.rows import not_found


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of the scans that were brought: kinds by number, every one of them answered."""

    outcomes: dict[str, EntryKind]

    @property
    def n_conflicts(self) -> int:
        """Return how many of them contradict another door."""
        return sum(kind is EntryKind.CONFLICT for kind in self.outcomes.values())


def bring_home(session: Session, scanner: Scanner, scans: Sequence[Brought]) -> Reconciled:
    """Write down what a scanner did without network; sent again, it changes nothing and answers the same.

    Parameters
    ----------
    scans : in the order they were made, all of one ticket together if there are several

    Raises
    ------
    ConflictError
        The same scans are being written at this very moment (`scan_sent_twice`): send them again.
    """
    tickets = find_tickets(session, scanner.fair_id, (one.code for one in scans))
    written = _written(session, scans)
    outcomes: dict[str, EntryKind] = {}
    todo: list[Brought] = []
    for one in _timely(session, scanner, scans):
        before = written.get(one.number + LATE) or written.get(one.number)
        again = one if before is None else _rest(one, before)
        if again is None:
            outcomes[one.number] = before.kind if before is not None else one.kind
        else:
            todo.append(again)
    made = _write(session, scanner, tickets, todo)
    return Reconciled(outcomes | {number.removesuffix(LATE): kind for number, kind in made.items()})


def _rest(one: Brought, before: FairEntry) -> Brought | None:
    if before.scan_number.endswith(LATE):
        return None
    return numbered_again(one, before)


def _write(
    session: Session, scanner: Scanner, tickets: dict[str, FairTicket], todo: list[Brought]
) -> dict[str, EntryKind]:
    """Write what is new: ticket by ticket in the order they are locked, counters last."""
    work = Homecoming(session, scanner)
    of_ticket: dict[int, list[Brought]] = {}
    by_id = {one.id: one for one in tickets.values()}
    sessions = _sessions(session, scanner.fair_id)
    for one in todo:
        ticket = tickets.get(one.code)
        claimed = sessions.get(one.session, next(iter(sessions.values())))
        if one.kind not in PASSES:
            work.write_refused(one, ticket, claimed if ticket is None else ticket.session_id)
        elif ticket is None:
            work.write_unknown(one, claimed)
        else:
            of_ticket.setdefault(ticket.id, []).append(one)
    for ticket_id in sorted(of_ticket):
        work.write_ticket(by_id[ticket_id], of_ticket[ticket_id])
    work.count()
    return work.outcomes


def _sessions(session: Session, fair_id: int) -> dict[str, int]:
    """Return the sessions of the fair by public id; a fair without any has no scanner list and no scans."""
    rows = session.execute(
        sa.select(FairSession.public_id, FairSession.id)
        .where(FairSession.fair_id == fair_id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    ).all()
    if not rows:
        raise not_found()
    return {row.public_id: row.id for row in rows}


def _timely(session: Session, scanner: Scanner, scans: Sequence[Brought]) -> list[Brought]:
    """Return the scans with times that can be: not ahead of ours, not before the scanner was paired."""
    paired = session.scalar(sa.select(DoorDevice.paired_at).where(DoorDevice.id == scanner.id))
    now = clock.now()
    earliest = paired or now
    return [one.timed(max(min(one.at, now), earliest)) for one in scans]


def _written(session: Session, scans: Sequence[Brought]) -> dict[str, FairEntry]:
    """Return the log's rows of these scans by their numbers; read after the tickets are locked."""
    numbers = [number for one in scans for number in (one.number, one.number + LATE)]
    found = sa.select(FairEntry).where(FairEntry.scan_number.in_(numbers))
    return {row.scan_number: row for row in session.scalars(found)}
