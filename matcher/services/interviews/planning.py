"""Assigning slots (面试排期): the proposal, shown before anything happens; `confirming` makes it.

Coverage first: as many people as possible meet somebody, those of zero-employment households before the others, then
by tier and lottery; second and third interviews go by fit. Nothing of that order is stored with the interviews.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.allocation.interview_slots import Candidate, Market, Slot, assign
from matcher.kinds import HardshipTier
from matcher.kinds.interviews import (
    TAKING,
    InterviewState,
    NoSlotReason,
)
from matcher.kinds.referrals import ReferralState
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.referrals import Referral
from matcher.policy.seat_admission import ZERO_EMPLOYMENT_RANK
from matcher.services.interviews.sight import get_day
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.sight import referrals_in_sight

_MINUTE = 60


@dataclass(frozen=True)
class ProposedInterview:
    """One interview of a proposal."""

    referral_id: int
    graduate_id: int
    slot_id: int
    round: int


@dataclass(frozen=True)
class NotPlaced:
    """Somebody who gets no interview that day, and why."""

    graduate_id: int
    reason: NoSlotReason


@dataclass(frozen=True)
class Proposal:
    """Who would get what; `digest` names exactly this proposal."""

    interviews: tuple[ProposedInterview, ...]
    without: tuple[NotPlaced, ...]
    people: int
    digest: str


@dataclass(frozen=True)
class _Waiting:
    """A referral that should be interviewed."""

    referral_id: int
    graduate_id: int
    employer_id: int
    fit: int
    lottery: int
    rank: int


def propose(session: Session, by: Actor, day_public_id: str) -> Proposal:
    """Return who would meet whom on a day, changing nothing."""
    return propose_for(session, by, get_day(session, by, day_public_id))


def propose_for(session: Session, by: Actor, day: InterviewDay) -> Proposal:
    """Return the proposal for a day that was looked up in sight."""
    require(by, Permission.REFER)
    slots = _free_slots(session, day)
    waiting = _waiting(session, by, day)
    chosen = {(one.graduate_id, one.employer_id): one for one in reversed(waiting)}
    market = Market(
        candidates=[Candidate(w.graduate_id, w.employer_id, w.fit) for w in waiting],
        slots=[
            Slot(one.id, one.employer_id, _minutes(one.begins_at), _minutes(one.ends_at))
            for one in slots
        ],
        first=[w.graduate_id for w in sorted(waiting, key=lambda w: (-w.rank, w.lottery))],
        busy=_busy(session, day, [w.graduate_id for w in waiting]),
        turn={w.graduate_id: w.lottery for w in waiting},
    )
    found = assign(market)
    interviews = tuple(
        ProposedInterview(
            referral_id=chosen[one.person, one.slot.employer].referral_id,
            graduate_id=one.person,
            slot_id=int(str(one.slot.key)),
            round=one.round,
        )
        for one in found.bookings
    )
    # By number: the order in which people were served is nobody's business.
    without = tuple(NotPlaced(person, _why(market, person)) for person in sorted(found.without))
    people = len({w.graduate_id for w in waiting})
    return Proposal(interviews, without, people, _digest(day, interviews))


def _minutes(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // _MINUTE


def _digest(day: InterviewDay, interviews: Sequence[ProposedInterview]) -> str:
    listed = ";".join(f"{one.referral_id}:{one.slot_id}" for one in interviews)
    return hashlib.sha256(f"{day.id}|{listed}".encode()).hexdigest()


def _free_slots(session: Session, day: InterviewDay) -> list[InterviewSlot]:
    """Return the slots nobody has that have not begun."""
    taken = sa.select(Interview.slot_id).where(Interview.state.in_(TAKING))
    found = sa.select(InterviewSlot).where(
        InterviewSlot.day_id == day.id,
        InterviewSlot.id.not_in(taken),
        InterviewSlot.begins_at > clock.now(),
    )
    return list(session.scalars(found.order_by(InterviewSlot.begins_at, InterviewSlot.id)))


def _waiting(session: Session, by: Actor, day: InterviewDay) -> list[_Waiting]:
    """Return the referrals to be interviewed, best fit first.

    A person invited in words (day and time agreed otherwise) is left out, one whose appointment was cancelled is not;
    nobody meets an employer twice.
    """
    there = sa.select(InterviewSlot.employer_id).where(InterviewSlot.day_id == day.id)
    once = sa.select(Interview.id).where(
        Interview.referral_id == Referral.id, Interview.state != InterviewState.MOVED
    )
    found = (
        sa.select(Referral, Household.tier, Household.is_zero_employment)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(
            Referral.drive_id == day.drive_id,
            Referral.employer_id.in_(there),
            referrals_in_sight(by),
            sa.or_(
                Referral.state == ReferralState.SENT,
                sa.and_(Referral.state == ReferralState.INTERVIEW, once.exists()),
            ),
            ~_have_met(),
        )
        .order_by(Referral.fit_points.desc(), Referral.lottery, Referral.id)
    )
    return [
        _Waiting(
            row.id,
            row.graduate_id,
            row.employer_id,
            row.fit_points,
            row.lottery,
            ZERO_EMPLOYMENT_RANK if is_zero else HardshipTier(tier or HardshipTier.NONE).rank,
        )
        for row, tier, is_zero in session.execute(found)
    ]


def _have_met() -> sa.Exists:
    """Return the condition on `Referral` that the person and the employer have an interview already."""
    other = aliased(Referral)
    met = (
        sa.select(Interview.id)
        .join(other, other.id == Interview.referral_id)
        .where(
            Interview.state.in_(TAKING),
            other.graduate_id == Referral.graduate_id,
            other.employer_id == Referral.employer_id,
        )
    )
    return met.exists()


def _busy(
    session: Session, day: InterviewDay, people: Sequence[int]
) -> dict[int, list[tuple[int, int]]]:
    """Return the times people are taken by interviews that stand, of this day or another of the same date."""
    times: dict[int, list[tuple[int, int]]] = {}
    found = (
        sa.select(Interview.graduate_id, InterviewSlot.begins_at, InterviewSlot.ends_at)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .join(InterviewDay, InterviewDay.id == InterviewSlot.day_id)
        .where(
            Interview.state.in_(TAKING),
            InterviewDay.held_on == day.held_on,
            Interview.graduate_id.in_(sorted(set(people))),
        )
    )
    for row in session.execute(found):
        mine = times.setdefault(row.graduate_id, [])
        mine.append((_minutes(row.begins_at), _minutes(row.ends_at)))
    return times


def _why(market: Market, person: int) -> NoSlotReason:
    wanted = {one.employer for one in market.candidates if one.person == person}
    free = [slot for slot in market.slots if slot.employer in wanted]
    if not free:
        return NoSlotReason.NO_SLOTS
    taken = market.busy.get(person, ())
    if all(any(slot.overlaps(*time) for time in taken) for slot in free):
        return NoSlotReason.BUSY
    return NoSlotReason.TAKEN
