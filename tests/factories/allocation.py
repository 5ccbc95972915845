"""Random small markets with three groups of seats, many ties of fit and some people nobody can seat."""

from dataclasses import replace
from itertools import product
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.allocation.coverage import Links
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from tests.oracles.allocation import World

ReserveRule: TypeAlias = tuple[ReserveOrder, UnfilledReserve]

RESERVE_RULES: tuple[ReserveRule, ...] = tuple(product(ReserveOrder, UnfilledReserve))
"""The four rules of reserves."""

_CERTAIN = 1 << 61
_LAST = 0xFFFFFFFF


class Solved(NamedTuple):
    """A market with its fair plan, and the same in words, with the fallback seats the plan gave."""

    seed: int
    market: Market
    rules: PlanRules
    result: PlanResult
    world: World


def solve(seed: int, reserve_rule: ReserveRule) -> Solved:
    """Draw a market and rules and solve it fairly."""
    market, rules = random_market(seed), rules_of(seed, reserve_rule)
    result, world = fair_plan(market, rules), World.of(market, rules)
    if result.fallback is not None and result.fallback_group is not None:
        for row in np.flatnonzero(result.fallback >= 0).tolist():
            posting = int(market.posting[result.fallback[row]])
            world.sure[row] = (posting, int(result.fallback_group[row]))
    return Solved(seed, market, rules, result, world)


def rules_of(seed: int, reserve_rule: ReserveRule) -> PlanRules:
    """Rules with some guarantee: by seed none, 1 to 5."""
    guarantee = (5, 1, 3, None, 2, 4)[seed % 6]
    return PlanRules(guarantee_class=guarantee, reserves=reserve_rule[0], unfilled=reserve_rule[1])


def random_market(seed: int) -> Market:
    """A market of up to 24 graduates and 9 postings."""
    rng = np.random.default_rng(seed)
    n_graduates, n_postings = int(rng.integers(1, 25)), int(rng.integers(1, 10))
    classes = rng.choice(6, n_graduates, p=[0.4, 0.1, 0.1, 0.12, 0.13, 0.15])
    may = rng.random((n_graduates, n_postings)) < rng.uniform(0.1, 0.7)
    graduate, posting = np.nonzero(may)
    seats = rng.integers(0, 3, (n_postings, 3)) * (rng.random((n_postings, 3)) < 0.7)
    return market_with(
        classes,
        rng.permutation(n_graduates),
        seats,
        graduate,
        posting,
        rng.integers(0, 40, len(graduate)),
        rng.integers(0, 6, len(graduate)),
        width=int(rng.integers(1, 4)),
    )


def without_edges(market: Market, kept: NDArray[np.bool_]) -> Market:
    """The market with some of its edges alone."""
    owner = market.graduate_of_edge()[kept]
    pointer = np.searchsorted(owner, np.arange(market.n_graduates + 1)).astype(np.int64)
    columns = ("posting", "wish", "fit", "place", "ordinary_key", "reserved_key")
    return replace(
        market, pointer=pointer, **{name: getattr(market, name)[kept] for name in columns}
    )


def with_pairs(market: Market, links: Links) -> Market:
    """The market with further pairs, without points: for coverage alone. Pairs that are in it may stand twice."""
    owner = np.concatenate([market.graduate_of_edge().astype(np.int64), links.graduate])
    turn = np.argsort(owner, kind="stable")
    more = {
        name: np.concatenate([column, np.zeros(len(links.graduate), column.dtype)])[turn]
        for name in ("wish", "fit", "place", "ordinary_key", "reserved_key")
        for column in (getattr(market, name),)
    }
    posting = np.concatenate([market.posting, links.posting.astype(np.int32)])[turn]
    pointer = np.searchsorted(owner[turn], np.arange(market.n_graduates + 1)).astype(np.int64)
    return replace(market, pointer=pointer, posting=posting, **more)


def market_with(
    classes: ArrayLike,
    lottery: NDArray[np.int64],
    seats: ArrayLike,
    graduate: NDArray[np.int64],
    posting: NDArray[np.int64],
    wish: NDArray[np.int64],
    fit: NDArray[np.int64],
    *,
    width: int = 1,
) -> Market:
    """A market in which ordinary seats go by fit, the class deciding inside a width, reserved ones by class first."""
    people = np.asarray(classes)
    last = _LAST - lottery[graduate]
    rank = people[graduate].astype(np.int64)
    ordinary = (fit // width * 8 + rank) * width + fit % width
    return market_of(
        graduates=10 + 3 * np.arange(len(people)),
        postings=100 + 7 * np.arange(len(np.asarray(seats))),
        classes=people,
        lottery=lottery,
        seats=seats,
        edges=Edges(
            graduate,
            posting,
            wish,
            fit,
            _CERTAIN | ordinary << 32 | last,
            _CERTAIN | (rank << 15 | fit) << 32 | last,
        ),
    )
