"""What came of a graduate's own fairs (我的招聘会): sessions held a place in, booths talked to; only the reader's own.

It tells what the reader took part in. A booth's refusal, its reason and its notes stay with the booth until the reader
asks for the copy of the own data: a page at one's elbow is no place to learn of them.
"""

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fair_hall import ContactState
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import FairEmployer, FairSession
from matcher.models.postings import Posting
from matcher.services.fair_guests import bookings
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class OwnPlace:
    """A session the reader has a place in, or waits for one, and whether the reader was let in."""

    held: FairSession
    state: BookingState
    has_come: bool


@dataclass(frozen=True)
class OwnMeeting:
    """An employer the reader talked to at its booth."""

    contact_id: int
    employer: str
    came_to: ContactState
    """Never a refusal: what had been reached before it."""
    post: str
    """What the intent is for; empty unless one stands."""


def own_places(session: Session, by: Actor) -> dict[int, list[OwnPlace]]:
    """Return the reader's sessions by visitor, in order of time; two queries."""
    require(by, Permission.VISIT_FAIRS)
    held = (
        sa.select(FairSession, FairVisitor.id, FairTicket.id, FairTicket.admitted_at)
        .join(FairVisitor, FairVisitor.fair_id == FairSession.fair_id)
        .outerjoin(
            FairTicket,
            sa.and_(
                FairTicket.session_id == FairSession.id,
                FairTicket.visitor_id == FairVisitor.id,
                FairTicket.revoked_at.is_(None),
            ),
        )
        .where(*_own(by))
        .order_by(FairSession.held_on, FairSession.begins_minute, FairSession.id)
    )
    rows = session.execute(held).all()
    booked = {
        (one.visitor_id, one.session_id): one.state
        for one in bookings.bookings_of(session, {visitor_id for _, visitor_id, _, _ in rows})
    }
    found: dict[int, list[OwnPlace]] = defaultdict(list)
    for one, visitor_id, ticket_id, admitted_at in rows:
        by_ticket = BookingState.BOOKED if ticket_id else None
        state = booked.get((visitor_id, one.id), by_ticket)
        if state is not None:
            found[visitor_id].append(OwnPlace(one, state, admitted_at is not None))
    return dict(found)


def own_meetings(session: Session, by: Actor) -> dict[int, list[OwnMeeting]]:
    """Return whom the reader met at booths, by visitor, in the order they met; one query."""
    require(by, Permission.VISIT_FAIRS)
    met = (
        sa.select(FairContact, Employer.name, Posting.title)
        .join(FairVisitor, FairVisitor.id == FairContact.visitor_id)
        .join(FairEmployer, FairEmployer.id == FairContact.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .outerjoin(Posting, Posting.id == FairContact.posting_id)
        .where(*_own(by))
        .order_by(FairContact.met_at, FairContact.id)
    )
    found: dict[int, list[OwnMeeting]] = defaultdict(list)
    for contact, employer, title in session.execute(met):
        came_to = _came_to(contact)
        post = title or "" if came_to is ContactState.INTENT else ""
        found[contact.visitor_id].append(OwnMeeting(contact.id, employer, came_to, post))
    return dict(found)


def _came_to(contact: FairContact) -> ContactState:
    if contact.state is not ContactState.REFUSED:
        return contact.state
    return ContactState.INTERVIEWED if contact.interviewed_at else ContactState.MET


def _own(by: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        FairVisitor.graduate_id == by.graduate_id,
        FairVisitor.graduate_id.is_not(None),
        FairVisitor.forgotten_at.is_(None),
    )
