"""Deleting what is held of a visitor (删除参会信息): asked for by the person on the own page, or with the whole record.

Name, number, studies and route go at once and the ticket is void; that somebody was there stays as a count, which the
service ledger must keep. Places are free for whoever waits.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import VisitorState
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.services import audit
from matcher.services.fair_guests import bookings, guest_links
from matcher.services.permissions import SYSTEM


def forget_by_link(session: Session, token: str) -> None:
    """Delete what is held of the visitor of a link; the link ends with it."""
    forget(session, guest_links.look(session, token, lock=True))


def forget_graduate(session: Session, graduate_id: int) -> int:
    """Delete all visits of a graduate whose record is deleted; return how many."""
    found = sa.select(FairVisitor).where(
        FairVisitor.graduate_id == graduate_id, FairVisitor.forgotten_at.is_(None)
    )
    rows = session.scalars(found.order_by(FairVisitor.id).with_for_update()).all()
    for one in rows:
        forget(session, one)
    return len(rows)


def forget(session: Session, visitor: FairVisitor) -> None:
    """Empty a visitor's row; a second time nothing is left to do."""
    came = sa.select(FairTicket.id).where(
        FairTicket.visitor_id == visitor.id, FairTicket.admitted_at.is_not(None)
    )
    if session.scalar(came.limit(1)) is None:
        bookings.give_up(session, visitor, VisitorState.CANCELLED)
    session.execute(sa.delete(FairRoute).where(FairRoute.visitor_id == visitor.id))
    for name in _EMPTIED:
        setattr(visitor, name, None)
    visitor.shown = []
    visitor.forgotten_at = clock.now()
    audit.record(session, SYSTEM, "fair_visitor.forgotten", subject=("fair_visitor", visitor.id))
    session.flush()


_EMPTIED = (
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
