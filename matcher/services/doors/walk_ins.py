"""Walking in without a ticket (现场登记): written down, given a ticket and let in by one press, or not at all.

Who is refused because the session is full leaves no name behind: what was written is undone, the refusal stays.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fairs import DoorDirection, EntryKind, VisitorKind
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.answers import ScanAnswer
from matcher.services.doors.devices import Scanner
from matcher.services.doors.entries import add_entry
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import issue_ticket, ticket_code
from matcher.services.fair_guests import guest_links, telling
from matcher.services.fair_guests.registering import VisitorInput, register_visitor
from matcher.services.permissions import SYSTEM


@dataclass(frozen=True, slots=True)
class WalkedIn:
    """What came of somebody at the door without a ticket.

    Attributes
    ----------
    code : of the ticket, None if refused
    address : where the person finds ticket and way through the hall on an own phone; None if refused, and for who
        was written down before: a name and a number prove nothing, and the page is not for whoever says them
    """

    answer: ScanAnswer
    code: str | None
    address: str | None


class _TurnedAwayError(Exception):
    """Leave the savepoint in which somebody was written down who does not come in."""


def admit_walk_in(
    session: Session,
    scanner: Scanner,
    facts: VisitorInput,
    *,
    scan_number: str,
    at: dt.datetime | None = None,
) -> WalkedIn:
    """Write somebody down, issue a ticket for the session that runs now, and let the person in.

    Who registered before with the same name and number is the same visitor, and comes in on the ticket that stands;
    the link to the own page goes to the phone alone.

    Raises
    ------
    RuleBrokenError
        No session takes anybody in at this hour (`no_session_now`), or the fair takes nobody (any more).
    InvalidInputError
        No name, no good number, or nothing agreed to.
    """
    at = at or clock.now()
    before = _standing(session, scanner, scan_number)
    if before is not None:
        return _walked(session, scanner, before, scan_number, at)
    held = running_session(session, scanner.fair_id, at)
    if held is None:
        raise RuleBrokenError("no_session_now", "现在没有正在入场的场次，请看场次时间。")
    try:
        with session.begin_nested():
            fair = session.get_one(Fair, scanner.fair_id)
            visitor = register_visitor(session, SYSTEM, fair, facts, kind=VisitorKind.WALK_IN)
            ticket = issue_ticket(session, visitor.id, held.id)
            walked = _walked(session, scanner, ticket, scan_number, at)
            if walked.answer.kind is EntryKind.REFUSED:
                raise _TurnedAwayError
    except _TurnedAwayError:
        _note_refusal(session, scanner, held, walked.answer, scan_number)
    return walked


def running_session(session: Session, fair_id: int, at: dt.datetime) -> FairSession | None:
    """Return the session whose door is open at an instant; of two, the one that began first."""
    local = clock.in_china(at)
    minute = local.hour * 60 + local.minute
    return session.scalar(
        sa.select(FairSession)
        .where(
            FairSession.fair_id == fair_id,
            FairSession.held_on == local.date(),
            FairSession.begins_minute - FairSession.opens_minutes_before <= minute,
            FairSession.ends_minute > minute,
        )
        .order_by(FairSession.begins_minute, FairSession.id)
        .limit(1)
    )


def _standing(session: Session, scanner: Scanner, scan_number: str) -> FairTicket | None:
    """Return the ticket this very form has let in before."""
    return session.scalar(
        sa.select(FairTicket)
        .join(FairEntry, FairEntry.ticket_id == FairTicket.id)
        .where(FairEntry.scan_number == scan_number, FairEntry.fair_id == scanner.fair_id)
    )


def _walked(
    session: Session, scanner: Scanner, ticket: FairTicket, scan_number: str, at: dt.datetime
) -> WalkedIn:
    code = ticket_code(session, ticket)
    answer = scan(
        session, scanner, code, scan_number=scan_number, direction=DoorDirection.IN, at=at
    )
    if answer.kind is EntryKind.REFUSED:
        return WalkedIn(answer, None, None)
    visitor = session.get_one(FairVisitor, ticket.visitor_id)
    if _is_new(session, visitor, scan_number):
        return WalkedIn(answer, code, guest_links.address_of(session, visitor))
    telling.tell_link(session, visitor)
    return WalkedIn(answer, code, None)


def _is_new(session: Session, visitor: FairVisitor, scan_number: str) -> bool:
    """Say whether a visitor was first written down by this very form."""
    first = (
        sa.select(FairEntry.scan_number)
        .join(FairTicket, FairTicket.id == FairEntry.ticket_id)
        .where(FairTicket.visitor_id == visitor.id)
        .order_by(FairEntry.id)
        .limit(1)
    )
    return visitor.kind is VisitorKind.WALK_IN and session.scalar(first) == scan_number


def _note_refusal(
    session: Session, scanner: Scanner, held: FairSession, answer: ScanAnswer, scan_number: str
) -> None:
    """Write down that somebody without a ticket was refused, and nothing of who it was."""
    add_entry(
        session,
        scan_number=scan_number,
        fair_id=scanner.fair_id,
        session_id=held.id,
        ticket_id=None,
        device_id=scanner.id,
        kind=answer.kind,
        refusal=answer.refusal,
        at=answer.at,
        facts={"walk_in": True},
    )
