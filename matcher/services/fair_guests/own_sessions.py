"""The sessions of a fair as one visitor stands with them (我的场次): booked, waiting, with a ticket, let in."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.fairs.ticket_codes import spaced
from matcher.kinds.fair_guests import BookingState
from matcher.models.fair_guests import FairBooking
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import FairSession
from matcher.services.doors.tickets import ticket_code
from matcher.services.fair_guests import answers, bookings


@dataclass(frozen=True)
class OwnSession:
    """A session and how the visitor stands with it."""

    held: FairSession
    state: BookingState | None
    ahead: int
    """People before the visitor in its line."""
    code: str
    """Of the ticket as the QR holds it; empty without one."""
    words: str
    """The code as people read it."""
    is_open: bool
    has_come: bool
    """Let in at its door."""


def own_sessions(session: Session, visitor: FairVisitor) -> list[OwnSession]:
    """Return all sessions of the visitor's fair, in order of time; the caller has checked whose page it is."""
    held = session.scalars(
        sa.select(FairSession)
        .where(FairSession.fair_id == visitor.fair_id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    ).all()
    open_ = {one.id for one in answers.open_sessions(session, visitor.fair_id)}
    booked = {one.session_id: one for one in bookings.bookings_of(session, [visitor.id])}
    tickets = {
        one.session_id: one
        for one in session.scalars(
            sa.select(FairTicket).where(
                FairTicket.visitor_id == visitor.id, FairTicket.revoked_at.is_(None)
            )
        )
    }
    found = []
    for one in held:
        booking, ticket = booked.get(one.id), tickets.get(one.id)
        code = ticket_code(session, ticket) if ticket else ""
        found.append(
            OwnSession(
                held=one,
                state=booking.state if booking else (BookingState.BOOKED if ticket else None),
                ahead=_ahead(session, booking),
                code=code,
                words=spaced(code) if code else "",
                is_open=one.id in open_,
                has_come=ticket is not None and ticket.admitted_at is not None,
            )
        )
    return found


def _ahead(session: Session, booking: FairBooking | None) -> int:
    if booking is None or booking.waiting_since is None:
        return 0
    before = sa.select(sa.func.count()).where(
        FairBooking.session_id == booking.session_id,
        FairBooking.state == BookingState.WAITING,
        sa.or_(
            FairBooking.waiting_since < booking.waiting_since,
            sa.and_(
                FairBooking.waiting_since == booking.waiting_since, FairBooking.id < booking.id
            ),
        ),
    )
    return session.scalar(before) or 0
