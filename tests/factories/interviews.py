"""Factories of interview days, slots and interviews: plain rows, no use case in between."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.referrals import Referral
from matcher.services.interviews.days import moment_of

_NINE = 9 * 60


def make_day(session: Session, drive: Drive, **changes: object) -> InterviewDay:
    """Insert an interview day in a week: four slots of twenty minutes from nine."""
    fields: dict[str, object] = {
        "drive_id": drive.id,
        "union_id": drive.union_id,
        "held_on": clock.today() + dt.timedelta(days=7),
        "place": "市总工会三楼",
        "first_minute": _NINE,
        "slot_minutes": 20,
        "slots_each": 4,
        "created_at": clock.now(),
    }
    day = InterviewDay(**(fields | changes))
    session.add(day)
    session.flush()
    return day


def make_slots(
    session: Session, day: InterviewDay, employer: Employer, count: int = 4, *, room: int = 1
) -> list[InterviewSlot]:
    """Insert slots of an employer in a row from the day's first time."""
    times = [day.first_minute + number * day.slot_minutes for number in range(count)]
    slots = [
        InterviewSlot(
            day_id=day.id,
            employer_id=employer.id,
            room=room,
            begins_at=moment_of(day.held_on, begins),
            ends_at=moment_of(day.held_on, begins + day.slot_minutes),
        )
        for begins in times
    ]
    session.add_all(slots)
    session.flush()
    return slots


def make_interview(
    session: Session, slot: InterviewSlot, referral: Referral, **changes: object
) -> Interview:
    """Insert a booked interview of a referral in a slot."""
    fields: dict[str, object] = {
        "slot_id": slot.id,
        "referral_id": referral.id,
        "graduate_id": referral.graduate_id,
        "begins_at": slot.begins_at,
        "booked_at": clock.now(),
    }
    interview = Interview(**(fields | changes))
    session.add(interview)
    session.flush()
    return interview


@dataclass(frozen=True)
class InterviewRows:
    """Public numbers of a day with one interview, for the addresses of pages."""

    day: str
    interview: str
    employer: str


def make_interview_rows(session: Session, referral: Referral) -> InterviewRows:
    """Insert a day with one employer, four slots and one interview of a referral."""
    day = make_day(session, session.get_one(Drive, referral.drive_id))
    employer = session.get_one(Employer, referral.employer_id)
    slots = make_slots(session, day, employer)
    interview = make_interview(session, slots[0], referral)
    return InterviewRows(day.public_id, interview.public_id, employer.public_id)
