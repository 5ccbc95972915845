"""A drive's rows as they stand now (现状): the run's snapshot with every single change since applied.

What the live lane does to lists one change at a time is done here to the rows in one go, read in batches; the lists
themselves are read as stored. After an import, or new rules, the rows and lists of the run say too little: then a plan
waits for a new run rather than leave anybody out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.errors import RuleBrokenError
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.ranking.change import LiveState
from matcher.ranking.compiler import product_compiler
from matcher.ranking.snapshot import Snapshot
from matcher.services.drives import lottery_key
from matcher.services.ranking_changes import (
    GRADUATE,
    MANY,
    POSTING,
    changed_since,
    last_change,
)
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder

MOST_FOLLOWED = 20_000
"""Changed rows put in one after the other: some ten seconds; a new run is quicker than more."""

_AT_ONCE = 500


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
    if n_many or len(_changed(session, run)) > MOST_FOLLOWED:
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
    snapshot, changed = open_snapshot(folder), _changed(session, run)
    if changed:
        snapshot = _applied(session, drive, snapshot, changed)
    as_of_change = max(as_of_change, run.as_of_change)
    return LiveRows(run, snapshot, as_of_change, len(changed), _behind(session, run))


def _behind(session: Session, run: RankingRun) -> int:
    later = sa.select(sa.func.count()).where(
        RankingChange.drive_id == run.drive_id, RankingChange.id > run.followed_change
    )
    return session.scalar(later) or 0


def _changed(session: Session, run: RankingRun) -> list[tuple[str, int]]:
    chosen = changed_since(run).order_by(RankingChange.side, RankingChange.subject_id)
    found = session.execute(chosen.limit(MOST_FOLLOWED + 1))
    return [(row.side, row.subject_id) for row in found]


def _applied(
    session: Session, drive: Drive, snapshot: Snapshot, changed: Sequence[tuple[str, int]]
) -> Snapshot:
    """Enter changed rows into a copy of a snapshot; no list is ranked."""
    state = LiveState(
        snapshot,
        compile_leaves=product_compiler(read_key),
        lottery_key=lottery_key(session, drive),
        lists=None,
    )
    for some in _batches([number for side, number in changed if side == POSTING]):
        offers = {one.id: one for one in posting_facts(session, drive.id, clock.today(), some)}
        for number in some:
            state.apply_posting(number, offers.get(number))
    for some in _batches([number for side, number in changed if side == GRADUATE]):
        people = {one.id: one for one in graduate_facts(session, drive.id, some)}
        for number in some:
            state.apply_graduate(number, people.get(number))
    return state.settled()


def _batches(numbers: Sequence[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while some := list(islice(left, _AT_ONCE)):
        yield some
