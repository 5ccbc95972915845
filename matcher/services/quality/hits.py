"""Measures by outcomes (命中指标): both directions, and what every part of the fit adds to them."""

from collections.abc import Callable, Collection, Iterable

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import SnapshotError
from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.policy.outcomes import AGAINST, EVALUATE_LEAST, HIRED, INTERVIEWED, OFFERED
from matcher.ranking import quality
from matcher.ranking.alteration import PART_FIELDS, altered, without_part
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.quality import Lists
from matcher.ranking.snapshot import Snapshot
from matcher.services.quality.outcomes import Outcomes, judged_run, least
from matcher.services.quality.shapes import Hits, OutcomeCounts, PartChange, SideMeasures
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_snapshots import open_snapshot, snapshot_folder

Progress = Callable[[int], None]

_AT_ONCE = 500
"""Ids in one query."""


def snapshot_of(session: Session, run: RankingRun) -> Snapshot:
    """Open the snapshot of a run."""
    return open_snapshot(
        snapshot_folder(settings_of(session), run.drive_id, run.snapshot_hash or "")
    )


def by_outcomes(
    session: Session, drive_id: int, outcomes: Outcomes, progress: Progress
) -> tuple[Hits | None, str, OutcomeCounts]:
    """Return the measures, or why there are none, and what they rest on."""
    wanted = least(EVALUATE_LEAST)
    run = judged_run(session, drive_id, outcomes)
    try:
        snapshot = snapshot_of(session, run) if run is not None else None
    except SnapshotError:
        snapshot = None
    known = known_pairs(snapshot, outcomes) if snapshot is not None else {}
    n_known = sum(map(len, known.values()))
    counts = outcome_counts(outcomes, n_known if snapshot is not None else None, wanted)
    if run is None or not counts.is_enough:
        return None, "too_few", counts
    if snapshot is None:
        return None, "snapshot_gone", counts
    return _hits(session, run, snapshot, known, progress), "", counts


def known_pairs(snapshot: Snapshot, outcomes: Outcomes) -> dict[int, dict[int, int]]:
    """Return the judged pairs whose two rows a snapshot has."""
    judged = {one for grades in outcomes.judged.values() for one in grades}
    people = set(_among(judged, snapshot.graduates.id))
    offers = set(_among(outcomes.judged.keys(), snapshot.postings.id))
    found: dict[int, dict[int, int]] = {}
    for posting, grades in outcomes.judged.items():
        kept = {one: grade for one, grade in grades.items() if one in people}
        if posting in offers and kept:
            found[posting] = kept
    return found


def _among(wanted: Collection[int], ids: NDArray[np.int32]) -> list[int]:
    """Return those of some ids that stand in a column; a nation's column is not copied into a set."""
    found: list[int] = ids[np.isin(ids, list(wanted))].tolist()
    return found


def outcome_counts(outcomes: Outcomes, n_known: int | None, wanted: int) -> OutcomeCounts:
    """Return what measures rest on.

    Parameters
    ----------
    n_known : judged pairs the run knows; None if its snapshot is gone
    """
    judged = outcomes.n_pairs
    return OutcomeCounts(
        referred=outcomes.n_referred,
        judged=judged,
        silent=outcomes.n_silent,
        by_hand=outcomes.by_hand,
        outside_run=0 if n_known is None else judged - n_known,
        hired=outcomes.count(HIRED),
        offered=outcomes.count(OFFERED),
        interviewed=outcomes.count(INTERVIEWED),
        against=outcomes.count(AGAINST),
        least=wanted,
        is_enough=(judged if n_known is None else n_known) >= wanted,
    )


def _hits(
    session: Session,
    run: RankingRun,
    snapshot: Snapshot,
    judged: dict[int, dict[int, int]],
    progress: Progress,
) -> Hits:
    other = quality.turned(judged)
    parameters = snapshot.parameters
    offers = _stored(session, run, ListSide.POSTING_ORDINARY, judged)
    people = _stored(session, run, ListSide.GRADUATE, other)
    longest = max(parameters.postings_length, parameters.graduates_length)
    side = quality.side_quality(offers, judged, parameters.postings_length)
    back = quality.side_quality(people, other, parameters.graduates_length)
    progress(2)
    changes = []
    for number, part in enumerate(PART_FIELDS, start=3):
        changes.append(_without(snapshot, part, judged, side.ndcg_at_10, back.ndcg_at_10))
        progress(number)
    return Hits(
        run=run.number,
        postings=_measures(side),
        graduates=_measures(back),
        reciprocal_at_10=_rounded(quality.reciprocal_hits(offers, people, judged, quality.DEPTH)),
        reciprocal_at_k=_rounded(quality.reciprocal_hits(offers, people, judged, longest)),
        without_part=changes,
    )


def _stored(
    session: Session, run: RankingRun, side: ListSide, wanted: Iterable[int]
) -> dict[int, list[int]]:
    """Return the run's own lists of some subjects."""
    ids = sorted(wanted)
    found: dict[int, list[int]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        chosen = sa.select(RankedList.subject_id, RankedList.partners).where(
            RankedList.run_id == run.id,
            RankedList.side == side,
            RankedList.subject_id.in_(ids[start : start + _AT_ONCE]),
        )
        for row in session.execute(chosen.order_by(RankedList.subject_id)):
            found[row.subject_id] = unpacked(b"", row.partners)[1].tolist()
    return found


def _without(
    snapshot: Snapshot,
    part: str,
    judged: dict[int, dict[int, int]],
    before: float | None,
    back_before: float | None,
) -> PartChange:
    """Rank the judged again with one part counting nothing."""
    trial = altered(snapshot, without_part(snapshot.parameters, part))
    other = quality.turned(judged)
    offers = sorted(judged)
    people = sorted(other)
    ranked = rank_postings(
        trial,
        [snapshot.row_of_posting(one) for one in offers],
        ListSide.POSTING_ORDINARY,
        length=quality.DEPTH,
    )
    back = rank_graduates(
        trial, [snapshot.row_of_graduate(one) for one in people], length=quality.DEPTH
    )
    return PartChange(
        part=part,
        postings=_change(_lists(offers, ranked), judged, before),
        graduates=_change(_lists(people, back), other, back_before),
    )


def _lists(ids: list[int], ranked: Ranked) -> dict[int, list[int]]:
    return {one: ranked.partners[at, : ranked.counts[at]].tolist() for at, one in enumerate(ids)}


def _change(lists: Lists, judged: dict[int, dict[int, int]], before: float | None) -> float | None:
    after = quality.side_quality(lists, judged, quality.DEPTH).ndcg_at_10
    return None if before is None or after is None else round(after - before, 4)


def _measures(side: quality.SideQuality) -> SideMeasures:
    return SideMeasures(
        lists=side.n_subjects,
        ndcg_at_10=_rounded(side.ndcg_at_10),
        ndcg_at_10_judged=_rounded(side.ndcg_at_10_judged),
        map=_rounded(side.mean_average_precision),
        recall_at_10=_rounded(side.recall_at_10),
        recall_at_k=_rounded(side.recall_at_length),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
