"""Predicted work (预计工作量): how to cut a run into chunks of equal duration.

The cost of a list is the number of candidates its row meets in the index, known from cell sizes
alone; the widest postings meet a thousand times as many as the median, so chunks cut by rows would
differ as much.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.compiling import frozen
from matcher.kinds import ListSide
from matcher.ranking.kernels.records import graduate_records
from matcher.ranking.kernels.walk_graduates import posting_ranges
from matcher.ranking.order import Neutral
from matcher.ranking.snapshot import Snapshot

Ints = NDArray[np.int64]

ROW_WORK = 500
"""Fixed cost of a row in candidates: a query costs about as much as scoring so many pairs."""


def predicted_work(snapshot: Snapshot, side: ListSide | Neutral) -> Ints:
    """Work of each row of the side, in candidate pairs; depends on the snapshot alone."""
    if side is ListSide.GRADUATE:
        return ROW_WORK + _graduate_candidates(snapshot)
    return ROW_WORK + _posting_candidates(snapshot)


def cut_chunks(work: Ints, target: int) -> list[tuple[int, int]]:
    """Cut rows into consecutive ranges [start, stop) of about `target` work each.

    Every row is in exactly one range; a range exceeds the target by less than its last row.
    """
    if target <= 0:
        raise ValueError("the target must be positive")
    chunks, start, filled = [], 0, 0
    for row, amount in enumerate(work.tolist()):
        filled += amount
        if filled >= target:
            chunks.append((start, row + 1))
            start, filled = row + 1, 0
    if start < len(work):
        chunks.append((start, len(work)))
    return chunks


def _acceptance_matrix(snapshot: Snapshot) -> sp.csr_matrix:
    """One where a requirement accepts a leaf; requirements × leaves."""
    table = snapshot.acceptance
    ones = np.ones(len(table.leaf), dtype=np.int64)
    shape = (table.n_requirements, max(1, table.n_leaves))
    return sp.csr_matrix((ones, table.leaf, table.pointer), shape=shape)


def _posting_candidates(snapshot: Snapshot) -> Ints:
    """Entries in the cells each posting visits."""
    index, postings = snapshot.graduate_index, snapshot.postings
    sizes = np.diff(index.pointer).reshape(-1, index.n_leaves)
    accepted = _acceptance_matrix(snapshot)[:, : index.n_leaves]
    by_place = (accepted @ sp.csr_matrix(sizes.T)).tocsc()  # columns are taken out, city by city
    counts = np.zeros(len(postings), dtype=np.int64)
    for city in np.unique(postings.city):
        rows = np.flatnonzero(postings.city == city)
        visited = by_place[:, index.places_of_city(int(city))].sum(axis=1)
        counts[rows] = np.asarray(visited).ravel()[postings.requirement[rows]]
    return counts


def _graduate_candidates(snapshot: Snapshot) -> Ints:
    """Postings in the places of each graduate that accept its first or second major."""
    index, graduates = snapshot.posting_index, snapshot.graduates
    counts = np.zeros(len(graduates), dtype=np.int64)
    # Postings are sorted by city: with running totals per leaf at the range ends, a range is a
    # difference of two rows. Only boundaries that occur are kept.
    ranges = posting_ranges(
        index.city, frozen(graduate_records(graduates, np.arange(len(graduates))))
    )
    bounds, at = np.unique(np.append(ranges.ravel(), 0), return_inverse=True)
    totals = _running_totals(_acceptance_matrix(snapshot), index.requirement, bounds)
    starts, stops = at[:-1].reshape(ranges.shape).transpose(2, 1, 0)
    for leaf in graduates.leaf.T:
        known = np.flatnonzero(leaf >= 0)
        for start, stop in zip(starts, stops, strict=True):
            counts[known] += totals[stop[known], leaf[known]] - totals[start[known], leaf[known]]
    return counts


def _running_totals(accepted: sp.csr_matrix, requirement: NDArray[np.int32], bounds: Ints) -> Ints:
    """How many of the first `bound` postings accept each leaf, for every bound."""
    totals = np.zeros((len(bounds), accepted.shape[1]), dtype=np.int64)
    for number in range(1, len(bounds)):
        between = requirement[bounds[number - 1] : bounds[number]]
        times = np.bincount(between, minlength=accepted.shape[0])
        totals[number] = totals[number - 1] + accepted.T @ times
    return totals
