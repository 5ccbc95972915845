"""Plans the slow, obvious way: plain Python by the definitions, and flows by networkx; nothing of the kernels.

A posting's choice is written as Kominers & Sönmez define it (group after group, each the best of who is left);
deferred acceptance in rounds, choosing anew from all who ever asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from matcher.allocation.market import Market
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import ReserveOrder, UnfilledReserve

ORDINARY, HARDSHIP, ZERO = 0, 1, 2
LEAST = {ORDINARY: 0, HARDSHIP: 1, ZERO: 5}
LEFT_OVER = "left over"

Pair = tuple[int, int]
Seat = tuple[int, int]
"""Posting and group."""


@dataclass
class World:
    """A market in words: rows of graduates and postings, orders as dictionaries."""

    classes: list[int]
    lottery: list[int]
    seats: list[tuple[int, int, int]]
    wishes: list[list[int]]
    ordinary: dict[Pair, int]
    reserved: dict[Pair, int]
    rules: PlanRules
    sure: dict[int, Seat] = field(default_factory=dict)
    """Graduate → the seat it is sure of."""

    @classmethod
    def of(cls, market: Market, rules: PlanRules) -> "World":
        wishes: list[list[int]] = []
        ordinary, reserved = {}, {}
        for row in range(len(market.graduates)):
            first, last = int(market.pointer[row]), int(market.pointer[row + 1])
            wishes.append([int(posting) for posting in market.posting[first:last]])
            for edge in range(first, last):
                pair = (row, int(market.posting[edge]))
                ordinary[pair] = int(market.ordinary_key[edge])
                reserved[pair] = int(market.reserved_key[edge])
        seats = [(int(a), int(b), int(c)) for a, b, c in market.seats]
        classes, lottery = market.classes.tolist(), market.lottery.tolist()
        return cls(classes, lottery, seats, wishes, ordinary, reserved, rules)

    def chosen(self, posting: int, asking: Iterable[int]) -> dict[int, int | str]:
        """Whom a posting takes of those who ask, and in which group."""
        order = [ORDINARY, HARDSHIP, ZERO]
        if self.rules.reserves is ReserveOrder.MINIMUM_GUARANTEE:
            order.reverse()
        waiting, taken = set(asking), dict[int, int | str]()
        left_over = 0
        for group in order:
            keys = self.reserved if group else self.ordinary
            able = [g for g in waiting if self.admits(posting, group, g)]
            able.sort(key=lambda g: (self.is_sure(posting, group, g), keys[g, posting]))
            best = able[::-1][: self.seats[posting][group]]
            taken |= dict.fromkeys(best, group)
            waiting -= set(best)
            if group != ORDINARY:
                left_over += self.seats[posting][group] - len(best)
        if self.rules.unfilled is UnfilledReserve.RELEASE:
            last = sorted(waiting, key=lambda g: -self.ordinary[g, posting])[:left_over]
            taken |= dict.fromkeys(last, LEFT_OVER)
        return taken

    def admits(self, posting: int, group: int, graduate: int) -> bool:
        able = self.classes[graduate] >= LEAST[group]
        return able or self.is_sure(posting, group, graduate)

    def is_sure(self, posting: int, group: int, graduate: int) -> bool:
        return self.sure.get(graduate) == (posting, group)

    def accepted(self) -> dict[int, int]:
        """Deferred acceptance in rounds; graduate → posting."""
        asked: list[set[int]] = [set() for _ in self.seats]
        at = [0] * len(self.classes)
        while True:
            held = {g for p, all_asked in enumerate(asked) for g in self.chosen(p, all_asked)}
            free = [g for g in range(len(at)) if g not in held and at[g] < len(self.wishes[g])]
            if not free:
                return {g: p for p, people in enumerate(asked) for g in self.chosen(p, people)}
            for graduate in free:
                asked[self.wishes[graduate][at[graduate]]].add(graduate)
                at[graduate] += 1

    def better(self, graduate: int, placed: Mapping[int, int]) -> list[int]:
        """Postings a graduate likes better than its own, best first."""
        wishes = self.wishes[graduate]
        return wishes[: wishes.index(placed[graduate])] if graduate in placed else wishes

    def objections(self, placed: Mapping[int, int]) -> set[Pair]:
        """Pairs that would rather have each other by the published choice."""
        held = self.held(placed)
        return {
            (graduate, posting)
            for graduate in range(len(self.classes))
            for posting in self.better(graduate, placed)
            if graduate in self.chosen(posting, [*held[posting], graduate])
        }

    def plain_objections(self, placed: Mapping[int, int]) -> set[Pair]:
        """Pairs that would rather have each other if all seats were open to all and nobody guaranteed."""
        held = self.held(placed)
        found = set()
        for graduate in range(len(self.classes)):
            for posting in self.better(graduate, placed):
                keys = sorted(self.ordinary[g, posting] for g in held[posting])
                n_seats = sum(self.seats[posting])
                is_better = bool(keys) and self.ordinary[graduate, posting] > keys[0]
                if n_seats and (len(keys) < n_seats or is_better):
                    found.add((graduate, posting))
        return found

    def held(self, placed: Mapping[int, int]) -> list[list[int]]:
        held: list[list[int]] = [[] for _ in self.seats]
        for graduate, posting in placed.items():
            held[posting].append(graduate)
        return held

    def open_seats(self, graduate: int) -> list[Seat]:
        """Groups of seats a graduate may sit in at all, by wish."""
        is_released = self.rules.unfilled is UnfilledReserve.RELEASE
        return [
            (posting, group)
            for posting in self.wishes[graduate]
            for group in (ORDINARY, HARDSHIP, ZERO)
            if is_released or self.classes[graduate] >= LEAST[group]
        ]

    def most_seated(self, people: Iterable[int]) -> int:
        """How many of some people can be seated at once: a maximum flow."""
        graph = nx.DiGraph()
        graph.add_nodes_from(["source", "sink"])
        for graduate in people:
            graph.add_edge("source", graduate, capacity=1)
            for posting, group in self.open_seats(graduate):
                graph.add_edge(graduate, (posting, group), capacity=1)
                seats = self.seats[posting][group]
                graph.add_edge((posting, group), "sink", capacity=seats)
        return int(nx.maximum_flow_value(graph, "source", "sink"))

    def greedy(self, order: Sequence[int]) -> set[int]:
        """Who is covered if each is in as far as those before all stay in."""
        inside: list[int] = []
        for graduate in order:
            if self.most_seated([*inside, graduate]) > len(inside):
                inside.append(graduate)
        return set(inside)

    def guaranteed(self) -> list[int]:
        least = self.rules.guarantee_class
        if least is None:
            return []
        return [g for g, person_class in enumerate(self.classes) if person_class >= least]


def placed_of(
    market: Market, edge: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"
) -> dict[int, int]:
    """Graduate → posting of a result, by row."""
    return {row: int(market.posting[at]) for row, at in enumerate(edge) if at >= 0}
