"""The order of the guarantee (保底次序): why somebody who should have a seat has none under the fair plan.

Coverage seats the guaranteed one after another, the higher class first, of one class those whom the first acceptance
gave a seat, and of these by lot. Whoever is left over could not be seated beside those before. Around such a person
stands a circuit: from it to all seats open to it, to the people who are sure of those, to all seats open to these, and
on. Every seat met is taken, and everybody met comes before the person in that order: else the person would have been
seated and that one left over (greedy on a transversal matroid; Edmonds & Fulkerson 1965). So by what the last of them
comes first is by what the person stays without; keys have no part in it.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import HIGHEST_CLASS, N_GROUPS, PlanRules
from matcher.kinds.plan_reasons import Ahead


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Why a guaranteed person has no seat.

    Parameters
    ----------
    others : how many people are sure of the seats the person could have; there are as many seats
    ahead : by what the last of them comes before the person
    last : graduate id of that one
    """

    others: int
    ahead: Ahead
    last: int


class GuaranteeOrder:
    """Who is sure of which seats, and in which order seats were made sure."""

    def __init__(
        self,
        market: Market,
        rules: PlanRules,
        result: PlanResult,
        forbidden: Collection[tuple[int, int]] = (),
    ) -> None:
        """Sort the people who are sure of a seat by it.

        Parameters
        ----------
        forbidden : pairs (graduate, posting), ids, that were ruled out
        """
        self.market, self.result, self._forbidden = market, result, forbidden
        self._is_open = [np.flatnonzero(rules.open_to(rank)) for rank in range(HIGHEST_CLASS + 1)]
        self._is_left_over = np.zeros(market.n_graduates, dtype=np.bool_)
        node = np.full(market.n_graduates, -1, dtype=np.int64)
        if result.fallback is not None and result.fallback_group is not None:
            self._is_left_over[result.uncovered] = True
            sure = np.flatnonzero(result.fallback >= 0)
            posting = market.posting[result.fallback[sure]].astype(np.int64)
            node[sure] = posting * N_GROUPS + result.fallback_group[sure]
        self._people = np.argsort(node, kind="stable")
        self._nodes = node[self._people]

    def is_left_over(self, row: int) -> bool:
        """Whether a person is guaranteed a seat and has none."""
        return bool(self._is_left_over[row])

    def sure_at(self, row: int, posting: int) -> NDArray[np.int64]:
        """Return who is sure of the seats of a posting that are open to a person."""
        groups = self._is_open[int(self.market.classes[row])]
        return self._sure_of(posting * N_GROUPS + groups)

    def ahead(self, row: int, others: NDArray[np.int64]) -> tuple[Ahead, int]:
        """Say by what the last of some people comes before a person, and which one that is (row)."""
        market = self.market
        last = int(others[np.lexsort(tuple(reversed(self._turn(others))))[-1]])
        if market.classes[last] != market.classes[row]:
            return Ahead.HIGHER_CLASS, last
        had_seat = self._turn(np.asarray([last, row]))[1]
        return (Ahead.FIRST_STEP if had_seat[0] < had_seat[1] else Ahead.LOT), last

    def won_at_first(self, sure: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the edges of those who won the very seat they are sure of before anybody was guaranteed one."""
        first, fallback = self.result.first, self.result.fallback
        if first is None or fallback is None:
            return sure[:0]
        edges: NDArray[np.int64] = fallback[sure[first[sure] == fallback[sure]]]
        return edges

    def left_over(self, row: int) -> LeftOver | None:
        """Say why a person is left over; None if it is not, or if no seat at all is open to it."""
        if not self.is_left_over(row):
            return None
        others = self.circuit(row)
        if not len(others):
            return None
        ahead, last = self.ahead(row, others)
        return LeftOver(len(others), ahead, int(self.market.graduates[last]))

    def circuit(self, row: int) -> NDArray[np.int64]:
        """Return who is sure of a seat that would come free for a person if others moved over."""
        market = self.market
        met = np.zeros(market.n_postings * N_GROUPS, dtype=np.bool_)
        waiting, found = [row], list[int]()
        while waiting:
            person = waiting.pop()
            groups = self._is_open[int(market.classes[person])]
            nodes = (self._postings_of(person)[:, None] * N_GROUPS + groups).ravel()
            nodes = nodes[~met[nodes]]
            met[nodes] = True
            sure = self._sure_of(nodes).tolist()
            waiting += sure
            found += sure
        return np.asarray(found, dtype=np.int64)

    def _turn(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        """The order in which seats are made sure, the most important part first."""
        market, first = self.market, self.result.first
        had_none = np.zeros(len(rows), np.int64) if first is None else (first[rows] < 0) * 1
        return (-market.classes[rows].astype(np.int64), had_none, market.lottery[rows])

    def _postings_of(self, row: int) -> NDArray[np.int64]:
        market = self.market
        rows = market.posting[market.pointer[row] : market.pointer[row + 1]].astype(np.int64)
        if not self._forbidden:
            return rows
        person = int(market.graduates[row])
        ids = market.postings[rows].tolist()
        return rows[[(person, one) not in self._forbidden for one in ids]]

    def _sure_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        first = np.searchsorted(self._nodes, nodes, side="left").tolist()
        last = np.searchsorted(self._nodes, nodes, side="right").tolist()
        parts = [self._people[one:other] for one, other in zip(first, last, strict=True)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
