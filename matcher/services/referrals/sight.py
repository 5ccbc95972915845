"""Who sees which referral (推荐): staff those of their unions or drives, each side its own.

An employer sees a referral once it was sent to it; before that it is the union's and the person's.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.drives import Drive
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals import locks
from matcher.services.rows import first_or_missing

SUBJECT = "referral"
"""Kind of subject of a referral's tasks and of its entries in the trail."""


def referrals_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Referral` for the referrals an actor may see."""
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
        return Referral.graduate_id == by.graduate_id
    if by.employer_id is not None:
        require(by, Permission.ANSWER_REFERRALS)
        return sa.and_(Referral.employer_id == by.employer_id, Referral.sent_at.is_not(None))
    require(by, Permission.VIEW_REFERRALS)
    scope = scope_of(by)
    if scope.union_id is None:
        return sa.true()
    drives = sa.select(Drive.id).where(Drive.union_id.in_(scope.unions()))
    return sa.or_(Referral.union_id.in_(scope.unions()), Referral.drive_id.in_(drives))


def get_referral(session: Session, by: Actor, referral_id: int, *, lock: bool = False) -> Referral:
    """Return a referral in sight; for changing it is locked in the order of the package."""
    found = sa.select(Referral).where(Referral.id == referral_id, referrals_in_sight(by))
    referral = first_or_missing(session, found, lock=False)
    return locks.lock_referral(session, referral) if lock else referral


def find_referral(session: Session, by: Actor, public_id: str) -> Referral:
    """Return a referral in sight by its public number."""
    found = sa.select(Referral).where(Referral.public_id == public_id, referrals_in_sight(by))
    return first_or_missing(session, found, lock=False)


_OF_ROLE = {
    Role.EMPLOYER: Permission.ANSWER_REFERRALS,
    Role.GRADUATE: Permission.ANSWER_OWN_REFERRALS,
}


def require_party(by: Actor) -> None:
    """Ask that an actor is a side of referrals: the person, the employer, or staff who refer."""
    require(by, _OF_ROLE.get(by.role, Permission.REFER) if by.role else Permission.REFER)


def require_person(by: Actor) -> None:
    """Ask that an actor answers for the person: the person, or staff on behalf."""
    refers = by.graduate_id is None
    require(by, Permission.REFER if refers else Permission.ANSWER_OWN_REFERRALS)


def require_employer(by: Actor) -> None:
    """Ask that an actor answers for the employer: its agent, or staff on behalf."""
    refers = by.employer_id is None
    require(by, Permission.REFER if refers else Permission.ANSWER_REFERRALS)
