"""Rules of the most-placements plan: the highest class first, strictly, and a slow solver finds nothing better."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.level_flow import Level, best_pairs
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.most_plan import most_plan
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import LEAST_CLASS, PlanRules
from matcher.errors import RuleBrokenError
from matcher.kinds.plans import ReserveOrder, SeatedAs, UnfilledReserve
from tests.factories.allocation import RESERVE_RULES, ReserveRule, random_market, rules_of
from tests.oracles.allocation import World
from tests.oracles.most_plan import best

_SEEDS = range(30)
HOLD = PlanRules(unfilled=UnfilledReserve.HOLD)


def _seated_by_class(market: Market, result: PlanResult) -> tuple[int, ...]:
    return tuple(np.bincount(market.classes[result.edge >= 0], minlength=6).tolist())


def _points(market: Market, result: PlanResult) -> int:
    edge = result.edge[result.edge >= 0]
    return int(market.wish[edge].sum() + market.fit[edge].sum())


def test_a_slow_solver_finds_the_same_best(reserve_rule: ReserveRule) -> None:
    for seed in _SEEDS:
        market, rules = random_market(seed), rules_of(seed, reserve_rule)

        result, expected = most_plan(market, rules), best(market, rules)

        assert _seated_by_class(market, result) == expected.seated, seed
        assert _points(market, result) == expected.points, seed


def test_every_class_and_those_above_get_as_many_seats_as_can_be(reserve_rule: ReserveRule) -> None:
    for seed in _SEEDS:
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        result, world = most_plan(market, rules), World.of(market, rules)

        for least in range(6):
            people = np.flatnonzero(market.classes >= least)
            reached = int((result.edge[people] >= 0).sum())
            assert reached == world.most_seated(people.tolist()), (seed, least)


def test_no_group_of_seats_is_overfull_or_holds_somebody_it_is_kept_from(
    reserve_rule: ReserveRule,
) -> None:
    for seed in _SEEDS:
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        result = most_plan(market, rules)
        seated = np.flatnonzero(result.edge >= 0)
        posting, group = market.posting[result.edge[seated]], result.group[seated]

        taken = np.zeros_like(market.seats)
        np.add.at(taken, (posting, group), 1)
        assert (taken <= market.seats).all()
        is_kept_from = market.classes[seated] < np.asarray(LEAST_CLASS)[group]
        assert rules.releases or not is_kept_from.any()
        released = result.seated_as[seated] == SeatedAs.RELEASED.code
        assert (released == is_kept_from).all()


def _two_for_one(points_of_lower: int) -> Market:
    """One seat; a zero-employment person with no points and another with many."""
    return market_of(
        graduates=[1, 2],
        postings=[7],
        classes=[5, 0],
        lottery=[1, 0],
        seats=[[1, 0, 0]],
        edges=Edges([0, 1], [0, 0], [0, points_of_lower], [0, points_of_lower], [1, 2], [1, 2]),
    )


def test_no_sum_of_points_outweighs_a_person_of_a_higher_class() -> None:
    market = _two_for_one(np.iinfo(np.int32).max // 4)

    result = most_plan(market, PlanRules())

    assert result.edge.tolist() == [0, -1]
    assert result.uncovered.tolist() == []


def test_one_more_person_outweighs_all_points() -> None:
    """1 would bring a million points at 8, but then 2, who may only sit there, has no seat."""
    market = market_of(
        graduates=[1, 2],
        postings=[8, 9],
        classes=[0, 0],
        lottery=[0, 1],
        seats=[[1, 0, 0], [1, 0, 0]],
        edges=Edges([0, 0, 1], [0, 1, 0], [10**6, 0, 0], [10**6, 0, 0], [2, 1, 1], [2, 1, 1]),
    )

    result = most_plan(market, PlanRules())

    assert result.posting_row(market).tolist() == [1, 0]


def test_serving_a_class_first_costs_no_placement() -> None:
    for seed in _SEEDS:
        market = random_market(seed)
        equal = replace(market, classes=np.zeros_like(market.classes))

        served, plain = most_plan(market, PlanRules()), most_plan(equal, PlanRules())

        assert served.n_placed == plain.n_placed


def test_held_reserves_stay_empty_rather_than_go_to_others() -> None:
    market = replace(_two_for_one(1), classes=np.zeros(2, np.int8), seats=np.asarray([[0, 1, 0]]))

    assert most_plan(market, HOLD).n_placed == 0
    assert most_plan(market, PlanRules()).seated_as.tolist() == [-1, SeatedAs.RELEASED.code]


def test_held_reserves_go_to_those_they_are_kept_for_whatever_the_order() -> None:
    """Over and above, 5 would take the ordinary seat by its key and leave nothing for 0."""
    market = replace(_two_for_one(1), seats=np.asarray([[1, 0, 1]], dtype=np.int32))
    rules = replace(HOLD, reserves=ReserveOrder.OVER_AND_ABOVE)

    assert most_plan(market, rules).group.tolist() == [2, 0]


def test_who_is_guaranteed_and_without_a_seat_is_told() -> None:
    market = replace(_two_for_one(1), classes=np.asarray([5, 5], dtype=np.int8))

    result = most_plan(market, PlanRules())

    assert result.uncovered.tolist() == [0]
    assert most_plan(market, PlanRules(guarantee_class=None)).uncovered.tolist() == []


@pytest.mark.parametrize(("people", "offers"), [(0, 0), (0, 2), (2, 0), (2, 2)])
def test_an_empty_side_or_no_pair_seats_nobody(people: int, offers: int) -> None:
    market = market_of(
        graduates=np.arange(people),
        postings=np.arange(offers),
        classes=[0] * people,
        lottery=np.arange(people),
        seats=np.ones((offers, 3)),
        edges=Edges([], [], [], [], [], []),
    )

    for number, rule in enumerate(RESERVE_RULES):
        assert most_plan(market, rules_of(number, rule)).edge.tolist() == [-1] * people


def test_the_same_facts_give_the_same_plan_twice() -> None:
    market = random_market(4)

    once, again = most_plan(market, PlanRules()), most_plan(market, PlanRules())

    assert once.result_hash(market) == again.result_hash(market)


def test_a_market_too_large_for_the_solvers_numbers_is_refused() -> None:
    pair = np.zeros(2, dtype=np.int32)
    level = Level(
        person=np.asarray([0, 1], dtype=np.int32),
        pool=pair,
        points=np.asarray([0, 2**61]),
        may_miss=np.zeros(2, dtype=np.bool_),
        seats=np.asarray([2]),
        is_full=False,
    )

    with pytest.raises(RuleBrokenError, match="市场过大"):
        best_pairs(level)


@pytest.mark.usefixtures("plain_python")
@pytest.mark.parametrize("rules", [PlanRules(), HOLD])
def test_the_python_of_the_levels_says_the_same(rules: PlanRules) -> None:
    for seed in range(25):
        market = random_market(seed)

        assert _seated_by_class(market, most_plan(market, rules)) == best(market, rules).seated
