"""One of everything the hall of a fair shows: a contact, a number called, a slot given, an announcement."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_hall import Audience, ContactStepKind, ContactVia
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_queues import FairAnnouncement, FairInterview, FairQueuePlace, FairSlot
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Booth, FairEmployer, FairSession
from matcher.services.fair_hall.steps import NewStep, enter, meet


def make_contact(session: Session, place: FairEmployer, visitor: FairVisitor) -> FairContact:
    """Insert a visitor a booth scanned."""
    now = clock.now()
    contact = meet(session, place, visitor.id, at=now)
    step = NewStep(ContactStepKind.SCANNED, f"row-{contact.id}", now, ContactVia.BOOTH)
    enter(session, contact, step)
    return contact


def make_number(session: Session, place: FairEmployer, visitor: FairVisitor) -> FairQueuePlace:
    """Insert the first number of a queue, waiting."""
    row = FairQueuePlace(
        fair_employer_id=place.id,
        visitor_id=visitor.id,
        held_on=clock.today(),
        number=1,
        taken_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_slot(session: Session, held: FairSession, contact: FairContact) -> FairSlot:
    """Insert a slot of tomorrow that a contact was given."""
    begins = clock.now() + dt.timedelta(days=1)
    slot = FairSlot(
        fair_employer_id=contact.fair_employer_id,
        session_id=held.id,
        table_number=1,
        begins_at=begins,
        ends_at=begins + dt.timedelta(minutes=15),
    )
    session.add(slot)
    session.flush()
    booked = FairInterview(
        slot_id=slot.id,
        contact_id=contact.id,
        visitor_id=contact.visitor_id,
        begins_at=begins,
        booked_at=clock.now(),
    )
    session.add(booked)
    session.flush()
    return slot


def make_announcement(session: Session, fair_id: int, **changes: object) -> FairAnnouncement:
    """Insert something said to everybody for half an hour."""
    now = clock.now()
    fields: dict[str, object] = {
        "fair_id": fair_id,
        "audience": Audience.EVERYBODY,
        "body": "10 点有讲座",
        "shown_from": now,
        "shown_until": now + dt.timedelta(minutes=30),
        "created_at": now,
    }
    row = FairAnnouncement(**(fields | changes))
    session.add(row)
    session.flush()
    return row


def hall_names(
    session: Session, place: FairEmployer, held: FairSession, booth: Booth, visitor: FairVisitor
) -> dict[str, Any]:
    """Insert what the addresses of the hall name, and return it by the name it has there."""
    contact, number = make_contact(session, place, visitor), make_number(session, place, visitor)
    return {
        "contact_id": contact.public_id,
        "act": "interviewed",
        "number": number.number,
        "number_id": number.public_id,
        "outcome": "came",
        "slot_id": make_slot(session, held, contact).public_id,
        "booth_id": booth.public_id,
        "said_id": make_announcement(session, place.fair_id).public_id,
    }
