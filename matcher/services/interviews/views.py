"""Reading interview days (面试日): the list, one day by employer and by person, one person's own appointments.

A page takes the same few queries however many appointments there are. Names are masked; an appointment whose
referral the reader does not see shows as taken and nothing else. What each side reads of its own is in `own_views`.
"""

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.interviews import TAKING, InterviewState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.interviews.sight import days_in_sight, get_day, interviews_in_sight
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals.sight import referrals_in_sight


@dataclass(frozen=True)
class DayLine:
    """A line of the list of days."""

    day: InterviewDay
    drive: str
    employers: int
    slots: int
    booked: int


@dataclass(frozen=True)
class DayPage:
    """A slice of days and how many there are."""

    rows: list[DayLine]
    total: int


def list_days(
    session: Session, by: Actor, *, past: bool = False, limit: int = 50, offset: int = 0
) -> DayPage:
    """Return the days to come, the next first, or those past, the last first."""
    require(by, Permission.VIEW_REFERRALS)
    today = clock.today()
    kept = sa.and_(
        days_in_sight(by), InterviewDay.held_on < today if past else InterviewDay.held_on >= today
    )
    total = session.scalar(sa.select(sa.func.count(InterviewDay.id)).where(kept)) or 0
    order = InterviewDay.held_on.desc() if past else InterviewDay.held_on
    found = (
        sa.select(InterviewDay, Drive.name)
        .join(Drive, Drive.id == InterviewDay.drive_id)
        .where(kept)
        .order_by(order, InterviewDay.id)
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(found).all()
    counts = _counts(session, [day.id for day, _ in rows])
    return DayPage(
        [DayLine(day, name, *counts.get(day.id, (0, 0, 0))) for day, name in rows], total
    )


def _counts(session: Session, day_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    found = (
        sa.select(
            InterviewSlot.day_id,
            sa.func.count(sa.distinct(InterviewSlot.employer_id)),
            sa.func.count(sa.distinct(InterviewSlot.id)),
            sa.func.count(Interview.id),
        )
        .outerjoin(
            Interview, sa.and_(Interview.slot_id == InterviewSlot.id, Interview.state.in_(TAKING))
        )
        .where(InterviewSlot.day_id.in_(day_ids))
        .group_by(InterviewSlot.day_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(found)}


@dataclass(frozen=True)
class Appointment:
    """One interview as the union reads it."""

    public_id: str
    version: int
    state: InterviewState
    slot_public_id: str
    begins_at: dt.datetime
    room: int
    graduate_id: int
    graduate_public_id: str
    name_masked: str
    school: str | None
    employer: str
    employer_public_id: str
    title: str
    referral_public_id: str
    referral_state: ReferralState


@dataclass(frozen=True)
class SlotLine:
    """A slot: free, with an appointment the reader sees, or taken by one the reader does not."""

    slot: InterviewSlot
    appointment: Appointment | None
    is_taken: bool


@dataclass
class EmployerTable:
    """The slots of one employer, in the order of time."""

    employer: Employer
    lines: list[SlotLine] = field(default_factory=list)

    @property
    def booked(self) -> int:
        """Count the slots that are taken."""
        return sum(line.is_taken for line in self.lines)

    @property
    def free(self) -> list[InterviewSlot]:
        """Return the free slots."""
        return [line.slot for line in self.lines if not line.is_taken]


@dataclass(frozen=True)
class DaySheet:
    """A day with all its slots."""

    day: InterviewDay
    drive: Drive
    is_own: bool
    """Whether the reader may change the day itself."""
    tables: list[EmployerTable]

    @property
    def appointments(self) -> list[Appointment]:
        """Return all appointments the reader sees, by time."""
        found = [line.appointment for table in self.tables for line in table.lines]
        return sorted(
            (one for one in found if one is not None), key=lambda one: (one.begins_at, one.employer)
        )

    def by_person(self) -> list[list[Appointment]]:
        """Return each person's appointments, the earliest first."""
        people: dict[int, list[Appointment]] = {}
        for one in self.appointments:
            people.setdefault(one.graduate_id, []).append(one)
        return sorted(people.values(), key=lambda mine: (mine[0].begins_at, mine[0].graduate_id))


def read_day(session: Session, by: Actor, public_id: str) -> DaySheet:
    """Return a day with its employers, slots and appointments."""
    day = get_day(session, by, public_id)
    seen = appointments(session, by, InterviewSlot.day_id == day.id)
    by_slot = {one.slot_public_id: one for one in seen}
    taken = set(
        session.scalars(
            sa.select(Interview.slot_id)
            .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
            .where(InterviewSlot.day_id == day.id, Interview.state.in_(TAKING))
        )
    )
    tables: dict[int, EmployerTable] = {}
    found = (
        sa.select(InterviewSlot, Employer)
        .join(Employer, Employer.id == InterviewSlot.employer_id)
        .where(InterviewSlot.day_id == day.id)
        .order_by(Employer.name, Employer.id, InterviewSlot.begins_at, InterviewSlot.room)
    )
    for slot, employer in session.execute(found):
        table = tables.setdefault(employer.id, EmployerTable(employer))
        table.lines.append(SlotLine(slot, by_slot.get(slot.public_id), slot.id in taken))
    is_own = scope_of(by).admits(session, day.union_id)
    return DaySheet(day, session.get_one(Drive, day.drive_id), is_own, list(tables.values()))


def appointments(session: Session, by: Actor, which: sa.ColumnElement[bool]) -> list[Appointment]:
    """Return the appointments that stand and that the actor sees, by time; one query."""
    found = (
        sa.select(Interview, InterviewSlot, Graduate, Employer, Posting.title, Referral)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .join(Referral, Referral.id == Interview.referral_id)
        .join(Graduate, Graduate.id == Interview.graduate_id)
        .join(Employer, Employer.id == InterviewSlot.employer_id)
        .join(Posting, Posting.id == Referral.posting_id)
        .where(which, Interview.state.in_(TAKING), interviews_in_sight(by))
        .order_by(InterviewSlot.begins_at, InterviewSlot.room, Interview.id)
    )
    return [
        Appointment(
            public_id=interview.public_id,
            version=interview.version_id,
            state=interview.state,
            slot_public_id=slot.public_id,
            begins_at=slot.begins_at,
            room=slot.room,
            graduate_id=graduate.id,
            graduate_public_id=graduate.public_id,
            name_masked=mask_name(graduate.name),
            school=graduate.school,
            employer=employer.name,
            employer_public_id=employer.public_id,
            title=title,
            referral_public_id=referral.public_id,
            referral_state=referral.state,
        )
        for interview, slot, graduate, employer, title, referral in session.execute(found)
    ]


@dataclass(frozen=True)
class Person:
    """Somebody named in a proposal."""

    public_id: str
    name_masked: str
    school: str | None


def people(session: Session, by: Actor, graduate_ids: list[int]) -> dict[int, Person]:
    """Return people of referrals in sight, masked, for the page of a proposal."""
    require(by, Permission.VIEW_REFERRALS)
    seen = sa.select(Referral.graduate_id).where(referrals_in_sight(by))
    found = sa.select(Graduate).where(Graduate.id.in_(graduate_ids), Graduate.id.in_(seen))
    return {
        one.id: Person(one.public_id, mask_name(one.name), one.school)
        for one in session.scalars(found)
    }


@dataclass(frozen=True)
class WaitingPerson:
    """Somebody without an appointment whom an employer of the day should meet."""

    referral_public_id: str
    name_masked: str
    school: str | None
    title: str
    employer_id: int


def waiting_for(session: Session, by: Actor, day: InterviewDay) -> list[WaitingPerson]:
    """Return who waits for a slot of the day's employers, by name; the order tells nothing."""
    require(by, Permission.VIEW_REFERRALS)
    there = sa.select(InterviewSlot.employer_id).where(InterviewSlot.day_id == day.id)
    met = sa.select(Interview.id).where(
        Interview.referral_id == Referral.id, Interview.state.in_(TAKING)
    )
    found = (
        sa.select(Referral, Graduate.name, Graduate.school, Posting.title)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .join(Posting, Posting.id == Referral.posting_id)
        .where(
            Referral.drive_id == day.drive_id,
            Referral.employer_id.in_(there),
            Referral.state.in_((ReferralState.SENT, ReferralState.INTERVIEW)),
            referrals_in_sight(by),
            ~met.exists(),
        )
        .order_by(Graduate.name, Referral.id)
    )
    return [
        WaitingPerson(referral.public_id, mask_name(name), school, title, referral.employer_id)
        for referral, name, school, title in session.execute(found)
    ]
