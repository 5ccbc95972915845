"""The fair plan keeps what matching.md 2.5 promises, on many random markets under all four rules of reserves.

Each rule was seen to fail once with the code broken on purpose.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.acceptance import Fallback, accepted
from matcher.allocation.coverage import covered
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import LEAST_CLASS, PlanRules
from matcher.kinds.plans import ReserveOrder, SeatedAs, UnfilledReserve
from tests.factories.allocation import RESERVE_RULES, random_market, rules_of
from tests.oracles.allocation import World, placed_of

N_MARKETS = 600
BLOCKS = 4

ReserveRule = tuple[ReserveOrder, UnfilledReserve]
Solved = tuple[int, Market, PlanRules, PlanResult, World]


@pytest.fixture(params=range(BLOCKS), ids=lambda block: f"block {block}")
def seeds(request: pytest.FixtureRequest) -> range:
    """A quarter of the markets, so that several workers share them."""
    return range(request.param, N_MARKETS, BLOCKS)


@pytest.fixture(params=RESERVE_RULES, ids=lambda rule: f"{rule[0]} {rule[1]}")
def reserve_rule(request: pytest.FixtureRequest) -> ReserveRule:
    return request.param


@pytest.fixture
def solved(seeds: range, reserve_rule: ReserveRule) -> list[Solved]:
    """Markets with their plans, and the same in words with the fallback seats the plan gave."""
    found = []
    for seed in seeds:
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        result, world = fair_plan(market, rules), World.of(market, rules)
        world.sure = sure_of(market, result)
        found.append((seed, market, rules, result, world))
    return found


def sure_of(market: Market, result: PlanResult) -> dict[int, tuple[int, int]]:
    if result.fallback is None or result.fallback_group is None:
        return {}
    return {
        row: (int(market.posting[edge]), int(result.fallback_group[row]))
        for row, edge in enumerate(result.fallback)
        if edge >= 0
    }


def test_no_group_of_seats_is_overfull_and_everybody_sits_along_an_edge_of_its_own(
    solved: list[Solved],
) -> None:
    for seed, market, _, result, world in solved:
        seated = np.flatnonzero(result.edge >= 0)
        postings = market.posting[result.edge[seated]]
        used = Counter(zip(postings.tolist(), result.group[seated].tolist(), strict=True))
        owners = market.graduate_of_edge()[result.edge[seated]]

        assert owners.tolist() == seated.tolist(), seed
        assert all(n <= world.seats[posting][group] for (posting, group), n in used.items()), seed


def test_held_reserves_are_used_by_their_class_alone(solved: list[Solved]) -> None:
    for seed, market, rules, result, _ in solved:
        if rules.releases:
            continue
        seated = result.edge >= 0
        least = np.asarray(LEAST_CLASS)[result.group[seated]]

        assert (market.classes[seated] >= least).all(), seed
        assert not (result.seated_as == SeatedAs.RELEASED.code).any(), seed


def test_no_pair_would_rather_have_each_other_by_the_published_choice(solved: list[Solved]) -> None:
    for seed, market, _, result, world in solved:
        assert world.objections(placed_of(market, result.edge)) == set(), seed


def test_with_released_reserves_nobody_without_a_seat_could_have_a_free_one(
    solved: list[Solved],
) -> None:
    for seed, market, rules, result, world in solved:
        placed = placed_of(market, result.edge)
        used = Counter(placed.values())
        if not rules.releases:
            continue
        for graduate in set(range(market.n_graduates)) - set(placed):
            assert all(used[p] == sum(world.seats[p]) for p in world.wishes[graduate]), seed


def test_coverage_reaches_the_maximum_flow_for_every_class_and_above(solved: list[Solved]) -> None:
    for seed, market, rules, result, world in solved:
        placed = placed_of(market, result.edge)
        for least in range(rules.guarantee_class or 6, 6):
            people = [g for g, one in enumerate(world.classes) if one >= least]

            assert len(placed.keys() & set(people)) == world.most_seated(people), (seed, least)
        left_over = set(world.guaranteed()) - set(placed)
        assert set(result.uncovered.tolist()) == left_over, seed


def test_who_is_covered_is_the_best_set_in_the_order_of_class_first_seat_and_lottery(
    solved: list[Solved],
) -> None:
    for seed, _market, _, result, world in solved[::5]:
        assert result.first is not None
        first = result.first.tolist()
        order = sorted(
            world.guaranteed(), key=lambda g: (-world.classes[g], first[g] < 0, world.lottery[g])
        )

        assert set(order) - set(result.uncovered.tolist()) == world.greedy(order), seed


def test_everybody_covered_ends_at_the_fallback_or_better(solved: list[Solved]) -> None:
    for seed, market, _, result, world in solved:
        placed = placed_of(market, result.edge)
        used = Counter(world.sure.values())

        assert all(n <= world.seats[posting][group] for (posting, group), n in used.items()), seed
        for graduate, (posting, group) in world.sure.items():
            wishes = world.wishes[graduate]
            assert (posting, group) in world.open_seats(graduate), seed
            assert wishes.index(placed[graduate]) <= wishes.index(posting), seed


def test_deferred_acceptance_is_what_its_definition_says(solved: list[Solved]) -> None:
    for seed, market, _, result, world in solved:
        assert result.first is not None
        assert placed_of(market, result.edge) == world.accepted(), seed
        world.sure = {}
        assert placed_of(market, result.first) == world.accepted(), seed


def test_each_seat_is_of_the_kind_the_choice_gives(solved: list[Solved]) -> None:
    for seed, market, _, result, world in solved:
        placed = placed_of(market, result.edge)
        held = world.held(placed)
        for graduate, posting in placed.items():
            group = world.chosen(posting, held[posting])[graduate]
            kind = list(SeatedAs)[result.seated_as[graduate]]
            is_moved = result.first is not None and result.first[graduate] != result.edge[graduate]
            if world.sure.get(graduate, (-1, -1))[0] == posting and is_moved:
                assert kind is SeatedAs.FALLBACK, seed
            elif group == "left over" or world.classes[graduate] < LEAST_CLASS[int(group)]:
                assert kind is SeatedAs.RELEASED, seed
            else:
                assert kind is (SeatedAs.RESERVED if group else SeatedAs.OPEN), seed


def test_nobody_moves_where_nobody_is_guaranteed_or_everybody_guaranteed_sits_at_once(
    solved: list[Solved],
) -> None:
    for seed, _, rules, result, _ in solved:
        assert result.first is not None
        if rules.guarantee_class is None:
            assert result.fallback is None, seed
            assert result.edge.tolist() == result.first.tolist(), seed
        elif result.fallback is not None:
            sits = result.first >= 0
            kept = sits & (result.fallback >= 0)
            if (result.fallback[kept] == result.first[kept]).all() and not (
                (result.fallback >= 0) & ~sits
            ).any():
                assert result.edge.tolist() == result.first.tolist(), seed


def renumbered(market: Market, rng: np.random.Generator) -> tuple[Market, np.ndarray, np.ndarray]:
    """The same market with other ids, so in other rows; return it and the new row of each old one."""
    people, offers = rng.permutation(market.n_graduates), rng.permutation(market.n_postings)
    old_person, old_offer = np.argsort(people), np.argsort(offers)
    turn = rng.permutation(market.n_edges)
    # Wishes are made distinct: between equal ones the order of the postings would decide.
    place = np.arange(market.n_edges) - market.pointer[market.graduate_of_edge()]
    other = market_of(
        graduates=np.arange(market.n_graduates),
        postings=np.arange(market.n_postings),
        classes=market.classes[old_person],
        lottery=market.lottery[old_person],
        seats=market.seats[old_offer],
        edges=Edges(
            people[market.graduate_of_edge()][turn],
            offers[market.posting][turn],
            -place[turn],
            market.fit[turn],
            market.ordinary_key[turn],
            market.reserved_key[turn],
        ),
    )
    return other, people, offers


def test_renumbering_rows_does_not_change_who_sits_where_and_how(solved: list[Solved]) -> None:
    for seed, market, rules, result, _ in solved:
        other, people, offers = renumbered(market, np.random.default_rng(seed))

        again = fair_plan(other, rules)

        for row in range(market.n_graduates):
            assert again.seated_as[people[row]] == result.seated_as[row], seed
            assert again.group[people[row]] == result.group[row], seed
            if result.edge[row] >= 0:
                posting = market.posting[result.edge[row]]
                assert other.posting[again.edge[people[row]]] == offers[posting], seed


def with_list_of(market: Market, graduate: int, kept: np.ndarray) -> Market:
    """The market in which a graduate says it wants these of its edges alone, in this order."""
    first, last = market.pointer[graduate], market.pointer[graduate + 1]
    rows = np.concatenate([np.arange(first), kept, np.arange(last, market.n_edges)])
    pointer = market.pointer.copy()
    pointer[graduate + 1 :] += len(kept) - (last - first)
    columns = ("posting", "wish", "fit", "ordinary_key", "reserved_key")
    return replace(
        market, pointer=pointer, **{name: getattr(market, name)[rows] for name in columns}
    )


def test_nobody_gains_by_another_order_of_wishes_in_plain_acceptance(solved: list[Solved]) -> None:
    for seed, market, rules, result, world in solved:
        rng = np.random.default_rng(seed)
        graduate = int(rng.integers(market.n_graduates))
        first, last = int(market.pointer[graduate]), int(market.pointer[graduate + 1])
        if last == first or result.first is None:
            continue
        kept = first + rng.permutation(last - first)[: int(rng.integers(1, last - first + 1))]
        lie = with_list_of(market, graduate, kept)

        got = placed_of(lie, accepted(lie, rules).edge).get(graduate)

        truly = placed_of(market, result.first)
        assert got not in world.better(graduate, truly), seed


def test_a_seat_more_or_an_edge_more_never_lowers_coverage(solved: list[Solved]) -> None:
    for seed, market, rules, result, world in solved:
        rng = np.random.default_rng(seed)
        seats = market.seats.copy()
        seats[rng.integers(market.n_postings), rng.integers(3)] += 1
        graduate = int(rng.integers(market.n_graduates))
        first, last = int(market.pointer[graduate]), int(market.pointer[graduate + 1])
        n_before = n_covered(market, rules)

        assert n_covered(replace(market, seats=seats), rules) >= n_before, seed
        if last > first:
            fewer = np.delete(np.arange(first, last), int(rng.integers(last - first)))
            assert n_covered(with_list_of(market, graduate, fewer), rules) <= n_before, seed
        assert n_before == len(world.guaranteed()) - len(result.uncovered), seed


def n_covered(market: Market, rules: PlanRules) -> int:
    found = covered(market, rules)
    return len(found.order) - len(found.uncovered)


def test_coverage_does_not_depend_on_what_acceptance_gave_before(solved: list[Solved]) -> None:
    for seed, market, rules, result, _ in solved:
        found = covered(market, rules)
        seats = market.classes[found.order[found.seated.edge[found.order] >= 0]]
        sits = market.classes[(result.edge >= 0) & rules.guaranteed(market.classes)]

        assert Counter(seats.tolist()) == Counter(sits.tolist()), seed


def test_a_fallback_seat_is_kept_even_by_who_the_group_is_not_for() -> None:
    # Two postings with one seat each, both kept for zero-employment households and released: the poor one who is
    # covered second is sure of the second and keeps it though the first one likes it better in words of class.
    market = market_of(
        graduates=[1, 2],
        postings=[1, 2],
        classes=[5, 3],
        lottery=[0, 1],
        seats=[[0, 0, 1], [0, 0, 1]],
        edges=Edges([0, 0, 1], [0, 1, 1], [1, 2, 1], [1, 1, 1], [9, 9, 1], [9, 9, 1]),
    )

    result = fair_plan(market, PlanRules(guarantee_class=3))

    assert placed_of(market, result.edge) == {0: 0, 1: 1}
    assert result.seated_as.tolist() == [SeatedAs.FALLBACK.code, SeatedAs.FALLBACK.code]
    assert Fallback(result.fallback, result.fallback_group) is not None
