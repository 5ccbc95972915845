"""Compaction (变动归并): when many rows have changed since a drive's run, a new run takes them in.

Changes stand on top of the current run: lists made anew beside its lists, and rows beside its snapshot, which a live
worker that starts applies one by one again. In memory the state stays fast by itself, it indexes anew after each
hundredth of the rows; what grows is the time to start, and the lists stored twice. A new run ends both, and shows the
very lists the live lane had made, but for imports, which wait for a run anyway. It is asked for as well where the
run's snapshot is lost, or of a format from before an update.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.kinds import DriveState, RunState
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingRun
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_changes import changed_since
from matcher.services.ranking_runs import current_run, request_run
from matcher.services.ranking_snapshots import has_snapshot

SHARE = 100
"""A run is due when one row in so many has changed since the last one …"""

FEWEST, MOST = 1_000, 20_000
"""… but not for so few, which are applied again within half a minute, and always for so many: ten minutes."""

_REST = dt.timedelta(hours=20)
"""After a run that failed or was stopped the next is asked for in another night."""


def compact_drives(session: Session) -> list[int]:
    """Ask for a run of every open drive of which enough has changed or the snapshot is gone; return the runs.

    A second call returns the same runs while they go on, and none once they are done.
    """
    is_open = sa.select(Drive.id).where(Drive.state != DriveState.CLOSED).order_by(Drive.id)
    return [
        request_run(session, SYSTEM, drive_id).id
        for drive_id in session.scalars(is_open).all()
        if _is_due(session, drive_id)
    ]


def changed_rows(session: Session, run: RankingRun) -> int:
    """Count the rows of a drive that changed since its run, each once."""
    return (
        session.scalar(sa.select(sa.func.count()).select_from(changed_since(run).subquery())) or 0
    )


def _is_due(session: Session, drive_id: int) -> bool:
    """Whether a drive's run is to be followed by another; not soon after one that came to nothing."""
    run = current_run(session, drive_id)
    if run is None:
        return False
    came_to_nothing = sa.select(RankingRun.id).where(
        RankingRun.drive_id == drive_id,
        RankingRun.number > run.number,
        RankingRun.state.in_((RunState.FAILED, RunState.CANCELLED)),
        RankingRun.created_at > clock.now() - _REST,
    )
    if session.scalar(came_to_nothing.limit(1)) is not None:
        return False
    if not has_snapshot(settings_of(session), run):
        return True
    enough = (run.n_graduates + run.n_postings) // SHARE
    return changed_rows(session, run) >= min(max(enough, FEWEST), MOST)
