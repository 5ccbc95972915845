"""Certificates (无法全部安置的证明): people who together have too few seats open to them (Hall 1935).

A set of people, all the postings any of them may be sent to, and fewer seats open to them there than people: that
many stay without, whatever the plan. Anybody can check it by counting. It holds for all eligible pairs, not only for
those on lists: whoever is in a set brings all pairs before the set is believed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.coverage import Coverage, Links, covered
from matcher.allocation.kernels.deficiency import Sets, label_sets, new_sets
from matcher.allocation.market import Market
from matcher.allocation.rules import N_GROUPS, PlanRules

FullEdges = Callable[[NDArray[np.int64]], Links]
"""Rows of graduates → every pair they are certainly eligible for, as rows of the market."""


@dataclass(frozen=True, slots=True, eq=False)
class HallSet:
    """People who compete for the same seats; `len(graduates) == seats + short`.

    Parameters
    ----------
    graduates, postings : int64[], rows, ascending; no postings: nobody in the set may be sent anywhere
    open_seats : int32[n, 3], by posting the seats open to anybody in the set, as columns of `Market.seats`
    seats : how many these are together
    short : how many people more there are
    """

    graduates: NDArray[np.int64]
    postings: NDArray[np.int64]
    open_seats: NDArray[np.int32]
    seats: int
    short: int


def certificate(
    market: Market, rules: PlanRules, full_edges: FullEdges | None = None
) -> tuple[HallSet, ...]:
    """Prove that no more of the guaranteed can be seated; by the lowest row, those without any posting last.

    Parameters
    ----------
    full_edges : None if all guaranteed people bring all their eligible pairs anyway. Where it finds pairs that are
        not in the market, the sets say what holds with them, and `short` may be less than a plan without them left
    """
    coverage = covered(market, rules)
    expanded = np.zeros(market.n_graduates, dtype=np.bool_)
    links = Links.none()
    while True:
        sets = _labelled(coverage)
        unseen = np.flatnonzero((sets.person >= 0) & ~expanded)
        if full_edges is None or not len(unseen):
            return _sets(coverage, sets)
        expanded[unseen] = True
        found = full_edges(unseen)
        links = Links(
            np.concatenate([links.graduate, found.graduate]),
            np.concatenate([links.posting, found.posting]),
        )
        coverage = coverage.with_changes(links)
        coverage.seat_rest()


def _labelled(coverage: Coverage) -> Sets:
    without = coverage.uncovered
    sets = new_sets(len(without), len(coverage.graph.classes), len(coverage.graph.seats))
    label_sets(without, coverage.graph, coverage.seated, sets)
    return sets


def _sets(coverage: Coverage, sets: Sets) -> tuple[HallSet, ...]:
    """One set a number; people without any posting are one set together."""
    people, nodes = _by_number(sets.person), _by_number(sets.node)
    lonely = [rows for number, rows in people.items() if number not in nodes]
    found = [
        _hall_set(coverage, rows, nodes[number])
        for number, rows in people.items()
        if number in nodes
    ]
    found.sort(key=lambda one: int(one.graduates[0]))
    if lonely:
        found.append(_hall_set(coverage, np.sort(np.concatenate(lonely)), nodes=None))
    return tuple(found)


def _hall_set(
    coverage: Coverage, people: NDArray[np.int64], nodes: NDArray[np.int64] | None
) -> HallSet:
    found = np.zeros(0, dtype=np.int64) if nodes is None else nodes
    postings = np.unique(found // N_GROUPS)
    seats = np.zeros((len(postings), N_GROUPS), dtype=np.int32)
    at = np.searchsorted(postings, found // N_GROUPS)
    seats[at, found % N_GROUPS] = coverage.graph.seats[found]
    n_seats = int(seats.sum())
    return HallSet(people, postings, seats, n_seats, len(people) - n_seats)


def _by_number(numbers: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """Rows by the number they carry, ascending; those without one left out."""
    rows = np.flatnonzero(numbers >= 0)
    turn = rows[np.argsort(numbers[rows], kind="stable")]
    which, first = np.unique(numbers[turn], return_index=True)
    return dict(zip(which.tolist(), np.split(turn, first[1:]), strict=True)) if len(rows) else {}
