"""Certificates: every set can be checked by counting, and holds for all eligible pairs."""

import numpy as np
import pytest

from matcher.allocation.coverage import Links, covered
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.hall import HallSet, certificate
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.rules import N_GROUPS, PlanRules
from matcher.kinds.plans import UnfilledReserve
from tests.factories.allocation import ReserveRule, random_market, rules_of, without_edges
from tests.oracles.allocation import World

N_MARKETS = 600
HOLD = PlanRules(guarantee_class=1, unfilled=UnfilledReserve.HOLD)


def assert_counts(world: World, found: HallSet) -> None:
    """Count the seats open to a set anew, from words."""
    open_seats = {seat for graduate in found.graduates for seat in world.open_seats(int(graduate))}
    postings = sorted({posting for posting, _ in open_seats})
    counted = np.zeros((len(postings), N_GROUPS), dtype=np.int64)
    for posting, group in open_seats:
        counted[postings.index(posting), group] = world.seats[posting][group]

    assert found.postings.tolist() == postings
    assert found.open_seats.tolist() == counted.tolist()
    assert found.seats == counted.sum()
    assert found.short == len(found.graduates) - found.seats > 0


def assert_apart(sets: tuple[HallSet, ...]) -> None:
    people = np.concatenate([found.graduates for found in sets])
    offers = np.concatenate([found.postings for found in sets])

    assert len(np.unique(people)) == len(people)
    assert len(np.unique(offers)) == len(offers)
    assert all(len(found.postings) for found in sets[:-1])


def test_every_set_has_fewer_seats_open_to_it_than_people_and_all_are_accounted_for(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        world, left_over = World.of(market, rules), fair_plan(market, rules).uncovered

        sets = certificate(market, rules)

        assert sum(found.short for found in sets) == len(left_over), seed
        if sets:
            everybody = np.concatenate([found.graduates for found in sets])
            assert set(left_over.tolist()) <= set(everybody.tolist()) <= set(world.guaranteed())
            assert_apart(sets)
        for found in sets:
            assert_counts(world, found)


def test_sets_hold_on_the_full_graph_though_the_market_knows_half_of_it(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(N_MARKETS):
        full, rules = random_market(seed), rules_of(seed, reserve_rule)
        lists = without_edges(full, np.random.default_rng(seed).random(full.n_edges) < 0.5)
        asked: list[int] = []

        def full_edges(rows: np.ndarray, full: Market = full, asked: list[int] = asked) -> Links:
            asked.extend(rows.tolist())
            owner = full.graduate_of_edge()
            kept = np.isin(owner, rows)
            return Links(owner[kept].astype(np.int64), full.posting[kept].astype(np.int64))

        sets = certificate(lists, rules, full_edges)

        world = World.of(full, rules)
        left_over = len(covered(full, rules).uncovered)
        assert sum(found.short for found in sets) == left_over, seed
        assert len(asked) == len(set(asked)), seed
        for found in sets:
            assert_counts(world, found)


def test_nobody_short_nothing_to_prove() -> None:
    assert certificate(random_market(3), PlanRules(guarantee_class=None)) == ()


def market_for(classes: list[int], seats: list[list[int]], pairs: list[tuple[int, int]]) -> Market:
    graduate, posting = np.asarray(pairs, dtype=np.int64).reshape(-1, 2).T
    number = np.arange(len(pairs))
    return market_of(
        graduates=np.arange(len(classes)),
        postings=np.arange(len(seats)),
        classes=classes,
        lottery=np.arange(len(classes)),
        seats=seats,
        edges=Edges(graduate, posting, -number, number, number, number),
    )


def test_people_who_share_a_seat_are_one_set_and_lonely_ones_another() -> None:
    # 0, 1 and 2 share one seat; 3 competes with nobody; 4 and 5 may be sent nowhere.
    pairs = [(0, 0), (1, 0), (2, 0), (3, 1)]
    market = market_for([5] * 6, [[1, 0, 0], [1, 0, 0]], pairs)

    together, lonely = certificate(market, PlanRules())

    assert (together.graduates.tolist(), together.postings.tolist()) == ([0, 1, 2], [0])
    assert (together.seats, together.short) == (1, 2)
    assert (lonely.graduates.tolist(), lonely.postings.tolist()) == ([4, 5], [])
    assert (lonely.seats, lonely.short) == (0, 2)


def test_a_held_seat_for_zero_employment_is_not_open_to_a_tier() -> None:
    market = market_for([3, 3], [[1, 0, 1]], [(0, 0), (1, 0)])

    (held,) = certificate(market, HOLD)

    assert held.open_seats.tolist() == [[1, 0, 0]]
    assert (held.seats, held.short) == (1, 1)
    assert certificate(market, PlanRules(guarantee_class=1)) == ()


def test_a_posting_whose_seats_are_all_taken_is_named_in_the_proof() -> None:
    market = market_for([5], [[0, 0, 0]], [(0, 0)])

    (found,) = certificate(market, PlanRules())

    assert (found.postings.tolist(), found.seats, found.short) == ([0], 0, 1)


@pytest.mark.usefixtures("plain_python")
def test_plain_python_gives_the_same() -> None:
    for seed in range(40):
        market, rules = random_market(seed), PlanRules(guarantee_class=1)
        world, left_over = World.of(market, rules), fair_plan(market, rules).uncovered

        sets = certificate(market, rules)

        assert sum(found.short for found in sets) == len(left_over), seed
        for found in sets:
            assert_counts(world, found)
