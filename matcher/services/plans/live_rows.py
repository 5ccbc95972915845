"""A drive's rows as they stand now (现状): the run's snapshot with every single change since applied.

The lists themselves are read as stored. After an import, or new rules, the rows and lists of the run say too little:
then a plan waits for a new run rather than leave anybody out.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import RuleBrokenError
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.ranking.snapshot import Snapshot
from matcher.services.ranking_changes import (
    MANY,
    last_change,
)
from matcher.services.ranking_following import changed_rows, followed
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, snapshot_folder

MOST_FOLLOWED = 20_000
"""Changed rows put in one after the other: some ten seconds; a new run is quicker than more."""


@dataclass(frozen=True)
class LiveRows:
    """The rows of a drive, and of when they are.

    Parameters
    ----------
    as_of_change : number of the last change they hold
    n_changed : rows changed since the run
    n_behind : changes the stored lists do not know yet (the live lane follows)
    """

    run: RankingRun
    snapshot: Snapshot
    as_of_change: int
    n_changed: int
    n_behind: int


def run_for_plan(session: Session, drive: Drive) -> RankingRun:
    """Return the run a plan starts from.

    Raises
    ------
    RuleBrokenError
        The drive has no finished run, or many of its rows changed since.
    """
    run = current_run(session, drive.id)
    if run is None:
        raise RuleBrokenError("plan_no_run", "活动还没有排序结果，请先排序一次，再做安置方案。")
    many = sa.select(sa.func.count()).where(
        RankingChange.drive_id == drive.id,
        RankingChange.id > run.as_of_change,
        RankingChange.side == MANY,
    )
    n_many = session.scalar(many) or 0
    if n_many or len(changed_rows(session, run, most=MOST_FOLLOWED)) > MOST_FOLLOWED:
        raise RuleBrokenError(
            "plan_run_outdated",
            f"第 {run.number} 次排序之后有批量导入或规则改动，请先重新排序，再做安置方案。",
            run=run.number,
            imports=n_many,
        )
    return run


def live_rows(session: Session, drive: Drive, run: RankingRun) -> LiveRows:
    """Return the rows of a drive as they stand now; callers have checked who asks."""
    # Read first: what changes while rows are read is changed again, not missed.
    as_of_change = last_change(session, drive.id)
    folder = snapshot_folder(settings_of(session), drive.id, run.snapshot_hash or "")
    snapshot, changed = open_snapshot(folder), changed_rows(session, run, most=MOST_FOLLOWED)
    snapshot = followed(session, drive, snapshot, changed)
    as_of_change = max(as_of_change, run.as_of_change)
    return LiveRows(run, snapshot, as_of_change, len(changed), _behind(session, run))


def _behind(session: Session, run: RankingRun) -> int:
    later = sa.select(sa.func.count()).where(
        RankingChange.drive_id == run.drive_id, RankingChange.id > run.followed_change
    )
    return session.scalar(later) or 0
