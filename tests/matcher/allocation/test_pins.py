"""Rules of pins: a fixed pair is kept, a forbidden one never comes about, what cannot be kept is refused by name."""

from dataclasses import fields, replace

import numpy as np
import pytest

from matcher.allocation.hall import certificate
from matcher.allocation.market import Market
from matcher.allocation.pin_prices import Unseating, pin_prices, unseating
from matcher.allocation.pins import Pin, pinned, solved
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.prices import Price, prices
from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError
from matcher.kinds.plans import PinKind, PlanRule, SeatedAs, UnfilledReserve
from tests.factories.allocation import ReserveRule, market_with, random_market, rules_of

RULES = PlanRules()
BOTH = list(PlanRule)


def fix(graduate: int, posting: int) -> Pin:
    return Pin(PinKind.PIN, graduate, posting)


def forbid(graduate: int, posting: int) -> Pin:
    return Pin(PinKind.FORBID, graduate, posting)


def small_market() -> Market:
    """10 (class 0), 13 (class 2) and 16 (class 5) may all sit at 100 and 107, of one seat each; 16 likes 107 better."""
    return market_with(
        classes=np.asarray([0, 2, 5]),
        lottery=np.arange(3),
        seats=np.asarray([[1, 0, 0], [1, 0, 0]]),
        graduate=np.asarray([0, 0, 1, 1, 2, 2]),
        posting=np.asarray([0, 1, 0, 1, 0, 1]),
        wish=np.asarray([9, 1, 9, 1, 1, 9]),
        fit=np.asarray([3, 3, 2, 2, 1, 1]),
    )


def seats_of(market: Market, result: PlanResult) -> dict[int, int]:
    """Return the posting of everybody who sits, by ids."""
    rows = result.posting_row(market)
    return {
        int(market.graduates[row]): int(market.postings[rows[row]])
        for row in np.flatnonzero(rows >= 0)
    }


@pytest.mark.parametrize("rule", BOTH)
def test_a_fixed_pair_comes_about_and_the_rest_is_solved_around_it(rule: PlanRule) -> None:
    market = small_market()
    free = {10: 100} if rule is PlanRule.FAIR else {13: 100}
    assert seats_of(market, solved(market, RULES, rule)) == free | {16: 107}

    result = solved(market, RULES, rule, [fix(10, 107)])

    assert seats_of(market, result) == {10: 107, 16: 100}
    assert result.uncovered.tolist() == []


@pytest.mark.parametrize("rule", BOTH)
def test_a_forbidden_pair_never_comes_about(rule: PlanRule) -> None:
    market = small_market()

    result = solved(market, RULES, rule, [forbid(16, 107)])

    assert seats_of(market, result)[16] == 100


@pytest.mark.parametrize("rule", BOTH)
def test_a_fixed_person_may_cost_a_guaranteed_one_its_seat_and_the_plan_says_so(
    rule: PlanRule,
) -> None:
    market = small_market()

    result = solved(market, RULES, rule, [fix(10, 107), fix(13, 100)])

    assert seats_of(market, result) == {10: 107, 13: 100}
    assert result.uncovered.tolist() == [2]
    left = pinned(market, RULES, [fix(10, 107), fix(13, 100)])
    assert [one.short for one in certificate(left.market, RULES)] == [1]


def test_pins_that_say_what_comes_about_anyway_change_nobodys_seat(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(0, 40, 4):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        for rule in BOTH:
            free = solved(market, rules, rule)
            seats = seats_of(market, free)
            some = [fix(*pair) for pair in sorted(seats.items())[::2]]

            around = solved(market, rules, rule, some)

            assert all(seats_of(market, around)[pin.graduate] == pin.posting for pin in some)
            taken = np.zeros_like(market.seats)
            sits = np.flatnonzero(around.edge >= 0)
            np.add.at(taken, (market.posting[around.edge[sits]], around.group[sits]), 1)
            assert (taken <= market.seats).all(), seed
            if rule is PlanRule.MOST:
                assert around.n_placed == free.n_placed, seed


def test_a_fixed_person_takes_the_seat_kept_for_it_first() -> None:
    market = replace(small_market(), seats=np.asarray([[1, 1, 0], [1, 0, 1]], dtype=np.int32))

    result = solved(market, RULES, PlanRule.FAIR, [fix(13, 100), fix(16, 107), fix(10, 107)])

    kinds = [list(SeatedAs)[code] for code in result.seated_as]
    assert kinds == [SeatedAs.OPEN, SeatedAs.RESERVED, SeatedAs.RESERVED]


@pytest.mark.parametrize(
    ("pins", "words"),
    [
        ([fix(10, 100), fix(10, 107)], "毕业生 10：被固定在多个岗位（100、107）"),
        ([fix(10, 100), forbid(10, 100)], "毕业生 10 — 岗位 100：既固定又禁止"),
        ([fix(10, 100), fix(10, 100)], "登记了 2 次"),
        ([fix(11, 100)], "毕业生 11 不在本次市场中"),
        ([forbid(10, 5)], "岗位 5 不在本次市场中"),
        ([fix(10, 100), fix(13, 100)], "岗位 100：固定了毕业生 10、13，但空席为普通 1"),
    ],
)
def test_pins_that_cannot_all_be_kept_are_refused_by_name(pins: list[Pin], words: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        solved(small_market(), RULES, PlanRule.FAIR, pins)

    assert words in refused.value.message
    assert refused.value.code == "plan_pins"


def test_a_fixed_pair_must_be_one_the_person_is_eligible_for() -> None:
    market = market_with(
        classes=np.asarray([0, 0]),
        lottery=np.arange(2),
        seats=np.asarray([[2, 0, 0], [1, 0, 0]]),
        graduate=np.asarray([0]),
        posting=np.asarray([0]),
        wish=np.asarray([1]),
        fit=np.asarray([1]),
    )

    with pytest.raises(InvalidInputError, match="不符合该岗位的条件"):
        solved(market, RULES, PlanRule.FAIR, [fix(10, 107)])


def test_held_seats_kept_for_others_are_no_seats_for_a_fixed_person() -> None:
    held = PlanRules(unfilled=UnfilledReserve.HOLD)
    market = replace(small_market(), seats=np.asarray([[0, 1, 0], [1, 0, 0]], dtype=np.int32))

    with pytest.raises(InvalidInputError, match="没有向毕业生 10 开放的席位"):
        solved(market, held, PlanRule.FAIR, [fix(10, 100)])
    assert seats_of(market, solved(market, held, PlanRule.FAIR, [fix(13, 100)]))[13] == 100


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as refused:
        solved(small_market(), RULES, PlanRule.FAIR, [fix(1, 2), fix(3, 100)])

    assert len(refused.value.details["problems"]) == 3  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize("rule", BOTH)
def test_the_price_of_a_pin_is_what_the_plan_gains_without_it(rule: PlanRule) -> None:
    market = small_market()
    pins = [fix(10, 107), forbid(13, 100)]

    first, second = pin_prices(market, RULES, rule, pins)

    without = solved(market, RULES, rule, [forbid(13, 100)])
    assert first.without_it == prices(market, RULES, without)
    assert (
        first.with_it == second.with_it == prices(market, RULES, solved(market, RULES, rule, pins))
    )
    assert first.seats == 0
    assert first.moved == 2


def test_prices_count_by_class_what_everybody_has() -> None:
    market = small_market()

    found = prices(market, RULES, solved(market, RULES, PlanRule.FAIR, [fix(10, 107)]))

    assert (found.total.people, found.total.seated) == (3, 2)
    assert found.by_class[0].mean_place == 2.0
    assert found.by_class[0].first_wish_share == 0.0
    assert found.by_class[2].seated == 0
    assert found.by_class[2].mean_fit is None
    assert found.by_class[5].mean_place == 2.0
    assert found.by_class[5].mean_fit == 1.0
    # 13 would rather sit at 100 and goes before 16 there by fit; 10 likewise, and 16 at 107 only by class.
    assert found.total.objecting_pairs == sum(one.objecting_pairs for one in found.by_class)
    assert (found.by_class[0].objecting_pairs, found.by_class[2].objectors) == (1, 1)


def test_prices_add_up_on_any_market(reserve_rule: ReserveRule) -> None:
    for seed in range(12):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        for rule in BOTH:
            found = prices(market, rules, solved(market, rules, rule))
            assert rule is PlanRule.MOST or found.total.published_pairs == 0
            for name in (one.name for one in fields(Price)):
                assert getattr(found.total, name) == sum(
                    getattr(one, name) for one in found.by_class
                )
            assert found.total.objectors <= found.total.objecting_pairs


def one_seat() -> Market:
    """10 (class 5) and 13 (class 0) both want the one seat at 100; there is nothing else."""
    return market_with(
        classes=np.asarray([5, 0]),
        lottery=np.arange(2),
        seats=np.asarray([[1, 0, 0]]),
        graduate=np.asarray([0, 1]),
        posting=np.asarray([0, 0]),
        wish=np.asarray([1, 1]),
        fit=np.asarray([1, 1]),
    )


@pytest.mark.parametrize("rule", BOTH)
def test_the_price_of_a_pin_names_the_guaranteed_people_it_unseats(rule: PlanRule) -> None:
    (price,) = pin_prices(one_seat(), RULES, rule, [fix(13, 100)])

    assert price.seats == 0
    assert (price.seats_from(5), price.seats_from(0)) == (1, 0)


def test_whoever_is_without_a_seat_for_a_pin_alone_is_told_from_a_seat_too_few() -> None:
    market = one_seat()

    assert unseating(market, RULES, []).people == 0
    assert unseating(market, RULES, [fix(10, 100)]).pins == ()
    for pin in (fix(13, 100), forbid(10, 100)):
        assert unseating(market, RULES, [pin]) == Unseating(1, (pin,))
    # Two pins that do no harm by themselves: lifting the second is enough.
    both = [forbid(16, 100), forbid(16, 107)]
    assert unseating(small_market(), RULES, both) == Unseating(1, (both[1],))


def test_lifting_the_pins_that_unseat_gives_every_guaranteed_seat_back(
    reserve_rule: ReserveRule,
) -> None:
    seen = 0
    for seed in range(20):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        rows, edges = market.graduate_of_edge(), market.posting
        pins = [
            forbid(int(market.graduates[rows[at]]), int(market.postings[edges[at]]))
            for at in range(0, market.n_edges, 2)
        ]
        short = sum(one.short for one in certificate(market, rules))
        around = solved(market, rules, PlanRule.FAIR, pins)
        found = unseating(market, rules, pins)
        kept = [pin for pin in pins if pin not in found.pins]

        # A pin may also unseat the higher class for the lower: then as many sit as before.
        assert found.people >= len(around.uncovered) - short
        assert (found.people > 0) == bool(found.pins)
        assert len(solved(market, rules, PlanRule.FAIR, kept).uncovered) == short
        seen += found.people
    assert seen
