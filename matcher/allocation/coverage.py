"""Coverage (保底覆盖): seats for all guaranteed people who can be seated, and who cannot.

The graph: a person of a class, the seats of the postings it may be sent to, group by group. Held reserves are open
to their class alone. Released ones are open to everybody in the end, so they count for everybody here: else a
reserved seat nobody takes could go to any passer-by while somebody guaranteed stays without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import Accepted, Fallback
from matcher.allocation.kernels.coverage import cover, seat_more
from matcher.allocation.kernels.paths import Graph, Search, Seated, new_search
from matcher.allocation.market import Market
from matcher.allocation.plan_result import NOBODY
from matcher.allocation.rules import (
    HARDSHIP,
    HIGHEST_CLASS,
    N_GROUPS,
    ORDINARY,
    ZERO_EMPLOYMENT,
    PlanRules,
)
from matcher.compiling import frozen

_NARROWEST_FIRST: Final = {
    HIGHEST_CLASS: (ZERO_EMPLOYMENT, HARDSHIP, ORDINARY),
    0: (ORDINARY, HARDSHIP, ZERO_EMPLOYMENT),
}
"""By class the groups in the order in which a seat is looked for: own reserve first, others' last."""

_TIERS_FIRST: Final = (HARDSHIP, ORDINARY, ZERO_EMPLOYMENT)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Further pairs (补充组合) beside those of a market: rows of graduate and posting, in any order."""

    graduate: NDArray[np.int64]
    posting: NDArray[np.int64]

    @classmethod
    def none(cls) -> "Links":
        """No pairs."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """A largest set of guaranteed people who can be seated at once, each in a seat; changed in place by `seat_rest`.

    Parameters
    ----------
    order : rows of the guaranteed, the higher class first
    """

    graph: Graph
    seated: Seated
    search: Search
    order: NDArray[np.int64]

    @property
    def uncovered(self) -> NDArray[np.int64]:
        """Rows of those left over, the higher class first."""
        left_over: NDArray[np.int64] = self.order[self.seated.edge[self.order] < 0]
        return left_over

    def fallback(self) -> Fallback:
        """The seats, by graduate."""
        node = self.seated.node
        group = np.where(node >= 0, node % N_GROUPS, NOBODY).astype(np.int8)
        return Fallback(self.seated.edge.copy(), group)

    def with_changes(self, links: Links, seats: NDArray[np.int32] | None = None) -> "Coverage":
        """The same people in the same seats, in a graph with further pairs and, by group [P, 3], further seats."""
        graph = with_links(self.graph, links)
        seated = _copy(self.seated)
        if seats is not None and seats.any():
            graph, seated = _with_seats(graph, seated, seats)
        seated.vain[:] = 0
        return Coverage(graph, seated, self.search, self.order)

    def seat_rest(self) -> NDArray[np.int64]:
        """Try to seat those left over; return by class how many more have a seat (int64[6])."""
        gained = np.zeros(HIGHEST_CLASS + 1, dtype=np.int64)
        seat_more(self.uncovered, self.graph, self.seated, self.search, gained)
        return gained


def covered(market: Market, rules: PlanRules, first: Accepted | None = None) -> Coverage:
    """Seat as many guaranteed people as can be.

    Parameters
    ----------
    first : outcome of the first acceptance; whoever has a seat in it comes before others of the class and keeps it
        if it is free, and seats nobody has in it are preferred, so that few people have to move
    """
    graph = graph_of(market, rules)
    edge = np.full(market.n_graduates, NOBODY, dtype=np.int64) if first is None else first.edge
    node = _nodes(market, first)
    claimed = np.bincount(node[node >= 0], minlength=len(graph.seats)).astype(np.int64)
    seated = _nobody(graph, claimed)
    search = new_search(market.n_graduates, len(graph.seats))
    rows = np.flatnonzero(rules.guaranteed(market.classes))
    turn = np.lexsort((market.lottery[rows], edge[rows] < 0, -market.classes[rows]))
    order = rows[turn].astype(np.int64)
    cover(frozen(order), frozen(edge), frozen(node), graph, seated, search)
    return Coverage(graph, seated, search, order)


def graph_of(market: Market, rules: PlanRules) -> Graph:
    """Who may sit where by the rules, without further pairs."""
    seats = market.seats.reshape(-1).astype(np.int64)
    return Graph(
        frozen(market.pointer),
        frozen(market.posting),
        frozen(np.zeros(market.n_graduates + 1, dtype=np.int64)),
        frozen(np.zeros(0, dtype=np.int32)),
        frozen(market.classes),
        frozen(seats),
        frozen(_starts(seats)),
        frozen(_turns(rules)),
    )


def with_links(graph: Graph, links: Links) -> Graph:
    """Replace the further pairs of a graph."""
    n_graduates = len(graph.classes)
    turn = np.argsort(links.graduate, kind="stable")
    pointer = np.searchsorted(links.graduate[turn], np.arange(n_graduates + 1)).astype(np.int64)
    posting = links.posting[turn].astype(np.int32)
    return graph._replace(more_pointer=frozen(pointer), more_posting=frozen(posting))


def _with_seats(graph: Graph, seated: Seated, more: NDArray[np.int32]) -> tuple[Graph, Seated]:
    """Lay everybody out anew where groups have further seats; nobody moves."""
    seats = graph.seats + more.reshape(-1)
    start = _starts(seats)
    people = np.flatnonzero(seated.node >= 0)
    node = seated.node[people]
    seated.place[people] += start[node] - graph.start[node]
    row = np.full(int(seats.sum()), NOBODY, dtype=np.int64)
    row[seated.place[people]] = people
    return graph._replace(seats=frozen(seats), start=frozen(start)), seated._replace(row=row)


def _turns(rules: PlanRules) -> NDArray[np.int64]:
    turns = np.full((HIGHEST_CLASS + 1, N_GROUPS), NOBODY, dtype=np.int64)
    for person_class in range(HIGHEST_CLASS + 1):
        is_open = rules.open_to(person_class)
        groups: Sequence[int] = _NARROWEST_FIRST.get(person_class, _TIERS_FIRST)
        found = [group for group in groups if is_open[group]]
        turns[person_class, : len(found)] = found
    return turns


def _nodes(market: Market, first: Accepted | None) -> NDArray[np.int64]:
    node = np.full(market.n_graduates, NOBODY, dtype=np.int64)
    if first is not None:
        rows = np.flatnonzero(first.edge >= 0)
        posting = market.posting[first.edge[rows]].astype(np.int64)
        node[rows] = posting * N_GROUPS + first.group[rows]
    return node


def _nobody(graph: Graph, claimed: NDArray[np.int64]) -> Seated:
    n_graduates, n_nodes = len(graph.classes), len(graph.seats)
    edge, node, place = (np.full(n_graduates, NOBODY, dtype=np.int64) for _ in range(3))
    row = np.full(int(graph.seats.sum()), NOBODY, dtype=np.int64)
    used, vain = np.zeros(n_nodes, dtype=np.int64), np.zeros(n_nodes, dtype=np.int8)
    return Seated(edge, node, place, row, used, claimed, vain)


def _copy(seated: Seated) -> Seated:
    return Seated(*(column.copy() for column in seated))


def _starts(seats: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(seats)[:-1]])
