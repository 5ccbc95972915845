"""The most-placements plan (最多方案): as many seated as can be, the highest class first, then the best fit and wishes.

What is largest, strictly one after the other: the number seated of class 5, of class 4, … of class 0, then the sum of
fit and wish over all pairs. Sets of people who can be seated at once are the independent sets of a transversal
matroid (Edmonds & Fulkerson 1965), so serving a class first costs nobody below it a seat in number: the plan places
as many as any plan can.

One minimum-cost flow with weights by class would do, but the weights must outweigh every sum of points below them and
soon leave 64 bits. Instead the classes are settled first, exactly and without weights (`kernels.levels`), which also
splits the market. Take one more than the class of the highest person refused at a pool as its price z (0 where there
are seats left) and w = class + 1 for what a person is worth. Then each person's y = w - z of its own pool, or 0
without a seat, and z are an optimal dual solution of the problem "largest total worth". By complementary slackness
every plan that is best by class

- pairs people only with pools of the price of their own pool (unseated: of their own worth),
- seats everybody whose worth is above that price, and fills every pool whose price is above 0,

and every plan that does so is best by class. Hence each price is a problem of its own, without classes and with most
of the pairs gone (`level_flow`); the points of one can never outweigh a person of another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.fair_plan import seated_as
from matcher.allocation.given_seats import groups_taken
from matcher.allocation.kernels.levels import seat_by_class
from matcher.allocation.level_flow import Level, best_pairs
from matcher.allocation.market import Market
from matcher.allocation.plan_result import NOBODY, PlanResult
from matcher.allocation.pools import Pools, pools_of
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds.plans import PlanRule


def most_plan(market: Market, rules: PlanRules) -> PlanResult:
    """Solve a market for most placements.

    Raises
    ------
    RuleBrokenError
        The market is too large for the numbers of the solver.
    """
    edge = best_edges(market, rules)
    group = groups_taken(market, rules, edge)
    if ((edge >= 0) != (group >= 0)).any():
        raise RuntimeError("a posting was given people it has no seats for")
    left_over = rules.guaranteed(market.classes) & (edge < 0)
    return PlanResult(
        rule=PlanRule.MOST,
        edge=edge,
        seated_as=seated_as(market, edge, group),
        group=group,
        first=None,
        fallback=None,
        uncovered=np.flatnonzero(left_over).astype(np.int64),
    )


def best_edges(market: Market, rules: PlanRules) -> NDArray[np.int64]:
    """Return by graduate the edge that comes about, or -1."""
    pools = pools_of(market, rules)
    split = _split(market, pools)
    edge = np.full(market.n_graduates, NOBODY, dtype=np.int64)
    for price in range(HIGHEST_CLASS + 2):
        inner = split.edges_at(price)
        outer = pools.market_edges(inner)
        points = market.wish[outer].astype(np.int64) + market.fit[outer]
        chosen = best_pairs(_level(pools, split, inner, points, price))
        edge[split.graduate[inner[chosen]]] = outer[chosen]
    return edge


@dataclass(frozen=True, slots=True, eq=False)
class _Split:
    """The market once the classes are settled: by edge of the pools, and by graduate.

    Parameters
    ----------
    graduate, price_of_edge : by edge; the price is the pool's
    worth, price : by graduate; the price is that of the pool it sits in, its worth if it has no seat
    """

    graduate: NDArray[np.int32]
    price_of_edge: NDArray[np.int8]
    worth: NDArray[np.int8]
    price: NDArray[np.int8]

    def edges_at(self, price: int) -> NDArray[np.int64]:
        """Return the edges that may come about at a price."""
        is_of = (self.price_of_edge == price) & (self.price[self.graduate] == price)
        return np.flatnonzero(is_of)


def _split(market: Market, pools: Pools) -> _Split:
    graph = pools.graph
    seated = seat_by_class(graph, HIGHEST_CLASS)
    worth = market.classes + np.int8(1)
    price, sits = worth.copy(), seated.edge >= 0
    price[sits] = seated.level[graph.pool[seated.edge[sits]]]
    people = np.arange(market.n_graduates, dtype=np.int32)
    graduate = np.repeat(people, np.diff(graph.pointer))
    price_of_edge = np.where(graph.seats[graph.pool] > 0, seated.level[graph.pool], np.int8(-1))
    return _Split(graduate, price_of_edge, worth, price)


def _level(
    pools: Pools, split: _Split, edges: NDArray[np.int64], points: NDArray[np.int64], price: int
) -> Level:
    """Number the people and pools of a price from 0."""
    people, person = _renumbered(split.graduate[edges], len(split.worth))
    rows, pool = _renumbered(pools.graph.pool[edges], len(pools.graph.seats))
    return Level(
        person=person,
        pool=pool,
        points=points,
        may_miss=split.worth[people] == price,
        seats=pools.graph.seats[rows],
        is_full=price > 0,
    )


def _renumbered(
    rows: NDArray[np.int32], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return which rows there are, ascending, and each as its number among them."""
    is_there = np.zeros(length, dtype=np.bool_)
    is_there[rows] = True
    numbers = np.cumsum(is_there, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(is_there), numbers[rows]
