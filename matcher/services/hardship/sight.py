"""How much of a hardship file somebody sees (可见范围): a line of a list, or the whole.

Own caseload whole; a file of the own union that nobody owns yet whole, so that somebody can take it up; the rest
of the own district downwards as a line (number, tier, state, owner). Supervisors and approvers see their part of
the tree whole, a grass-roots officer the own union. Everybody else sees nothing: a row out of sight answers like
a missing one.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.households import Household
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing


def lines_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Household` for the files an actor may see a line of."""
    require(by, Permission.VIEW_FILES)
    return Household.union_id.in_(scope_of(by).unions())


def whole_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Household` for the files an actor sees whole."""
    inside = lines_in_sight(by)
    if may(by, Permission.SUPERVISE_CASES) or not may(by, Permission.VIEW_CASES):
        return inside
    unowned = sa.and_(Household.owner_id.is_(None), Household.union_id == by.union_id)
    return sa.and_(inside, sa.or_(Household.owner_id == by.account_id, unowned))


def get_line(session: Session, by: Actor, household_id: int) -> Household:
    """Return a file of which the actor may see a line."""
    found = sa.select(Household).where(Household.id == household_id, lines_in_sight(by))
    return first_or_missing(session, found, lock=False)


def get_whole(session: Session, by: Actor, household_id: int, *, lock: bool = False) -> Household:
    """Return a file the actor sees whole, locked for changing if asked."""
    found = sa.select(Household).where(Household.id == household_id, whole_in_sight(by))
    return first_or_missing(session, found, lock=lock)


def sees_whole(session: Session, by: Actor, household_id: int) -> bool:
    """Say whether the actor sees a file whole."""
    found = sa.select(Household.id).where(Household.id == household_id, whole_in_sight(by))
    return session.scalar(found) is not None


def find_whole(session: Session, by: Actor, public_id: str) -> Household:
    """Return a file the actor sees whole by its number in addresses."""
    found = sa.select(Household).where(Household.public_id == public_id, whole_in_sight(by))
    return first_or_missing(session, found, lock=False)
