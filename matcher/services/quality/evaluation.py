"""Evaluating a drive's lists (排序质量): by outcomes, by how attention spreads, by who has nothing to choose from.

Reads the stored lists and the snapshot they were made from; nothing is written and nobody is named.
"""

import time

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import ListSide
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.ranking import quality
from matcher.ranking.alteration import PART_FIELDS
from matcher.ranking.parameters import N_RANKS, DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.services.quality.hits import Progress, by_outcomes, snapshot_of
from matcher.services.quality.outcomes import drive_outcomes
from matcher.services.quality.shapes import CongestionFigures, Coverage, Evaluation
from matcher.services.quality.spread import (
    graduates_lists,
    has_cap,
    lengths_of,
    seats_of,
    shown_of,
)
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_runs import current_run

ENOUGH_CHOICE = 3
"""Eligible postings from which on a person has a choice (matching.md §3.1)."""

ZERO_EMPLOYMENT = N_RANKS - 1
"""Priority rank of zero-employment households."""

_AT_ONCE = 500
"""Ids in one query."""

STEPS = len(PART_FIELDS) + 2
"""Steps `progress` counts: the lists, the measures, and one for every part left out."""


def evaluate(session: Session, drive: Drive, progress: Progress = lambda _: None) -> Evaluation:
    """Evaluate a drive's current run; callers have checked who asks.

    Raises
    ------
    RuleBrokenError
        The drive has no finished run.
    SnapshotError
        The snapshot of the current run is gone or damaged.
    """
    started = time.perf_counter()
    run = finished_run(session, drive)
    snapshot = snapshot_of(session, run)
    parameters = DriveParameters.from_dict(run.parameters)
    ranked, shown = _attention(session, run, snapshot)
    progress(1)
    outcomes = drive_outcomes(session, drive.id)
    hits, missing, counts = by_outcomes(session, drive.id, outcomes, progress)
    return Evaluation(
        drive=drive.name,
        run=run.number,
        drive_revision=run.drive_revision,
        outcomes=counts,
        hits=hits,
        without_hits=missing,
        congestion=_figures(ranked),
        congestion_shown=None if shown is None else _figures(shown),
        cap_per_seat=parameters.cap_per_seat,
        floor_per_graduate=parameters.floor_per_graduate,
        zero_employment=_coverage(session, run, snapshot),
        seconds=round(time.perf_counter() - started, 3),
    )


def finished_run(session: Session, drive: Drive) -> RankingRun:
    """Return a drive's current run, or refuse."""
    run = current_run(session, drive.id)
    if run is None:
        raise RuleBrokenError("quality_no_run", "这个活动还没有完成过排序，请先排一次序。")
    return run


def _attention(
    session: Session, run: RankingRun, snapshot: Snapshot
) -> tuple[quality.Attention, quality.Attention | None]:
    """Count where postings stand in the lists as ranked, and in what a cap leaves of them; None without a cap."""
    known = set(snapshot.postings.id.tolist())
    seats = {one: n for one, n in seats_of(session, run.drive_id).items() if one in known}
    ranked = quality.Attention(seats)
    shown = quality.Attention(seats) if has_cap(run) else None
    for batch in graduates_lists(session, run.id):
        _count(ranked, batch.partners)
        if shown is not None:
            _count(shown, shown_of(session, run.id, batch))
    return ranked, shown


def _count(attention: quality.Attention, packed: list[bytes]) -> None:
    attention.add(lengths_of(packed), unpacked(b"", b"".join(packed))[1])


def _figures(attention: quality.Attention) -> CongestionFigures:
    found = attention.figures()
    return CongestionFigures(
        lists=found.n_lists,
        empty_lists=found.n_empty,
        mean_length=round(found.mean_length, 2),
        postings=found.n_postings,
        never_shown=found.n_never_shown,
        per_seat_p50=round(found.per_seat_p50, 2),
        per_seat_p99=round(found.per_seat_p99, 2),
        per_seat_max=round(found.per_seat_max, 2),
        gini=round(found.gini, 4),
        histogram=list(found.histogram),
    )


def _coverage(session: Session, run: RankingRun, snapshot: Snapshot) -> Coverage:
    """Count graduates of zero-employment households by how many postings they are eligible for."""
    eligible = zero_employment_choice(session, run, snapshot)
    total = len(eligible)
    none = sum(not count for count in eligible.values())
    three = sum(count >= ENOUGH_CHOICE for count in eligible.values())
    return Coverage(
        graduates=total,
        with_none=none,
        with_three=three,
        share_with_none=round(none / total, 4) if total else None,
        share_with_three=round(three / total, 4) if total else None,
    )


def zero_employment_choice(session: Session, run: RankingRun, snapshot: Snapshot) -> dict[int, int]:
    """Return the eligible postings of every graduate of a zero-employment household, by id."""
    rows = np.flatnonzero(snapshot.graduates.rank == ZERO_EMPLOYMENT)
    ids = sorted(snapshot.graduates.id[rows].tolist())
    found = dict.fromkeys(ids, 0)
    for start in range(0, len(ids), _AT_ONCE):
        chosen = sa.select(RankedList.subject_id, RankedList.n_eligible).where(
            RankedList.run_id == run.id,
            RankedList.side == ListSide.GRADUATE,
            RankedList.subject_id.in_(ids[start : start + _AT_ONCE]),
        )
        found.update({row.subject_id: row.n_eligible for row in session.execute(chosen)})
    return found
