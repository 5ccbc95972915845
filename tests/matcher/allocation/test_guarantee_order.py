"""The order of the guarantee: who is left over comes last of all it competes with, and what decided is what decided."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matcher.allocation.acceptance import accepted
from matcher.allocation.coverage import covered
from matcher.allocation.guarantee_order import GuaranteeOrder
from matcher.allocation.market import Market
from matcher.allocation.pins import Pin, solved
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.reasons import Reasons
from matcher.allocation.rules import PlanRules
from matcher.kinds.plan_reasons import Ahead, NoSeat
from matcher.kinds.plans import PinKind, PlanRule
from tests.factories.allocation import RESERVE_RULES, market_with, solve, without_edges

N_MARKETS = 160


def left_over() -> Iterator[tuple[Market, PlanRules, PlanResult, int]]:
    """Everybody left over in some markets."""
    for seed in range(N_MARKETS):
        _, market, rules, result, _ = solve(seed, RESERVE_RULES[seed % 4])
        for row in result.uncovered.tolist():
            yield market, rules, result, row


def test_who_is_left_over_comes_after_everybody_sure_of_a_seat_it_could_have() -> None:
    n_met = 0
    for market, rules, result, row in left_over():
        order = covered(market, rules, accepted(market, rules)).order.tolist()
        for other in GuaranteeOrder(market, rules, result).circuit(row).tolist():
            n_met += 1
            assert order.index(other) < order.index(row)
    assert n_met > N_MARKETS // 2


def test_the_last_of_them_could_give_its_seat_to_the_person_and_nobody_else_would_lose_one() -> (
    None
):
    met: set[Ahead] = set()
    for market, rules, result, row in left_over():
        told = GuaranteeOrder(market, rules, result).left_over(row)
        if told is None or result.fallback is None:
            continue
        met.add(told.ahead)
        sure = set(np.flatnonzero(result.fallback >= 0).tolist())
        instead = sure - {int(np.searchsorted(market.graduates, told.last))} | {row}
        theirs = without_edges(market, np.isin(market.graduate_of_edge(), sorted(instead)))
        assert not instead & set(covered(theirs, rules).uncovered.tolist())
    assert met == set(Ahead)


def test_where_the_lot_decided_the_other_lot_would_have_given_the_seat_to_the_other() -> None:
    n_met = 0
    for market, rules, result, row in left_over():
        told = GuaranteeOrder(market, rules, result).left_over(row)
        if told is None or told.ahead is not Ahead.LOT:
            continue
        last = int(np.searchsorted(market.graduates, told.last))
        lottery = market.lottery.copy()
        lottery[[row, last]] = lottery[[last, row]]
        swapped = covered(replace(market, lottery=lottery), rules, accepted(market, rules))
        assert row not in swapped.uncovered
        assert last in swapped.uncovered
        n_met += 1
    assert n_met


def two_and_one_seat(classes: list[int], lots: list[int]) -> tuple[Market, PlanResult]:
    """Two guaranteed people, one seat: the second has the better key."""
    market = market_with(
        classes, np.array(lots), [[1, 0, 0]],
        np.array([0, 1]), np.array([0, 0]), np.array([9, 9]), np.array([1, 30]),
    )  # fmt: skip
    return market, solved(market, PlanRules(guarantee_class=1), PlanRule.FAIR)


def test_each_line_of_a_person_left_over_names_by_what_others_came_first() -> None:
    higher, first_step = two_and_one_seat([5, 1], [0, 1]), two_and_one_seat([5, 5], [0, 1])
    for (market, result), ahead, sits in (
        (higher, Ahead.HIGHER_CLASS, 0),
        (first_step, Ahead.FIRST_STEP, 1),
    ):
        ids = market.graduates.tolist()
        told = Reasons(market, PlanRules(guarantee_class=1), result).of(ids[1 - sits])
        assert told is not None
        line = told.better[0]
        assert (line.why, line.ahead) == (NoSeat.GUARANTEE_ORDER, ahead)
        assert line.for_guarantee == (ids[sits],)
        assert line.own_key is not None
        assert (line.cutoff_key or 0) > line.own_key or ahead is Ahead.HIGHER_CLASS
        assert told.left_over is not None
        assert (told.left_over.others, told.left_over.last) == (1, ids[sits])


def test_who_is_left_over_for_pins_alone_is_told_of_the_pins() -> None:
    market = market_with(
        [0, 5], np.array([0, 1]), [[1, 0, 0], [1, 0, 0]],
        np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([9, 9, 3]), np.array([1, 30, 5]),
    )  # fmt: skip
    (low, sure), (one, other) = market.graduates.tolist(), market.postings.tolist()
    pins = [Pin(PinKind.PIN, low, one), Pin(PinKind.FORBID, sure, other)]
    result = solved(market, PlanRules(), PlanRule.FAIR, pins)

    told = Reasons(market, PlanRules(), result, pinned=[low], forbidden=[(sure, other)]).of(sure)

    assert told is not None
    assert [line.why for line in told.better] == [NoSeat.PINNED, NoSeat.FORBIDDEN]
    assert told.left_over is None
