"""What the table of what would help rests on (做什么能有用), and how a line becomes a change in numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.coverage import Links
from matcher.allocation.help import Change, Help
from matcher.allocation.market import Market
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.snapshot import Snapshot

Rows = NDArray[np.int64]
Line = dict[str, Any]

Asked = tuple[Line, Change]
"""A line and what it would change, not solved yet."""


@dataclass(frozen=True, eq=False)
class HelpInput:
    """What the table is worked out from.

    Parameters
    ----------
    asked_of : the coverage of what the plan's pins leave, with spare postings at its end
    people : facts of those who can be left over, by id
    asked : ids of those without a seat, by either rule
    ruled_out : pairs of ids that may not come about
    home : code of the drive's own city; empty if it has none
    """

    asked_of: Help
    snapshot: Snapshot
    people: Mapping[int, GraduateFacts]
    asked: Sequence[int]
    ruled_out: frozenset[tuple[int, int]]
    home: str = ""

    @property
    def market(self) -> Market:
        """The market of the coverage."""
        return self.asked_of.market

    @property
    def spare(self) -> int:
        """Row of the first posting that is for seats still to be found."""
        return self.market.n_postings - self.asked_of.n_spare

    def row(self, graduate: int) -> int:
        """Row of a graduate."""
        return int(np.searchsorted(self.market.graduates, graduate))

    def postings(self, graduate: int, ids: NDArray[np.int32]) -> Rows:
        """Rows of those of some postings that are in the market with seats, and not ruled out for a person."""
        known = self.market.postings
        wanted = np.setdiff1d(ids, self._ruled_out_of.get(graduate, []), assume_unique=True)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        rows: Rows = at[known[at] == wanted].astype(np.int64)
        kept: Rows = rows[self.market.seats[rows].any(axis=1)]
        return kept

    @cached_property
    def _ruled_out_of(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for graduate, posting in self.ruled_out:
            found.setdefault(graduate, []).append(posting)
        return found


def links_of(pairs: Sequence[tuple[int, Rows]]) -> Links:
    """Return further pairs, given by row of the graduate with the rows of the postings."""
    owner = [np.full(len(postings), row, dtype=np.int64) for row, postings in pairs]
    return Links(np.concatenate(owner), np.concatenate([one for _, one in pairs]))
