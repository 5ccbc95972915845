"""Spare places (备用名次): a list is known some places further than it is shown.

Whoever leaves a list makes room for somebody who stood behind. With spare places that one is known, and the list need
not be ranked: a posting that closes leaves the lists of thousands of graduates. What is known of a list and how
entries come and go is said in `kernels.spare`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.compiling import frozen
from matcher.ranking.engine import Ranked
from matcher.ranking.kernels.spare import UNKNOWN, Moves, patch_lists

Ints = NDArray[np.int64]

SPARE = 10
"""Spare places of stored lists; part of their form (`ranking_overlays`), so another number needs new runs."""


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one entry in a list; see `kernels.spare.Moves`."""

    partner: int
    key: int
    gained: int


class DueLists:
    """Lists of one kind that have to be made anew, oldest first, and what happened to each."""

    def __init__(self) -> None:
        self._moves: dict[int, list[Move]] = {}

    def __len__(self) -> int:
        """Count the lists."""
        return len(self._moves)

    def note(self, rows: Ints, keys: Ints, gained: Ints, partner: int) -> None:
        """Note that an entry left some lists, came or moved."""
        for row, key, more in zip(rows.tolist(), keys.tolist(), gained.tolist(), strict=True):
            self._moves.setdefault(row, []).append(Move(partner, key, more))

    def forget(self, row: int) -> None:
        """Take a list off: it was made anew, or its owner changed."""
        self._moves.pop(row, None)

    def oldest(self, most: int) -> Ints:
        """Return the rows of the lists that wait longest."""
        return np.fromiter(self._moves, dtype=np.int64, count=min(len(self._moves), most))

    def patch(self, rows: Ints, lists: Ranked, length: int) -> NDArray[np.bool_]:
        """Do in some lists what happened to them, in place; return which have to be ranked instead."""
        found = [
            (number, move.partner, move.key, move.gained)
            for number, row in enumerate(rows.tolist())
            for move in self._moves[row]
        ]
        columns = np.asarray(found, dtype=np.int64).reshape(-1, 4).T
        moves = Moves(*(frozen(column) for column in columns))
        patch_lists(lists.keys, lists.partners, lists.counts, lists.eligible, moves, length)
        is_unknown: NDArray[np.bool_] = lists.counts == UNKNOWN
        return is_unknown


def shown(ranked: Ranked, length: int) -> Ranked:
    """Return lists without their spare places."""
    counts = np.minimum(ranked.counts, length).astype(np.int32)
    return Ranked(ranked.keys[:, :length], ranked.partners[:, :length], counts, ranked.eligible)


def unknown_lists(n_rows: int, width: int) -> Ranked:
    """Return lists nothing is known of."""
    lists = Ranked.empty(n_rows, width)
    lists.counts[:] = UNKNOWN
    return lists
