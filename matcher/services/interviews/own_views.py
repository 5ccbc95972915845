"""Interviews as each side reads its own (单位的面试表、本人的面试): by time alone, no more of a person than agreed to.

An employer gets what `employer_people` tells of a person and nothing beside; a person gets place, time and unit.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.interviews import TAKING, InterviewState
from matcher.models.employers import Employer
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.employer_people import find_people, own
from matcher.services.referrals.shown_people import ReferredPerson
from matcher.services.rows import not_found


@dataclass(frozen=True)
class EmployerAppointment:
    """One interview of an employer's list."""

    public_id: str
    version: int
    state: InterviewState
    held_on: dt.date
    place: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    room: int
    person: ReferredPerson

    @property
    def may_be_noted(self) -> bool:
        """Say whether attendance can be recorded."""
        return self.held_on <= clock.today()


@dataclass(frozen=True)
class EmployerAppointments:
    """A slice of an employer's interviews, and how many there are."""

    rows: list[EmployerAppointment]
    total: int


def employer_list(
    session: Session, by: Actor, *, limit: int = 200, offset: int = 0
) -> EmployerAppointments:
    """Return an employer's interviews from this week on, by time and room."""
    require(by, Permission.ANSWER_REFERRALS)
    since = clock.today() - dt.timedelta(days=7)
    found = (
        sa.select(Interview, InterviewSlot, InterviewDay, Referral.public_id)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .join(InterviewDay, InterviewDay.id == InterviewSlot.day_id)
        .join(Referral, Referral.id == Interview.referral_id)
        .where(
            InterviewSlot.employer_id == by.employer_id,
            InterviewDay.held_on >= since,
            Interview.state.in_(TAKING),
            own(by),
        )
    )
    total = session.scalar(found.with_only_columns(sa.func.count(), maintain_column_froms=True))
    ordered = found.order_by(InterviewSlot.begins_at, InterviewSlot.room, InterviewSlot.id)
    rows = session.execute(ordered.limit(limit).offset(offset)).all()
    known = {one.public_id: one for one in find_people(session, by, [row[3] for row in rows])}
    appointments = [
        EmployerAppointment(
            interview.public_id,
            interview.version_id,
            interview.state,
            day.held_on,
            day.place,
            slot.begins_at,
            slot.ends_at,
            slot.room,
            known[public_id],
        )
        for interview, slot, day, public_id in rows
        if public_id in known
    ]
    return EmployerAppointments(appointments, total or 0)


@dataclass(frozen=True)
class OwnAppointment:
    """One interview as the person reads it; `referral` is its public number."""

    referral: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    place: str
    room: int
    employer: str
    title: str
    state: InterviewState


def own_appointments(
    session: Session, by: Actor, *, day_id: int | None = None
) -> Sequence[OwnAppointment]:
    """Return a person's interviews from today on, or those of one day, by time."""
    require(by, Permission.ANSWER_OWN_REFERRALS)
    found = (
        sa.select(
            Interview,
            InterviewSlot,
            InterviewDay,
            Employer.name,
            Posting.title,
            Referral.public_id,
        )
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .join(InterviewDay, InterviewDay.id == InterviewSlot.day_id)
        .join(Referral, Referral.id == Interview.referral_id)
        .join(Employer, Employer.id == InterviewSlot.employer_id)
        .join(Posting, Posting.id == Referral.posting_id)
        .where(
            Interview.graduate_id == by.graduate_id,
            Interview.state.in_(TAKING),
            InterviewDay.id == day_id
            if day_id is not None
            else InterviewDay.held_on >= clock.today(),
        )
        .order_by(InterviewSlot.begins_at)
    )
    return [
        OwnAppointment(
            referral,
            slot.begins_at,
            slot.ends_at,
            day.place,
            slot.room,
            employer,
            title,
            interview.state,
        )
        for interview, slot, day, employer, title, referral in session.execute(found)
    ]


def expect_own(session: Session, by: Actor, day_id: int, referral_public_id: str) -> None:
    """Raise NotFoundError unless the person has an appointment of a day for a referral."""
    mine = {one.referral for one in own_appointments(session, by, day_id=day_id)}
    if referral_public_id not in mine:
        raise not_found()
