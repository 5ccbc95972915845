"""The best pairs of one level (同层最优): a transportation problem, solved by OR-tools' minimum-cost flow.

Everybody who must have a seat gets one and every pool that must be full is; among all such ways the sum of points is
the largest. Goldberg's cost scaling, in integers; equal inputs give equal answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]  # has no stubs

from matcher.errors import RuleBrokenError

_ARCS_LIMIT = np.iinfo(np.int32).max // 2
"""Nodes and arcs are numbered in 32 bits, each arc and its reverse."""

_COST_LIMIT = np.iinfo(np.int64).max // 4
"""Cost scaling multiplies every cost by the number of nodes; sums of two such costs must fit 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level; people and pools are numbered from 0.

    Parameters
    ----------
    person, pool, points : by pair
    may_miss : by person, whether it may go without a seat
    seats : by pool
    is_full : whether all pools have to be full; if not, everybody has to have a seat
    """

    person: NDArray[np.int32]
    pool: NDArray[np.int32]
    points: NDArray[np.int64]
    may_miss: NDArray[np.bool_]
    seats: NDArray[np.int64]
    is_full: bool


def best_pairs(level: Level) -> NDArray[np.int64]:
    """Return the pairs that come about, ascending.

    Raises
    ------
    RuleBrokenError
        The level is too large for the numbers of the solver.
    """
    if not len(level.person):
        return np.zeros(0, dtype=np.int64)
    people, pools = len(level.may_miss), len(level.seats)
    cost = level.points.max() - level.points
    _check_size(len(cost) + people + pools, people + pools + 1, int(cost.max()))
    flow = min_cost_flow.SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        level.person, people + level.pool, np.ones(len(cost), dtype=np.int64), cost
    )
    flow.set_nodes_supplies(np.arange(people, dtype=np.int32), np.ones(people, dtype=np.int64))
    _add_rest(flow, level, people, people + pools)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"a level that has a solution was not solved: {status}")
    return np.flatnonzero(flow.flows(pairs) > 0)


def _add_rest(flow: min_cost_flow.SimpleMinCostFlow, level: Level, people: int, rest: int) -> None:
    """Let flow end in the pools; node `rest` takes people without a seat, or else all who sit."""
    pools = np.arange(people, rest, dtype=np.int32)
    if level.is_full:
        starts = np.flatnonzero(level.may_miss).astype(np.int32)
        flow.set_nodes_supplies(pools, -level.seats)
        room = np.ones(len(starts), dtype=np.int64)
        left_over = people - int(level.seats.sum())
    else:
        starts, room, left_over = pools, level.seats, people
    ends = np.full(len(starts), rest, dtype=np.int32)
    nothing = np.zeros(len(starts), dtype=np.int64)
    if len(starts):
        flow.add_arcs_with_capacity_and_unit_cost(starts, ends, room, nothing)
    flow.set_node_supply(rest, -left_over)


def _check_size(arcs: int, nodes: int, cost: int) -> None:
    if arcs > _ARCS_LIMIT or cost * (nodes + 1) > _COST_LIMIT:
        raise RuleBrokenError(
            "plan_too_large",
            f"市场过大，最多方案无法一次求解（{arcs} 条边、{nodes} 个节点、最大分差 {cost}）。"
            "请缩短名单长度，或分地区建立活动。",
        )
