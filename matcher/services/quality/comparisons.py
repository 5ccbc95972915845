"""Comparing rules before they are applied (规则比较): who gains and who loses, on the drive as it stands now.

Computed in memory; nothing is kept but counts, shares and the ids of ten examples.
"""

import os
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import ListSide
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.ranking.alteration import can_alter
from matcher.ranking.comparison import Compared, Moves, Overlap, compare
from matcher.ranking.compiler import product_compiler
from matcher.ranking.parameters import N_RANKS, DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.services.drives import get_parameters, lottery_key
from matcher.services.quality.evaluation import finished_run
from matcher.services.quality.hits import Progress, snapshot_of
from matcher.services.quality.shapes import Comparison, Example, OverlapFigures, RankMoves
from matcher.services.quality.spread import seats_of
from matcher.services.ranking_changes import MANY
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_following import changed_rows, followed
from matcher.services.ranking_snapshots import read_key

N_EXAMPLES = 10
"""Graduates shown: half of them who gain most, half who lose most; where one side has fewer, more of the other."""

MOST_FOLLOWED = 1_000
"""Changed rows since the run that are put into the comparison one by one: some seconds."""

STEPS = 3


def compare_rules(
    session: Session,
    drive: Drive,
    wanted: DriveParameters,
    progress: Progress = lambda _: None,
) -> Comparison:
    """Compare a drive's present rules with others; callers have checked who asks.

    Raises
    ------
    RuleBrokenError
        The drive has no finished run.
    """
    started = time.perf_counter()
    run = finished_run(session, drive)
    present = get_parameters(session, drive)
    snapshot, is_live = _as_it_stands(session, drive, run, (present, wanted))
    progress(1)
    seats = seats_of(session, drive.id)
    found = compare(snapshot, present, wanted, seats=seats, threads=os.cpu_count() or 1)
    progress(2)
    return Comparison(
        run=run.number,
        is_live=is_live,
        waiting=_waiting(session, run),
        graduates=len(snapshot.graduates),
        postings=len(snapshot.postings),
        **_measured(snapshot, found),
        seconds=round(time.perf_counter() - started, 3),
    )


def _measured(snapshot: Snapshot, found: Compared) -> dict[str, Any]:
    moves = found.graduates
    gains, losses = _most_moved(snapshot, moves)
    return {
        "graduates_compared": found.n_graduates,
        "postings_compared": found.n_postings,
        "is_cap_left_out": found.is_cap_left_out,
        "eligible_before": found.eligible[0],
        "eligible_after": found.eligible[1],
        "ordinary": _overlap(found.overlaps[ListSide.POSTING_ORDINARY]),
        "reserved": _overlap(found.overlaps[ListSide.POSTING_RESERVED]),
        "graduate_lists": _overlap(found.overlaps[ListSide.GRADUATE]),
        "ranks": _by_rank(snapshot, moves),
        "postings_gain": int((found.postings.sign > 0).sum()),
        "postings_lose": int((found.postings.sign < 0).sum()),
        "gains": _examples(snapshot, moves, gains),
        "losses": _examples(snapshot, moves, losses),
    }


def _most_moved(snapshot: Snapshot, moves: Moves) -> tuple[list[int], list[int]]:
    """Return the rows that gain and that lose most: ten in all, if so many move."""
    gains, losses = (moves.most(sign, snapshot.graduates.lottery, N_EXAMPLES) for sign in (1, -1))
    half = N_EXAMPLES // 2
    n_gains = max(half, N_EXAMPLES - len(losses))
    return gains[:n_gains], losses[: max(half, N_EXAMPLES - len(gains))]


def _overlap(found: Overlap) -> OverlapFigures:
    return OverlapFigures(
        lists=found.n_lists,
        top_10=round(found.top, 4),
        whole=round(found.whole, 4),
        unchanged=round(found.unchanged, 4),
        same_first=round(found.same_first, 4),
    )


def _by_rank(snapshot: Snapshot, moves: Moves) -> list[RankMoves]:
    ranks, sign = snapshot.graduates.rank, moves.sign
    return [
        RankMoves(
            rank=rank,
            gain=int(((ranks == rank) & (sign > 0)).sum()),
            lose=int(((ranks == rank) & (sign < 0)).sum()),
            same=int(((ranks == rank) & (sign == 0)).sum()),
        )
        for rank in range(N_RANKS)
    ]


def _examples(snapshot: Snapshot, moves: Moves, rows: Sequence[int]) -> list[Example]:
    return [
        Example(
            graduate_id=int(snapshot.graduates.id[row]),
            top_before=int(moves.before.top[row]),
            top_after=int(moves.after.top[row]),
            lists_before=int(moves.before.whole[row]),
            lists_after=int(moves.after.whole[row]),
        )
        for row in rows
    ]


def _waiting(session: Session, run: RankingRun) -> int:
    """Count the imports since the run."""
    chosen = sa.select(sa.func.count()).where(
        RankingChange.drive_id == run.drive_id,
        RankingChange.id > run.as_of_change,
        RankingChange.side == MANY,
    )
    return session.scalar(chosen) or 0


def _as_it_stands(
    session: Session, drive: Drive, run: RankingRun, rules: Sequence[DriveParameters]
) -> tuple[Snapshot, bool]:
    """Return the drive's rows for a comparison, and whether single changes since the run are in.

    The run's snapshot serves, with those changes applied; rows written under rules of admission that cannot be turned
    back are read anew.
    """
    snapshot = snapshot_of(session, run)
    if not all(can_alter(snapshot, one) for one in rules):
        return _read_anew(session, drive, snapshot), True
    changed = changed_rows(session, run, most=MOST_FOLLOWED)
    if len(changed) > MOST_FOLLOWED:
        return snapshot, False
    return followed(session, drive, snapshot, changed), True


def _read_anew(session: Session, drive: Drive, snapshot: Snapshot) -> Snapshot:
    """Build the drive's rows without rules of admission, by the text model of the run."""
    return build_snapshot(
        graduate_facts(session, drive.id),
        posting_facts(session, drive.id, clock.today()),
        DriveParameters(),
        compile_leaves=product_compiler(read_key),
        lottery_key=lottery_key(session, drive),
        text_model=snapshot.codebook.text,
    )


def check_differs(present: DriveParameters, wanted: DriveParameters) -> None:
    """Refuse a comparison of rules with themselves."""
    if present == wanted:
        raise RuleBrokenError("comparison_same", "没有改动任何一项，请先改一项再比较。")
