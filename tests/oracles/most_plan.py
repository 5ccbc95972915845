"""The most-placements plan, slowly: one flow with weights that Python's integers never run out of.

A person of class c weighs more than everybody below it together, and one person more than all points. Solved by
networkx's network simplex.
"""

from dataclasses import dataclass

import networkx as nx

from matcher.allocation.market import Market
from matcher.allocation.rules import PlanRules

_LEAST = (0, 1, 5)


@dataclass(frozen=True)
class Best:
    """What a plan should reach: the number seated by class (0 to 5), and the sum of points."""

    seated: tuple[int, ...]
    points: int


def best(market: Market, rules: PlanRules) -> Best:
    """Solve a market."""
    graph, heavy = nx.DiGraph(), 1 + int((market.wish.astype(int) + market.fit).sum())
    people = len(market.graduates)
    for row in range(people):
        worth = heavy * (people + 1) ** int(market.classes[row])
        graph.add_node(("g", row), demand=-1)
        graph.add_edge(("g", row), "end", capacity=1, weight=0)
        for at in range(market.pointer[row], market.pointer[row + 1]):
            cost = -(worth + int(market.wish[at]) + int(market.fit[at]))
            for group in _open(market, rules, row):
                pool = ("p", int(market.posting[at]), group)
                graph.add_edge(("g", row), pool, capacity=1, weight=cost)
    for posting, groups in enumerate(market.seats.tolist()):
        for group, seats in enumerate(groups):
            graph.add_edge(("p", posting, group), "end", capacity=seats, weight=0)
    graph.add_node("end", demand=people)
    flow = nx.network_simplex(graph)[1]
    seated, points = [0] * 6, 0
    for row in range(people):
        for at in range(market.pointer[row], market.pointer[row + 1]):
            pools = [("p", int(market.posting[at]), group) for group in range(3)]
            if sum(flow[("g", row)].get(pool, 0) for pool in pools):
                seated[int(market.classes[row])] += 1
                points += int(market.wish[at]) + int(market.fit[at])
    return Best(tuple(seated), points)


def _open(market: Market, rules: PlanRules, row: int) -> list[int]:
    return [
        group for group in range(3) if rules.releases or int(market.classes[row]) >= _LEAST[group]
    ]
