"""Who sees which interview days (面试日) and interviews (面试).

A day is seen by the union that holds it and those above and below it in the tree: those below bring their people.
It is changed by its own union and those above. An interview is seen by whoever sees its referral.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.organisations import UnionClosure
from matcher.models.referrals import Referral
from matcher.services.permissions import SYSTEM, Actor, Permission, require, scope_of
from matcher.services.referrals import locks
from matcher.services.referrals.sight import referrals_in_sight
from matcher.services.rows import first_or_missing


def days_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `InterviewDay` for the days a union-side actor sees."""
    require(by, Permission.VIEW_REFERRALS)
    inside = InterviewDay.union_id.in_(scope_of(by).unions())
    if by is SYSTEM:
        return inside
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == by.union_id)
    return sa.or_(inside, InterviewDay.union_id.in_(above))


def get_day(session: Session, by: Actor, public_id: str) -> InterviewDay:
    """Return a day the actor sees."""
    found = sa.select(InterviewDay).where(InterviewDay.public_id == public_id, days_in_sight(by))
    return first_or_missing(session, found, lock=False)


def get_own_day(session: Session, by: Actor, public_id: str) -> InterviewDay:
    """Return a day for changing, locked: of the actor's union or one below it."""
    require(by, Permission.REFER)
    found = sa.select(InterviewDay).where(
        InterviewDay.public_id == public_id, InterviewDay.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=True)


def interviews_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Interview` for those whose referral the actor sees."""
    seen = sa.select(Referral.id).where(referrals_in_sight(by))
    return Interview.referral_id.in_(seen)


def get_interview(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> Interview:
    """Return an interview the actor sees; for changing it is locked, after its person and referral."""
    found = sa.select(Interview).where(Interview.public_id == public_id, interviews_in_sight(by))
    interview = first_or_missing(session, found, lock=False)
    if not lock:
        return interview
    locks.lock_referral(session, session.get_one(Referral, interview.referral_id))
    return first_or_missing(session, found, lock=True)


def slot_and_day(session: Session, slot_id: int) -> tuple[InterviewSlot, InterviewDay]:
    """Return a slot with its day, for callers that saw the interview in it."""
    slot = session.get_one(InterviewSlot, slot_id)
    return slot, session.get_one(InterviewDay, slot.day_id)
