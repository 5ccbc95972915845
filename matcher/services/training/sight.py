"""Who sees which course (培训班) and training referral (培训转介).

Staff see the courses of their district and those offered to it by the unions above; a provider its own by a link,
an employer the courses of its orders. A provider sees nobody who has not agreed to be named to it, an employer
nobody at all here: it meets people when they are referred to its posts.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.organisations import UnionClosure
from matcher.models.training import Course, TrainingReferral
from matcher.services.permissions import SYSTEM, Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing

COURSE = "course"
SUBJECT = "training_referral"
"""Kinds of subject of tasks and of entries in the trail."""


def require_staff(by: Actor) -> None:
    """Ask that an actor is staff who look after training."""
    require(by, Permission.MANAGE_TRAINING)


def require_provider_side(by: Actor) -> None:
    """Ask that an actor answers for the provider: its link, or staff on behalf."""
    answers = by.provider_id is not None
    require(by, Permission.ANSWER_TRAINING if answers else Permission.MANAGE_TRAINING)


def require_person_side(by: Actor) -> None:
    """Ask that an actor answers for the person: the person, or staff on behalf."""
    answers = by.graduate_id is not None
    require(by, Permission.ANSWER_OWN_REFERRALS if answers else Permission.MANAGE_TRAINING)


def require_party(by: Actor) -> None:
    """Ask that an actor is a side of training referrals."""
    if by.graduate_id is not None:
        require_person_side(by)
    else:
        require_provider_side(by)


def courses_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Course` for the courses an actor may see."""
    if by.provider_id is not None:
        require(by, Permission.ANSWER_TRAINING)
        return Course.provider_id == by.provider_id
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        return Course.employer_id == by.employer_id
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
        own = sa.select(TrainingReferral.course_id)
        return Course.id.in_(own.where(TrainingReferral.graduate_id == by.graduate_id))
    require_staff(by)
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == by.union_id)
    inside = Course.union_id.in_(scope_of(by).unions())
    return inside if by is SYSTEM else sa.or_(inside, Course.union_id.in_(above))


def referrals_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `TrainingReferral` for those an actor may see."""
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
        return TrainingReferral.graduate_id == by.graduate_id
    if by.provider_id is not None:
        require(by, Permission.ANSWER_TRAINING)
        own = sa.select(Course.id).where(Course.provider_id == by.provider_id)
        named = TrainingReferral.agreed_at.is_not(None)
        return sa.and_(TrainingReferral.course_id.in_(own), named)
    require_staff(by)
    offered = sa.select(Course.id).where(Course.union_id.in_(scope_of(by).unions()))
    served = TrainingReferral.union_id.in_(scope_of(by).unions())
    return sa.or_(served, TrainingReferral.course_id.in_(offered))


def get_course(session: Session, by: Actor, course_id: int, *, lock: bool = False) -> Course:
    """Return a course in sight, locked for changing if asked."""
    found = sa.select(Course).where(Course.id == course_id, courses_in_sight(by))
    return first_or_missing(session, found, lock=lock)


def find_course(session: Session, by: Actor, public_id: str) -> Course:
    """Return a course in sight by its public number."""
    found = sa.select(Course).where(Course.public_id == public_id, courses_in_sight(by))
    return first_or_missing(session, found, lock=False)


def get_own_course(session: Session, by: Actor, course_id: int) -> Course:
    """Return a course of the own district, locked: those of unions above are theirs to change."""
    require_staff(by)
    inside = Course.union_id.in_(scope_of(by).unions())
    return first_or_missing(
        session, sa.select(Course).where(Course.id == course_id, inside), lock=True
    )


def find_referral(session: Session, by: Actor, public_id: str) -> TrainingReferral:
    """Return a training referral in sight by its public number."""
    found = sa.select(TrainingReferral).where(
        TrainingReferral.public_id == public_id, referrals_in_sight(by)
    )
    return first_or_missing(session, found, lock=False)


def lock_referral(session: Session, by: Actor, referral_id: int) -> tuple[Course, TrainingReferral]:
    """Return a training referral in sight with its course, both locked, the course first."""
    found = sa.select(TrainingReferral).where(
        TrainingReferral.id == referral_id, referrals_in_sight(by)
    )
    course_id = first_or_missing(session, found, lock=False).course_id
    course = lock_course(session, course_id)
    return course, first_or_missing(session, found, lock=True)


def lock_course(session: Session, course_id: int) -> Course:
    """Return a course locked and fresh; callers have checked who asks."""
    found = sa.select(Course).where(Course.id == course_id)
    return first_or_missing(session, found, lock=True)
