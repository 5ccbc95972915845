"""Which drive and part of the union tree a page of figures is of: its union, those above, those directly below."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import DriveState
from matcher.models.drives import Drive
from matcher.models.organisations import Union, UnionClosure
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found


@dataclass(frozen=True)
class Branch:
    """A union of a drive in its tree.

    Parameters
    ----------
    above : from the highest the actor may see in this drive down to the one directly above
    children : directly below, by code
    """

    union: Union
    above: tuple[Union, ...]
    children: tuple[Union, ...]


def find_branch(session: Session, by: Actor, drive: Drive, union_id: int | None = None) -> Branch:
    """Return the branch of a union; without one the actor's own, or the drive's if that lies lower.

    Raises
    ------
    NotFoundError
        The union lies outside the actor's part of the tree or the drive's.
    """
    chosen = _default(session, by, drive) if union_id is None else union_id
    path = _path(session, by, drive, chosen)
    if not path or path[-1].id != chosen:
        raise not_found()
    children = session.scalars(
        sa.select(Union).where(Union.parent_id == chosen).order_by(Union.code, Union.id)
    )
    return Branch(path[-1], tuple(path[:-1]), tuple(children))


def list_counted_drives(session: Session, by: Actor) -> list[Drive]:
    """Return the drives whose figures the actor may see, newest first; not everybody who may opens a drive's home."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(Drive).where(Drive.id.in_(seen_drives(by)))
    return list(session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())))


def find_present_drive(session: Session, by: Actor) -> Drive | None:
    """Return the newest open drive, else the newest of all; None where there is none."""
    drives = list_counted_drives(session, by)
    going_on = (one for one in drives if one.state is DriveState.OPEN)
    return next(going_on, None) or next(iter(drives), None)


def _default(session: Session, by: Actor, drive: Drive) -> int:
    own = scope_of(by).union_id
    if own is None:
        return drive.union_id
    below = sa.select(UnionClosure.depth).where(
        UnionClosure.ancestor_id == drive.union_id, UnionClosure.descendant_id == own
    )
    return drive.union_id if session.scalar(below) is None else own


def _path(session: Session, by: Actor, drive: Drive, union_id: int) -> list[Union]:
    """Return the unions from the drive's or the actor's down to the one asked for, highest first."""
    in_drive = sa.select(UnionClosure.descendant_id).where(
        UnionClosure.ancestor_id == drive.union_id
    )
    found = (
        sa.select(Union)
        .join(UnionClosure, UnionClosure.ancestor_id == Union.id)
        .where(
            UnionClosure.descendant_id == union_id,
            Union.id.in_(in_drive),
            Union.id.in_(scope_of(by).unions()),
        )
        .order_by(UnionClosure.depth.desc())
    )
    return list(session.scalars(found))
