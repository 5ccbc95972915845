"""Deleting what is held of a visitor (删除参会信息): asked for by the person on the own page, or with the whole record.

Name, number, studies, route, who on file it was, what booths wrote and messages that wait go at once; the ticket is
void, and places, numbers and appointments are free for whoever waits. That somebody was there stays as a count, which
the service ledger must keep.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import MessageState
from matcher.kinds.fair_hall import QueueState
from matcher.kinds.fairs import VisitorState
from matcher.kinds.interviews import InterviewState
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_queues import FairInterview, FairQueuePlace
from matcher.models.fair_reports import FairAsk, FairFollow
from matcher.models.fair_sheets import FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.outbox import OutboxMessage
from matcher.services import audit
from matcher.services.doors.tickets import revoke_ticket
from matcher.services.fair_guests import bookings, guest_links
from matcher.services.permissions import SYSTEM

_QUIET = {"synchronize_session": False}


def forget_by_link(session: Session, token: str) -> None:
    """Delete what is held of the visitor of a link; the link ends with it."""
    bookings.in_turn(session, guest_links.look(session, token).fair_id)
    forget(session, guest_links.look(session, token, lock=True))


def forget_graduate(session: Session, graduate_id: int) -> int:
    """Delete all visits of a graduate whose record is deleted; return how many."""
    found = sa.select(FairVisitor).where(
        FairVisitor.graduate_id == graduate_id, FairVisitor.forgotten_at.is_(None)
    )
    for fair_id in sorted({one.fair_id for one in session.scalars(found)}):
        bookings.in_turn(session, fair_id)
    locked = found.order_by(FairVisitor.id).with_for_update(key_share=True)
    rows = session.scalars(locked.execution_options(populate_existing=True)).all()
    for one in rows:
        forget(session, one)
    return len(rows)


def forget(session: Session, visitor: FairVisitor) -> None:
    """Empty a visitor's row and what hangs on it; a second time nothing is left to do."""
    tickets = session.scalars(sa.select(FairTicket).where(FairTicket.visitor_id == visitor.id))
    came = [one.session_id for one in tickets if one.admitted_at is not None]
    bookings.end_unused(session, visitor, came)
    if not came:
        visitor.state, visitor.waiting_since = VisitorState.CANCELLED, None
    for ticket in session.scalars(
        sa.select(FairTicket.id).where(FairTicket.visitor_id == visitor.id)
    ).all():
        revoke_ticket(session, ticket)
    session.flush()
    _leave_hall(session, visitor.id)
    _empty_around(session, visitor.id)
    _withdraw_messages(session, visitor.id)
    session.expire_all()
    for name in _EMPTIED:
        setattr(visitor, name, None)
    visitor.shown = []
    visitor.forgotten_at = clock.now()
    audit.record(session, SYSTEM, "fair_visitor.forgotten", subject=("fair_visitor", visitor.id))
    session.flush()


def _leave_hall(session: Session, visitor_id: int) -> None:
    """Give back the numbers and appointments that are still to come; contacts are locked first, as booths do."""
    own = sa.select(FairContact.id).where(FairContact.visitor_id == visitor_id)
    session.execute(own.order_by(FairContact.id).with_for_update()).all()
    now = clock.now()
    in_line = (QueueState.WAITING, QueueState.CALLED)
    for change in (
        sa.update(FairQueuePlace)
        .where(FairQueuePlace.visitor_id == visitor_id, FairQueuePlace.state.in_(in_line))
        .values(state=QueueState.LEFT, ended_at=now),
        sa.update(FairInterview)
        .where(FairInterview.visitor_id == visitor_id, FairInterview.state == InterviewState.BOOKED)
        .values(state=InterviewState.CANCELLED, settled_at=now),
    ):
        session.execute(change, execution_options=_QUIET)


def _empty_around(session: Session, visitor_id: int) -> None:
    """Empty what was written about the visitor elsewhere: the route, notes of booths, jobs, lines of paper."""
    session.execute(sa.delete(FairRoute).where(FairRoute.visitor_id == visitor_id))
    line = sa.exists().where(
        FairPaperLine.visitor_id == visitor_id,
        FairPaperLine.batch_id == FairPaperRow.batch_id,
        FairPaperLine.code == FairPaperRow.code,
    )
    for change in (
        sa.update(FairContact).where(FairContact.visitor_id == visitor_id).values(note_cipher=None),
        sa.update(FairFollow).where(FairFollow.visitor_id == visitor_id).values(placement_id=None),
        sa.update(FairPaperRow).where(line).values(values_cipher=None),
    ):
        session.execute(change, execution_options=_QUIET)


def _withdraw_messages(session: Session, visitor_id: int) -> None:
    """Stop the messages that wait, and leave the number in none that was sent."""
    asks = session.scalars(sa.select(FairAsk.id).where(FairAsk.visitor_id == visitor_id)).all()
    of_asks = [f"{name}:{one}" for one in asks for name in _ASKED]
    named = sa.or_(
        OutboxMessage.unique_key.startswith(f"fair_visitor:{visitor_id}:", autoescape=True),
        OutboxMessage.unique_key.in_(of_asks),
    )
    session.execute(
        sa.update(OutboxMessage)
        .where(named, OutboxMessage.state == MessageState.WAITING)
        .values(state=MessageState.WITHDRAWN),
        execution_options=_QUIET,
    )
    session.execute(
        sa.update(OutboxMessage).where(named).values(address_cipher=None, secret_cipher=None),
        execution_options=_QUIET,
    )


_ASKED = ("fair_after", "fair_after_again")
"""Templates of the messages after a fair, which name the ask."""

_EMPTIED = (
    "graduate_id",
    "name_cipher",
    "name_masked",
    "phone_cipher",
    "phone_index",
    "phone_masked",
    "person_index",
    "school",
    "major_text",
    "education",
)
