"""Factories of fairs that were held: visitors who came in, contacts with what they came to; plain rows."""

import datetime as dt
import secrets
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.fairs import EntryKind, EntryRefusal, FairState, VisitorState
from matcher.kinds.referrals import RefusalReason
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow, FairReport
from matcher.models.fair_sheets import FairPaperBatch
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.graduates import Graduate
from matcher.services.fair_reports import asking
from tests.factories.drives import make_drive
from tests.factories.fairs import (
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_session,
    make_ticket,
    make_visitor,
)
from tests.factories.postings import make_posting


@dataclass
class HeldFair:
    """A fair that was held yesterday, with what tests need of it."""

    fair: Fair
    held: FairSession
    places: list[FairEmployer] = field(default_factory=list)
    visitors: list[FairVisitor] = field(default_factory=list)


def make_held_fair(
    session: Session,
    drive: Drive | None = None,
    *,
    n_places: int = 3,
    n_visitors: int = 4,
    **changes: object,
) -> HeldFair:
    """Insert an announced fair of yesterday: employers with a posting for two each, visitors who came in."""
    drive = drive or make_drive(session)
    fields: dict[str, object] = {
        "state": FairState.ANNOUNCED,
        "first_on": clock.today() - dt.timedelta(days=1),
    }
    fair = make_fair(session, drive, **(fields | changes))
    made = HeldFair(fair, make_session(session, fair))
    for _ in range(n_places):
        place = make_fair_employer(session, fair)
        posting = make_posting(session, drive, place_employer(session, place), headcount=2)
        make_fair_posting(session, place, posting)
        made.places.append(place)
    made.visitors = [come_in(session, made) for _ in range(n_visitors)]
    return made


def place_employer(session: Session, place: FairEmployer) -> Employer:
    """Return the employer of a place."""
    return session.get_one(Employer, place.employer_id)


def begins_at(held: FairSession) -> dt.datetime:
    """Return the instant a session begins."""
    midnight = dt.datetime.combine(held.held_on, dt.time.min, tzinfo=clock.CHINA)
    return midnight + dt.timedelta(minutes=held.begins_minute)


def come_in(
    session: Session, made: HeldFair, graduate: Graduate | None = None, **changes: object
) -> FairVisitor:
    """Insert a visitor who came in at the door."""
    visitor = make_visitor(
        session,
        made.fair,
        graduate,
        state=VisitorState.COMING,
        **changes,  # type: ignore[arg-type] # by name
    )
    let_in(
        session, made, make_ticket(session, visitor, made.held, admitted_at=begins_at(made.held))
    )
    return visitor


def let_in(session: Session, made: HeldFair, ticket: FairTicket) -> FairEntry:
    """Insert the door's row of a ticket that let somebody in, and count it."""
    made.held.n_entered += 1
    return _entry(session, made, ticket_id=ticket.id, kind=EntryKind.ENTERED)


def enter_nameless(session: Session, made: HeldFair) -> FairEntry:
    """Insert the row of somebody who came in on another's ticket, as settling a conflict of the door writes it."""
    made.held.n_entered += 1
    return _entry(session, made, kind=EntryKind.ENTERED, is_offline=True)


def refuse(session: Session, made: HeldFair, reason: EntryRefusal) -> FairEntry:
    """Insert a refused scan."""
    return _entry(session, made, kind=EntryKind.REFUSED, refusal=reason)


def _entry(session: Session, made: HeldFair, **changes: object) -> FairEntry:
    fields: dict[str, object] = {
        "scan_number": secrets.token_hex(8),
        "fair_id": made.fair.id,
        "session_id": made.held.id,
        "at": begins_at(made.held),
        "entered_at": clock.now(),
    }
    entry = FairEntry(**(fields | changes))
    session.add(entry)
    session.flush()
    return entry


def make_contact(
    session: Session,
    place: FairEmployer,
    visitor: FairVisitor,
    state: ContactState = ContactState.MET,
    **changes: object,
) -> FairContact:
    """Insert a contact with the marks its state asks for."""
    now = clock.now()
    fields: dict[str, object] = {
        "fair_id": place.fair_id,
        "fair_employer_id": place.id,
        "visitor_id": visitor.id,
        "state": state,
        "met_at": now,
        "interviewed_at": now if state is ContactState.INTERVIEWED else None,
        "intent_at": now if state is ContactState.INTENT else None,
        "refusal_reason": RefusalReason.SKILL if state is ContactState.REFUSED else None,
    }
    contact = FairContact(**(fields | changes))
    session.add(contact)
    session.flush()
    return contact


def after_names(session: Session, place: FairEmployer) -> dict[str, str]:
    """Insert what stands in the addresses after a fair: a report, a followed intent, an uploaded book."""
    other = make_visitor(session, session.get_one(Fair, place.fair_id))
    contact = make_contact(session, place, other, ContactState.INTENT)
    today = clock.today()
    report = FairReport(
        fair_id=place.fair_id, due_on=today, due_source="约定", opened_at=clock.now()
    )
    follow = FairFollow(
        fair_id=place.fair_id,
        contact_id=contact.id,
        fair_employer_id=place.id,
        visitor_id=other.id,
        due_on=today,
        opened_at=clock.now(),
    )
    batch = FairPaperBatch(fair_id=place.fair_id, sha256="0" * 64, uploaded_at=clock.now())
    session.add_all([report, follow, batch])
    session.flush()
    return {
        "code": "people",
        "side": SurveySide.VISITOR.value,
        "follow_id": follow.public_id,
        "batch_id": batch.public_id,
    }


def after_link(session: Session, visitor: FairVisitor) -> str:
    """Ask a visitor after a fair and return the token of the link."""
    asking.ask_visitor(session, visitor.id)
    return asking.token_of(session, SurveySide.VISITOR, visitor.public_id)
