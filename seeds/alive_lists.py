"""Stored lists for `yangguang bench alive` in process: what a database would hold, in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.kernels.spare import UNKNOWN
from matcher.ranking.live_lists import ChangedList
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.spare import SPARE, unknown_lists
from matcher.ranking.touched import Keys

_UNTOUCHED = 500
"""Lists of each kind that are compared although no change touched them, at most."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Side:
    """Lists of one kind, by row of the snapshot; `touched` are those a change made anew."""

    ids: Ints
    known: Ranked
    row_of: dict[int, int]
    touched: set[int]


class StoredLists:
    """All lists of a snapshot, with spare places."""

    def __init__(self, snapshot: Snapshot, threads: int) -> None:
        self._threads = threads
        self._sides = {side: self._ranked(snapshot, side) for side in ListSide}

    def last_keys(self, side: ListSide) -> Keys:
        """Return subjects and the last keys known of their lists."""
        one = self._sides[side]
        return one.ids, one.known.keys[:, -1]

    def lists(self, side: ListSide, ids: Ints) -> Ranked:
        """Return some lists."""
        one = self._sides[side]
        return _taken(one.known, [one.row_of[id_] for id_ in ids.tolist()])

    def store(self, changed: ChangedList) -> None:
        """Put a list in place of the old one."""
        one = self._sides[changed.side]
        row = one.row_of[changed.subject_id]
        one.touched.add(row)
        for part in ("keys", "partners", "counts", "eligible"):
            getattr(one.known, part)[row] = getattr(changed.known, part)[0]

    def drop(self, side: ListSide, id_: int) -> None:
        """Forget a list: its owner changed."""
        one = self._sides[side]
        one.touched.discard(one.row_of[id_])
        one.known.counts[one.row_of[id_]] = UNKNOWN

    def compare(self, now: Snapshot) -> tuple[int, bool]:
        """Rank lists from nothing; return how many there are and whether all are equal to those stored.

        They are all that changes touched, and some of the others.
        """
        compared, equal = 0, True
        for side, one in self._sides.items():
            some = np.linspace(0, len(one.ids) - 1, min(_UNTOUCHED, len(one.ids))).astype(int)
            row_now = {id_: row for row, id_ in enumerate(_ids(now, side).tolist())}
            rows = [
                row
                for row in sorted(one.touched.union(some.tolist()))
                if one.known.counts[row] != UNKNOWN and int(one.ids[row]) in row_now
            ]
            anew = rank(now, side, [row_now[int(one.ids[row])] for row in rows], 0, self._threads)
            length, stored = anew.keys.shape[1], _taken(one.known, rows)
            compared += len(rows)
            equal &= bool(np.array_equal(anew.keys, stored.keys[:, :length]))
            equal &= bool(np.array_equal(anew.partners, stored.partners[:, :length]))
        return compared, equal

    def _ranked(self, snapshot: Snapshot, side: ListSide) -> _Side:
        """Rank everybody who has such a list."""
        ids = _ids(snapshot, side)
        is_owner = np.ones(len(ids), dtype=np.bool_)
        if side is ListSide.POSTING_RESERVED:
            is_owner = snapshot.postings.reserved.astype(np.bool_)
        owners = np.flatnonzero(is_owner)
        ranked = rank(snapshot, side, owners, SPARE, self._threads)
        known = unknown_lists(len(ids), ranked.keys.shape[1])
        for part in ("keys", "partners", "counts", "eligible"):
            getattr(known, part)[owners] = getattr(ranked, part)
        row_of = {id_: row for row, id_ in enumerate(ids.tolist())}
        return _Side(ids, known, row_of, set())


def rank(
    snapshot: Snapshot, side: ListSide, rows: Sequence[int] | Ints, spare: int, threads: int
) -> Ranked:
    """Rank some rows from nothing."""
    parameters, chosen = snapshot.parameters, np.asarray(rows, dtype=np.int64)
    if side is ListSide.GRADUATE:
        width = parameters.graduates_length + spare
        return rank_graduates(snapshot, chosen, length=width, threads=threads)
    width = parameters.postings_length + spare
    return rank_postings(snapshot, chosen, side, length=width, threads=threads)


def _ids(snapshot: Snapshot, side: ListSide) -> Ints:
    table = snapshot.graduates if side is ListSide.GRADUATE else snapshot.postings
    return table.id.astype(np.int64)


def _taken(lists: Ranked, rows: Sequence[int]) -> Ranked:
    """Copy some lists."""
    at = np.asarray(rows, dtype=np.int64)
    return replace(
        lists,
        keys=lists.keys[at],
        partners=lists.partners[at],
        counts=lists.counts[at],
        eligible=lists.eligible[at],
    )
