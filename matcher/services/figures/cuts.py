"""A cut (口径): which drive, which union's subtree, which moment; and the conditions every source shares."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.models.organisations import Union, UnionClosure
from matcher.services.drives import seen_drives
from matcher.services.figures.moments import Moment, end_of, first_day
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found

KEPT = "MATERIALIZED"
"""Prefix of a common table that is worked out once: without it SQLite walks the logs anew for every row joined."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What the sources are cut to.

    Parameters
    ----------
    since : first day of the drive's figures
    top_union_id : the drive's own union
    """

    drive_id: int
    top_union_id: int
    union_id: int
    since: dt.date
    moment: Moment

    @property
    def until(self) -> dt.date:
        """Last day counted."""
        return self.moment.until_on

    def happened(self, day: sa.SQLColumnExpression[dt.date]) -> sa.ColumnElement[bool]:
        """Return the condition on a day for what is counted by times (人次、场次)."""
        return day.between(self.moment.from_on, self.moment.until_on)

    def known(self, entered_at: sa.SQLColumnExpression[dt.datetime]) -> sa.ColumnElement[bool]:
        """Return the condition on the instant something was entered."""
        return entered_at < self.moment.known_at

    def passed(self, at: sa.SQLColumnExpression[dt.datetime]) -> sa.ColumnElement[bool]:
        """Return the condition on a step that has one time: it happened and was entered at that instant."""
        return at < min(self.moment.known_at, end_of(self.moment.until_on))

    def reach(self) -> sa.CTE:
        """Return every union of the subtree with the direct child it lies below; the union itself is its own.

        Columns `union_id` and `bucket_id`.
        """
        below, child = sa.alias(UnionClosure.__table__), sa.alias(UnionClosure.__table__)
        direct = sa.select(Union.id).where(Union.parent_id == self.union_id)
        return (
            sa.select(
                below.c.descendant_id.label("union_id"),
                sa.func.coalesce(child.c.ancestor_id, self.union_id).label("bucket_id"),
            )
            .select_from(
                below.outerjoin(
                    child,
                    sa.and_(
                        child.c.descendant_id == below.c.descendant_id,
                        child.c.ancestor_id.in_(direct),
                    ),
                )
            )
            .where(below.c.ancestor_id == self.union_id)
            .cte("reach")
            .prefix_with(KEPT)
        )


def get_drive(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return a drive whose figures the actor may see."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.id.in_(seen_drives(by)))
    return first_or_missing(session, found, lock=False)


def get_cut(session: Session, by: Actor, drive_id: int, union_id: int, moment: Moment) -> Cut:
    """Return the cut, after asking whether the actor may see these figures.

    Raises
    ------
    NotFoundError
        The drive is not in sight, or the union lies outside the actor's part of the tree or the drive's.
    """
    drive = get_drive(session, by, drive_id)
    if not scope_of(by).admits(session, union_id) or not _is_below(session, drive, union_id):
        raise not_found()
    return Cut(drive.id, drive.union_id, union_id, first_day(session, drive), moment)


def _is_below(session: Session, drive: Drive, union_id: int) -> bool:
    found = sa.select(UnionClosure.depth).where(
        UnionClosure.ancestor_id == drive.union_id, UnionClosure.descendant_id == union_id
    )
    return session.scalar(found) is not None
