"""Pools of seats (席位池): who may sit where, when only the number of seats counts.

Where unfilled reserves are released, every seat of a posting is open to everybody in the end: one pool a posting.
Where they are held, each group of seats is a pool of its own, open to its least class and above.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.kernels.levels import Graph
from matcher.allocation.market import Market
from matcher.allocation.rules import LEAST_CLASS, N_GROUPS, PlanRules
from matcher.compiling import frozen


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """Pools of a market.

    Parameters
    ----------
    graph : by graduate, the pools in the order of the wishes
    edges : edge of the market behind each edge of `graph`; None if they are the same
    """

    graph: Graph
    edges: NDArray[np.int64] | None

    def market_edges(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the market's edges of some edges of the graph."""
        return chosen if self.edges is None else self.edges[chosen]


def pools_of(market: Market, rules: PlanRules) -> Pools:
    """Make the pools of a market under its rules."""
    if rules.releases:
        seats = market.seats.sum(axis=1, dtype=np.int64)
        return Pools(_graph(market, market.pointer, market.posting, seats), None)
    graduate = market.graduate_of_edge()
    edges, pools = [], []
    for group in range(N_GROUPS):
        is_open = market.classes[graduate] >= LEAST_CLASS[group]
        found = np.flatnonzero(is_open & (market.seats[market.posting, group] > 0))
        edges.append(found)
        pools.append(market.posting[found] * np.int32(N_GROUPS) + np.int32(group))
    edge, pool = np.concatenate(edges), np.concatenate(pools)
    turn = np.lexsort((pool, edge))
    edge, pool = edge[turn], pool[turn]
    seats = market.seats.reshape(-1).astype(np.int64)
    return Pools(_graph(market, np.searchsorted(edge, market.pointer), pool, seats), edge)


def _graph(
    market: Market,
    pointer: NDArray[np.int64],
    pool: NDArray[np.int32],
    seats: NDArray[np.int64],
) -> Graph:
    """Lay out room for those who sit in each pool: never more than ask for it."""
    room = np.minimum(seats, np.bincount(pool, minlength=len(seats)))
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(room)])
    return Graph(
        frozen(pointer.astype(np.int64)),
        frozen(pool),
        frozen(seats),
        frozen(start),
        frozen(market.classes),
    )
