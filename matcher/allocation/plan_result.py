"""What a plan says (方案结果): by graduate the edge that comes about, in which group of seats, and why."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Market
from matcher.kinds.plans import PlanRule

NOBODY = -1
"""No edge, no group, no kind."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanResult:
    """A plan of a market.

    Parameters
    ----------
    edge : int64[G], the edge that comes about, or -1
    seated_as : int8[G], `SeatedAs.code`, or -1
    group : int8[G], group of the seat (a column of `Market.seats`), or -1
    first : int64[G], the edge of the first acceptance, before anybody was guaranteed anything; None if there was none
    fallback : int64[G], the edge of the seat a person is sure of, or -1; None if there are none
    fallback_group : int8[G], the group of that seat, or -1; None if there are none
    uncovered : int64[], rows of guaranteed people without a seat, ascending
    seconds : what solving took
    """

    rule: PlanRule
    edge: NDArray[np.int64]
    seated_as: NDArray[np.int8]
    group: NDArray[np.int8]
    first: NDArray[np.int64] | None
    fallback: NDArray[np.int64] | None
    uncovered: NDArray[np.int64]
    seconds: float = 0.0
    fallback_group: NDArray[np.int8] | None = None

    @property
    def n_placed(self) -> int:
        """Count those who have a seat."""
        return int((self.edge >= 0).sum())

    def posting_row(self, market: Market) -> NDArray[np.int32]:
        """Row of each graduate's posting, int32[G], or -1."""
        return rows_of(market, self.edge)

    def result_hash(self, market: Market) -> str:
        """SHA-256 over who sits where and why, by ids; the order of rows and edges does not matter."""
        seated = np.flatnonzero(self.edge >= 0)
        people = market.graduates[seated].astype(np.int64)
        offers = market.postings[market.posting[self.edge[seated]]].astype(np.int64)
        lines = np.stack([people, offers, self.seated_as[seated].astype(np.int64)], axis=1)
        lines = lines[np.lexsort((lines[:, 1], lines[:, 0]))]
        return hashlib.sha256(lines.astype("<i8").tobytes()).hexdigest()


def rows_of(market: Market, edge: NDArray[np.int64]) -> NDArray[np.int32]:
    """Row of the posting of each graduate's edge, or -1."""
    rows = np.full(len(edge), NOBODY, dtype=np.int32)
    rows[edge >= 0] = market.posting[edge[edge >= 0]]
    return rows
