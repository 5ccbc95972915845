"""Who sees which placement (去向): staff those of their unions and of their drives, the graduate the own."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.models.placements import Placement
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing

SUBJECT = "placement"
"""Kind of subject of a placement's tasks and of its entries in the trail."""


def require_staff(by: Actor) -> None:
    """Ask that an actor records placements or checks them."""
    if not may(by, Permission.RECORD_PLACEMENTS):
        require(by, Permission.CHECK_PLACEMENTS)


def placements_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Placement` for the placements an actor may see."""
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
        return Placement.graduate_id == by.graduate_id
    require_staff(by)
    scope = scope_of(by)
    if scope.union_id is None:
        return sa.true()
    drives = sa.select(Drive.id).where(Drive.union_id.in_(scope.unions()))
    return sa.or_(Placement.union_id.in_(scope.unions()), Placement.drive_id.in_(drives))


def get_placement(
    session: Session,
    by: Actor,
    placement_id: int,
    *,
    lock: bool = False,
    expected_version: int | None = None,
) -> Placement:
    """Return a placement in sight, locked for changing if asked."""
    found = sa.select(Placement).where(Placement.id == placement_id, placements_in_sight(by))
    placement = first_or_missing(session, found, lock=lock)
    expect_version(placement, expected_version)
    return placement


def find_placement(session: Session, by: Actor, public_id: str) -> Placement:
    """Return a placement in sight by its public number."""
    found = sa.select(Placement).where(Placement.public_id == public_id, placements_in_sight(by))
    return first_or_missing(session, found, lock=False)


def is_in_sight(session: Session, by: Actor, placement_id: int) -> bool:
    """Say whether an actor sees a placement."""
    found = sa.select(Placement.id).where(Placement.id == placement_id, placements_in_sight(by))
    return session.scalar(found) is not None
