"""Objections: exactly the pairs that by definition would rather have each other, whoever made the plan."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Market
from matcher.allocation.objections import objections
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import PlanRule
from tests.factories.allocation import RESERVE_RULES, ReserveRule, random_market, rules_of
from tests.oracles.allocation import Pair, World, placed_of

N_MARKETS = 300


def pairs(market: Market, edges: np.ndarray) -> set[Pair]:
    owner = market.graduate_of_edge()
    return {(int(owner[edge]), int(market.posting[edge])) for edge in edges}


def arbitrary(market: Market, seed: int) -> PlanResult:
    """Some plan nobody thought about: each in turn takes any posting with a seat left."""
    rng = np.random.default_rng(seed)
    left, edge = market.seats.sum(axis=1), np.full(market.n_graduates, -1)
    for row in rng.permutation(market.n_graduates):
        for at in rng.permutation(np.arange(market.pointer[row], market.pointer[row + 1])):
            if edge[row] < 0 and left[market.posting[at]]:
                edge[row] = at
                left[market.posting[at]] -= 1
    nothing = np.full(market.n_graduates, -1, dtype=np.int8)
    return PlanResult(
        PlanRule.MOST, edge, nothing, nothing, None, None, np.zeros(0, dtype=np.int64)
    )


def test_objections_are_those_of_the_definition(reserve_rule: ReserveRule) -> None:
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        world, result = World.of(market, rules), arbitrary(market, seed)
        placed = placed_of(market, result.edge)

        found = objections(market, rules, result)

        assert pairs(market, found.published) == world.objections(placed), seed
        assert pairs(market, found.plain) == world.plain_objections(placed), seed


def test_a_fair_plan_leaves_no_objection_by_the_published_choice(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        result = fair_plan(market, rules)

        found = objections(market, rules, result)

        placed = placed_of(market, result.edge)
        assert found.published.tolist() == [], seed
        assert pairs(market, found.plain) == World.of(market, rules).plain_objections(placed), seed


def test_without_reserves_and_guarantee_nobody_objects_at_all() -> None:
    for seed in range(N_MARKETS):
        market = random_market(seed)
        ordinary = np.zeros_like(market.seats)
        ordinary[:, 0] = market.seats.sum(axis=1)
        market, rules = replace(market, seats=ordinary), PlanRules(guarantee_class=None)

        assert objections(market, rules, fair_plan(market, rules)).plain.tolist() == [], seed


@pytest.mark.usefixtures("plain_python")
def test_plain_python_finds_the_same() -> None:
    for seed in range(40):
        market, rules = random_market(seed), rules_of(seed, RESERVE_RULES[seed % 4])
        world, result = World.of(market, rules), arbitrary(market, seed)

        found = objections(market, rules, result)

        assert pairs(market, found.published) == world.objections(placed_of(market, result.edge))
