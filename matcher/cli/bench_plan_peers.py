"""Peers of `yangguang bench plan`: the plain problem (no reserves, no guarantee), equal outcome first, then measured.

`matching` (Wilde, Knight & Gillard, JOSS 2020) and `algmatch` solve hospitals and residents and know neither reserves
nor guarantees. Both are extras, loaded by name. Warnings of theirs about lists are silenced; what they find is
compared anyway.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Market
from matcher.allocation.rules import PlanRules
from matcher.cli.bench_clock import Spent, clocked, middle, milliseconds
from matcher.cli.bench_plan_market import make_plan_market
from matcher.cli.bench_plan_shapes import PeerOut, PeersOut

_ROUNDS = 15
_DEEP = 1_000_000
"""`matching` copies objects linked to one another, one inside the other: Python's usual limit is too low for it."""

_PLAIN = PlanRules(guarantee_class=None)
Lists = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class _Dictionaries:
    """A market as the peers take it: lists of rows, best first, of those who are on any."""

    wishes: Lists
    orders: Lists
    seats: dict[int, int]


def measure_peers(graduates: int, postings: int, seed: int) -> tuple[PeersOut, str | None]:
    """Solve a small market in every way; also say which peers are missing.

    Raises
    ------
    AssertionError
        A peer seats somebody elsewhere.
    """
    market = _plain(make_plan_market(graduates, postings, seed).market)
    result = fair_plan(market, _PLAIN)
    placed = {row: int(p) for row, p in enumerate(result.posting_row(market).tolist()) if p >= 0}
    spent = [clocked(partial(fair_plan, market, _PLAIN))[1] for _ in range(_ROUNDS)]
    lists = _dictionaries(market)
    found = PeersOut(
        graduates=market.n_graduates,
        postings=market.n_postings,
        edges=market.n_edges,
        placed=len(placed),
        engine_ms=milliseconds(middle(spent).cpu),
        matching=_measured("matching", _by_matching, lists, placed),
        algmatch=_measured("algmatch", _by_algmatch, lists, placed),
    )
    missing = [name for name in ("matching", "algmatch") if find_spec(name) is None]
    absent = None
    if missing:
        absent = f"未安装 {'、'.join(missing)}，无法比较。请运行：pip install '.[peers]'"
    return found, absent


def _plain(market: Market) -> Market:
    """Make all seats ordinary."""
    seats = np.zeros_like(market.seats)
    seats[:, 0] = market.seats.sum(axis=1)
    return replace(market, seats=seats)


def _dictionaries(market: Market) -> _Dictionaries:
    graduate = market.graduate_of_edge()
    wishes: Lists = {}
    orders: Lists = {}
    for at in range(market.n_edges):
        wishes.setdefault(int(graduate[at]), []).append(int(market.posting[at]))
    for at in np.lexsort((-market.ordinary_key, market.posting)).tolist():
        orders.setdefault(int(market.posting[at]), []).append(int(graduate[at]))
    seats = {row: int(market.seats[row].sum()) for row in orders}
    return _Dictionaries(wishes, orders, seats)


def _measured(name: str, way: Any, lists: _Dictionaries, placed: dict[int, int]) -> PeerOut | None:
    if find_spec(name) is None:
        return None
    with _silent(), _deep():
        found, making, solving = way(lists)
    if found != placed:
        raise AssertionError(f"{name} seats people elsewhere")
    seconds = making.cpu + solving.cpu
    return PeerOut(seconds=round(seconds, 4), seconds_solving=round(solving.cpu, 4), equal=True)


def _by_matching(lists: _Dictionaries) -> tuple[dict[int, int], Spent, Spent]:
    games = import_module("matching.games")
    make = partial(
        games.HospitalResident.create_from_dictionaries, lists.wishes, lists.orders, lists.seats
    )
    game, making = clocked(make)
    answer, solving = clocked(lambda: game.solve(optimal="resident"))
    found = {one.name: offer.name for offer, people in answer.items() for one in people}
    return found, making, solving


def _by_algmatch(lists: _Dictionaries) -> tuple[dict[int, int], Spent, Spent]:
    """Its numbers begin with 1."""
    package = import_module("algmatch")
    given = {
        "residents": {row + 1: [p + 1 for p in listed] for row, listed in lists.wishes.items()},
        "hospitals": {
            row + 1: {"capacity": lists.seats[row], "preferences": [g + 1 for g in listed]}
            for row, listed in lists.orders.items()
        },
    }
    make = partial(package.HospitalResidentsProblem, dictionary=given, optimised_side="residents")
    problem, making = clocked(make)
    answer, solving = clocked(problem.get_stable_matching)
    seated = answer["resident_sided"].items()
    found = {int(one[1:]) - 1: int(offer[1:]) - 1 for one, offer in seated if offer}
    return found, making, solving


@contextmanager
def _deep() -> Iterator[None]:
    """Let calls nest deeper than usual."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEEP)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


@contextmanager
def _silent() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
