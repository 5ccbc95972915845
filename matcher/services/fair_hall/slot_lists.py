"""Interview slots as they are read (面试时段): by the booth, one person's appointment, a visitor's own."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.interviews import TAKING, InterviewState
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_queues import FairInterview, FairSlot
from matcher.models.fairs import FairEmployer, FairSession
from matcher.services.fair_hall import shown
from matcher.services.fair_hall.shown import MetPerson
from matcher.services.fair_hall.sight import OwnPlace, labels_of, own_place
from matcher.services.fairs import sessions
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class ReadSlot:
    """A slot, with whoever stands in it."""

    public_id: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    table_number: int
    state: InterviewState | None = None
    person: MetPerson | None = None
    was_used: bool = False


@dataclass(frozen=True)
class Appointment:
    """One person's last appointment at a booth, or a visitor's own at any."""

    state: InterviewState
    begins_at: dt.datetime
    ends_at: dt.datetime
    table_number: int
    employer: str = ""
    booths: tuple[str, ...] = ()


def list_slots(session: Session, by: Actor, public_id: str) -> tuple[OwnPlace, list[ReadSlot]]:
    """Return the slots of the actor's own place, with who has each."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = own_place(session, by, public_id)
    found = (
        sa.select(FairSlot, FairInterview.state, FairInterview.contact_id)
        .outerjoin(
            FairInterview,
            sa.and_(FairInterview.slot_id == FairSlot.id, FairInterview.state.in_(sorted(TAKING))),
        )
        .where(FairSlot.fair_employer_id == place.id)
        .order_by(FairSlot.begins_at, FairSlot.table_number)
    )
    rows = session.execute(found).all()
    people = _people(session, [row.contact_id for row in rows if row.contact_id is not None])
    used = set(
        session.scalars(
            sa.select(FairInterview.slot_id).where(
                FairInterview.slot_id.in_([row.FairSlot.id for row in rows])
            )
        )
    )
    return place, [
        ReadSlot(
            slot.public_id,
            slot.begins_at,
            slot.ends_at,
            slot.table_number,
            state,
            people.get(contact_id),
            slot.id in used,
        )
        for slot, state, contact_id in rows
    ]


def _people(session: Session, contact_ids: Sequence[int]) -> dict[int, MetPerson]:
    rows = session.execute(shown.people([FairContact.id.in_(contact_ids)])).all()
    return {one.id: one for one in shown.read(session, rows)}


def free_slots(session: Session, place_id: int) -> list[ReadSlot]:
    """Return the slots of a place nobody has, that have not ended."""
    taken = sa.select(FairInterview.slot_id).where(FairInterview.state.in_(sorted(TAKING)))
    found = (
        sa.select(FairSlot)
        .where(
            FairSlot.fair_employer_id == place_id,
            FairSlot.ends_at > clock.now(),
            FairSlot.id.not_in(taken),
        )
        .order_by(FairSlot.begins_at, FairSlot.table_number)
    )
    return [
        ReadSlot(one.public_id, one.begins_at, one.ends_at, one.table_number)
        for one in session.scalars(found)
    ]


def appointment_of(session: Session, contact_id: int) -> Appointment | None:
    """Return the last appointment of a contact; None without one, or where it was cancelled."""
    found = (
        sa.select(FairInterview.state, FairSlot)
        .join(FairSlot, FairSlot.id == FairInterview.slot_id)
        .where(FairInterview.contact_id == contact_id)
        .order_by(FairInterview.id.desc())
        .limit(1)
    )
    row = session.execute(found).one_or_none()
    if row is None or row.state not in TAKING:
        return None
    slot = row.FairSlot
    return Appointment(row.state, slot.begins_at, slot.ends_at, slot.table_number)


def appointments_of_visitor(session: Session, visitor_id: int) -> list[Appointment]:
    """Return the appointments a visitor has at booths that are still to come."""
    found = (
        sa.select(FairInterview.state, FairSlot, FairEmployer.id, Employer.name)
        .join(FairSlot, FairSlot.id == FairInterview.slot_id)
        .join(FairEmployer, FairEmployer.id == FairSlot.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairInterview.visitor_id == visitor_id,
            FairInterview.state == InterviewState.BOOKED,
            FairSlot.ends_at > clock.now(),
        )
        .order_by(FairSlot.begins_at, FairSlot.id)
    )
    return [
        Appointment(
            state,
            slot.begins_at,
            slot.ends_at,
            slot.table_number,
            name,
            labels_of(session, place_id),
        )
        for state, slot, place_id, name in session.execute(found)
    ]


def sessions_of(session: Session, place: OwnPlace) -> list[FairSession]:
    """Return the sessions of a place's fair, in order."""
    return list(sessions.sessions_of(session, place.fair_id))
