"""Who counts, since when, and who left and why: what stands beside a denominator so that it can be believed."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.cohorts import LeaveReason
from matcher.models.cohorts import Census
from matcher.services.figures import cohort_rows
from matcher.services.figures.cuts import get_cut
from matcher.services.figures.moments import Moment
from matcher.services.permissions import Actor


@dataclass(frozen=True, slots=True)
class Left:
    """Those who left for one reason.

    Parameters
    ----------
    counts_out : whether they are out of the denominators; the others stay in
    """

    reason: LeaveReason
    counts_out: bool
    n: int


@dataclass(frozen=True, slots=True)
class WhoCounts:
    """The people of a union's subtree in words.

    Parameters
    ----------
    counted_on, taken_at : the day they are counted as of, and when that was done
    n_joined : joined after that day, frozen as they were on the day of joining
    """

    counted_on: dt.date
    taken_at: dt.datetime
    n_joined: int
    left: tuple[Left, ...]

    @property
    def is_late(self) -> bool:
        """Say whether the census was taken more than a day after the day it speaks of."""
        return (clock.in_china(self.taken_at).date() - self.counted_on).days > 1

    @property
    def n_left(self) -> int:
        """All who left."""
        return sum(one.n for one in self.left)


def read_who_counts(
    session: Session, by: Actor, drive_id: int, union_id: int, moment: Moment
) -> WhoCounts | None:
    """Return who counts; None before the census was taken (as known at the moment).

    Raises
    ------
    NotFoundError
        The drive or the union is not the actor's to see.
    """
    cut = get_cut(session, by, drive_id, union_id, moment)
    census = session.scalar(
        sa.select(Census).where(Census.drive_id == cut.drive_id, cut.known(Census.taken_at))
    )
    if census is None:
        return None
    cohort, reach = cohort_rows.newest_rows(cut), cut.reach()
    inside = sa.join(cohort, reach, reach.c.union_id == cohort.c.union_id)
    n_joined = session.scalar(
        sa.select(sa.func.count())
        .select_from(inside)
        .where(cohort.c.since_on > census.counted_on, cohort_rows.is_counted(cut, cohort))
    )
    rows = session.execute(
        sa.select(cohort.c.reason, cohort.c.counts_out, sa.func.count())
        .select_from(inside)
        .where(cohort_rows.has_left(cut, cohort))
        .group_by(cohort.c.reason, cohort.c.counts_out)
    ).all()
    order = list(LeaveReason)
    left = sorted((Left(*row) for row in rows), key=lambda one: order.index(one.reason))
    return WhoCounts(census.counted_on, census.taken_at, n_joined or 0, tuple(left))
