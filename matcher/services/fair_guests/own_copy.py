"""A person's fairs in the copy of the own data (参会记录): asked, answered, came, whom met, what booths could read.

What a booth wrote of the person stands here too: it is held of the person like an employer's words on a referral.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fair_guests import ShownField
from matcher.models.audit import AuditEntry
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_queues import FairInterview, FairQueuePlace
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.postings import Posting
from matcher.services.fair_guests.own_views import stops_of
from matcher.services.fair_hall.contacts import note_of


def visits_of(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return a person's visits, ready for JSON; the caller has checked whose they are."""
    found = (
        sa.select(FairVisitor, Fair)
        .join(Fair, Fair.id == FairVisitor.fair_id)
        .where(FairVisitor.graduate_id == graduate_id, FairVisitor.forgotten_at.is_(None))
        .order_by(Fair.first_on, Fair.id)
    )
    return [_visit(session, visitor, fair) for visitor, fair in session.execute(found)]


def _visit(session: Session, visitor: FairVisitor, fair: Fair) -> dict[str, Any]:
    tickets = (
        sa.select(FairSession.name, FairSession.held_on, FairTicket.admitted_at)
        .join(FairTicket, FairTicket.session_id == FairSession.id)
        .where(FairTicket.visitor_id == visitor.id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    )
    route = session.scalar(sa.select(FairRoute).where(FairRoute.visitor_id == visitor.id))
    stops = stops_of(session, fair.id, {visitor.id: route.stops} if route else {})
    return {
        "fair": fair.title,
        "first_on": fair.first_on.isoformat(),
        "state": visitor.state.label,
        "answered_at": visitor.answered_at.isoformat() if visitor.answered_at else None,
        "shown": [ShownField(one).label for one in visitor.shown],
        "sessions": [
            {
                "name": row.name,
                "held_on": row.held_on.isoformat(),
                "came_at": row.admitted_at.isoformat() if row.admitted_at else None,
            }
            for row in session.execute(tickets)
        ],
        "route": [f"{one.booth} {one.employer}".strip() for one in stops.get(visitor.id, ())],
        "booths": _booths(session, visitor),
        "queues": _queues(session, visitor),
    }


def _booths(session: Session, visitor: FairVisitor) -> list[dict[str, Any]]:
    """Return the employers met, what came of it, and when one opened the number or the résumé."""
    found = (
        sa.select(FairContact, Employer.name, Posting.title)
        .join(FairEmployer, FairEmployer.id == FairContact.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .outerjoin(Posting, Posting.id == FairContact.posting_id)
        .where(FairContact.visitor_id == visitor.id)
        .order_by(FairContact.met_at, FairContact.id)
    )
    return [
        {
            "employer": employer,
            "state": contact.state.label,
            "posting": title,
            "met_at": contact.met_at.isoformat(),
            "resume_at": _instant(contact.resume_at),
            "interviewed_at": _instant(contact.interviewed_at),
            "refusal": contact.refusal_reason.label if contact.refusal_reason else None,
            "note": note_of(session, contact),
            "interviews": _interviews(session, contact.id),
            "opened": _opened(session, contact.id),
        }
        for contact, employer, title in session.execute(found).all()
    ]


def _interviews(session: Session, contact_id: int) -> list[dict[str, Any]]:
    found = sa.select(FairInterview).where(FairInterview.contact_id == contact_id)
    return [
        {"begins_at": one.begins_at.isoformat(), "state": one.state.label}
        for one in session.scalars(found.order_by(FairInterview.id))
    ]


def _opened(session: Session, contact_id: int) -> list[dict[str, Any]]:
    found = (
        sa.select(AuditEntry.at, AuditEntry.action)
        .where(AuditEntry.subject_kind == "fair_contact", AuditEntry.subject_id == contact_id)
        .order_by(AuditEntry.number)
    )
    return [{"at": row.at.isoformat(), "action": row.action} for row in session.execute(found)]


def _queues(session: Session, visitor: FairVisitor) -> list[dict[str, Any]]:
    found = (
        sa.select(FairQueuePlace, Employer.name)
        .join(FairEmployer, FairEmployer.id == FairQueuePlace.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(FairQueuePlace.visitor_id == visitor.id)
        .order_by(FairQueuePlace.id)
    )
    return [
        {
            "employer": employer,
            "number": place.number,
            "taken_at": place.taken_at.isoformat(),
            "state": place.state.label,
        }
        for place, employer in session.execute(found)
    ]


def _instant(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
