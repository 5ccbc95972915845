"""What a list is of (排序截至): the run, the changes merged into it, the imports it does not know.

`as_of` is what a page polls: three small queries, whatever the size of the drive.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, RunState
from matcher.models.ranking_runs import RankedOverlay, RankingChange, RankingRun
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.ranking_changes import MANY
from matcher.services.ranking_runs import current_run


@dataclass(frozen=True)
class AsOf:
    """Of when a list is.

    Parameters
    ----------
    n_merged : changes of single rows since the run that are in the lists
    n_waiting : imports and the like since the run, which wait for the next one
    change_number : of the change that made this very list; None for the run's own
    """

    run_id: int
    run_number: int
    finished_at: dt.datetime | None
    n_merged: int
    n_waiting: int
    change_number: int | None

    @property
    def mark(self) -> str:
        """Another text whenever the list or what is said about it changes."""
        return f"{self.run_id}-{self.change_number or 0}-{self.n_waiting}"


def as_of(
    session: Session, by: Actor, drive_id: int, side: ListSide, subject_id: int
) -> AsOf | None:
    """Return of when a subject's list is; None if the drive has no finished run."""
    require(by, Permission.VIEW_RANKING)
    get_drive(session, by, drive_id)
    run = current_run(session, drive_id)
    return None if run is None else state_of(session, run, side, subject_id)


def state_of(session: Session, run: RankingRun, side: ListSide, subject_id: int) -> AsOf:
    """Return of when a list of a run is; callers have checked who reads it."""
    followed = RankingChange.id <= run.followed_change
    many = RankingChange.side == MANY
    counts = sa.select(
        sa.func.count(sa.case((followed & ~many, 1))), sa.func.count(sa.case((many, 1)))
    ).where(RankingChange.drive_id == run.drive_id, RankingChange.id > run.as_of_change)
    n_merged, n_waiting = session.execute(counts).one()
    overlay = sa.select(RankedOverlay.change_number).where(
        RankedOverlay.drive_id == run.drive_id,
        RankedOverlay.side == side,
        RankedOverlay.subject_id == subject_id,
        RankedOverlay.run_id == run.id,
    )
    return AsOf(
        run_id=run.id,
        run_number=run.number,
        finished_at=run.finished_at,
        n_merged=n_merged,
        n_waiting=n_waiting,
        change_number=session.scalar(overlay),
    )


@dataclass(frozen=True)
class DriveRuns:
    """The runs of a drive as a page shows them: the live one, the current one, the last few."""

    live: RankingRun | None
    current: RankingRun | None
    recent: list[RankingRun]
    n_waiting: int
    """Imports and the like since the current run."""


_RECENT = 10


def drive_runs(session: Session, by: Actor, drive_id: int) -> DriveRuns:
    """Return a drive's runs, newest first; three queries."""
    require(by, Permission.VIEW_RANKING)
    get_drive(session, by, drive_id)
    chosen = sa.select(RankingRun).where(RankingRun.drive_id == drive_id)
    recent = list(session.scalars(chosen.order_by(RankingRun.number.desc()).limit(_RECENT)))
    live = next((r for r in recent if r.state in (RunState.QUEUED, RunState.RUNNING)), None)
    current = current_run(session, drive_id)
    waiting = 0
    if current is not None:
        waiting = (
            session.scalar(
                sa.select(sa.func.count()).where(
                    RankingChange.drive_id == drive_id,
                    RankingChange.id > current.as_of_change,
                    RankingChange.side == MANY,
                )
            )
            or 0
        )
    return DriveRuns(live, current, recent, waiting)


def find_run(session: Session, by: Actor, public_id: str) -> RankingRun | None:
    """Return a run by its public number, if the actor may see its drive; None if there is none."""
    require(by, Permission.VIEW_RANKING)
    run = session.scalar(sa.select(RankingRun).where(RankingRun.public_id == public_id))
    if run is not None:
        get_drive(session, by, run.drive_id)
    return run
