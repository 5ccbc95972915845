"""Circles among fallback seats (保底席位的循环对换): people who took each other's seats and need not have.

Coverage moves people on so that others get a seat. One way may undo what another one did, and leave people in a circle
in which each is sure of a seat the next one had: nobody gains a seat by it, but they would be let past others who come
before them in the published order. So each gets the seat of the first acceptance back. Afterwards, from whoever was
moved leads a way back to somebody who had no seat.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import Accepted, Fallback
from matcher.allocation.market import Market
from matcher.allocation.rules import N_GROUPS


def without_circles(market: Market, first: Accepted, fallback: Fallback) -> Fallback:
    """Give everybody in a circle the first seat back; O(people moved)."""
    before, after = _node(market, first), _node(market, fallback)
    rows = np.flatnonzero((before >= 0) & (after >= 0) & (before != after)).tolist()
    had, has = (dict(zip(rows, nodes[rows].tolist(), strict=True)) for nodes in (before, after))
    back = in_circles(had, has)
    edge, group = fallback.edge.copy(), fallback.group.copy()
    edge[back], group[back] = first.edge[back], first.group[back]
    return Fallback(edge, group)


def _node(market: Market, seats: Accepted | Fallback) -> NDArray[np.int64]:
    """Number the group of seats each person has, -1 without one."""
    found = np.full(market.n_graduates, -1, dtype=np.int64)
    rows = np.flatnonzero(seats.edge >= 0)
    found[rows] = market.posting[seats.edge[rows]].astype(np.int64) * N_GROUPS + seats.group[rows]
    return found


def in_circles(before: dict[int, int], after: dict[int, int]) -> list[int]:
    """Return who has to go back so that nobody stands in a circle: follow each from group to group of seats.

    Parameters
    ----------
    before, after : by person who was moved, the group of seats left and the one come to
    """
    leaving: defaultdict[int, list[int]] = defaultdict(list)
    for row in before:
        leaving[before[row]].append(row)
    found: list[int] = []
    for start in before:
        way: list[int] = []
        at_step: dict[int, int] = {}
        node = before[start]
        while leaving[node] or way:
            if node in at_step:
                step = at_step[node]
                circle, way = way[step:], way[:step]
                found += circle
                for row in circle:
                    del at_step[before[row]]
            elif leaving[node]:
                at_step[node] = len(way)
                way.append(leaving[node].pop())
                node = after[way[-1]]
            else:
                node = before[way.pop()]
                del at_step[node]
    return sorted(found)
