"""Tickets (入场码): issued once for a visitor and a session, taken back, and written as the code people carry."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.db.insertion import insert_if_new
from matcher.errors import NotFoundError
from matcher.fairs.ticket_codes import SERIAL_BYTES, CodeRead, code_of, read_code, ticket_key
from matcher.models.fair_visitors import FairTicket, FairVisitor


def issue_ticket(session: Session, visitor_id: int, session_id: int) -> FairTicket:
    """Return the ticket of a visitor for a session, made now unless it stands; its code never changes while it is good.

    A ticket that was taken back (`revoke_ticket`) comes again under a new serial: whoever kept the old code has a
    ticket nobody knows. The caller has checked who may ask, and that visitor and session are of one fair.
    """
    values = {
        "serial": secrets.token_bytes(SERIAL_BYTES),
        "visitor_id": visitor_id,
        "session_id": session_id,
        "issued_at": clock.now(),
    }
    made = insert_if_new(session, FairTicket, values)
    if made is not None:
        return made
    ticket = session.scalars(
        sa.select(FairTicket)
        .where(FairTicket.visitor_id == visitor_id, FairTicket.session_id == session_id)
        .with_for_update()
    ).one()
    if ticket.revoked_at is not None:
        ticket.serial, ticket.issued_at = values["serial"], values["issued_at"]  # type: ignore[assignment] # by name
        ticket.revoked_at = None
        session.flush()
    return ticket


def revoke_ticket(session: Session, ticket_id: int) -> None:
    """Take a ticket back (作废): the door refuses it from now on; who is inside stays inside and is counted."""
    session.execute(
        sa.update(FairTicket)
        .where(FairTicket.id == ticket_id, FairTicket.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def ticket_code(session: Session, ticket: FairTicket) -> str:
    """Return the code a ticket's QR holds; `matcher.fairs.ticket_codes.spaced` writes it for people."""
    return code_of(ticket.serial, _key(session))


def read_ticket_code(session: Session, text: str) -> CodeRead | None:
    """Read what was scanned or typed; None if it is no ticket code at all."""
    return read_code(text, _key(session))


def find_ticket(session: Session, text: str, fair_id: int) -> FairTicket:
    """Return the good ticket of a fair a code names, for booths and desks; the short code serves as well.

    Raises
    ------
    NotFoundError
        No ticket code, not signed by this house, of another fair, or taken back: all answer the same.
    """
    read = read_ticket_code(session, text)
    found: list[FairTicket] = []
    if read is not None and (read.is_signed or read.is_short):
        chosen = sa.select(FairTicket).where(
            FairTicket.serial.between(read.first, read.last),
            FairTicket.revoked_at.is_(None),
            FairTicket.visitor_id.in_(
                sa.select(FairVisitor.id).where(FairVisitor.fair_id == fair_id)
            ),
        )
        found = list(session.scalars(chosen.order_by(FairTicket.id).limit(2)))
    if len(found) != 1:
        raise NotFoundError("ticket_unknown", "这个票码在本场招聘会查不到。")
    return found[0]


def _key(session: Session) -> bytes:
    return ticket_key(ring_of(session).signing_key)
