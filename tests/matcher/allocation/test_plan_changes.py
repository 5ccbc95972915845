"""Rules of what changes from plan to plan: everybody whose posting is another one, with the reason that holds."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.market import Market
from matcher.allocation.pins import solved
from matcher.allocation.plan_changes import Change, plan_changes
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import ChangeReason, PlanRule, SeatChange, UnfilledReserve
from tests.factories.allocation import market_with, random_market
from tests.matcher.allocation.test_pins import seats_of, small_market

RULES = PlanRules(guarantee_class=None)


def changes(market: Market, last: dict[int, int], rules: PlanRules = RULES) -> dict[int, Change]:
    result = solved(market, rules, PlanRule.FAIR)
    return {one.graduate: one for one in plan_changes(market, result, last)}


def one_seat(*fits: int, classes: tuple[int, ...] = (), seats: int = 1) -> Market:
    """People 10, 13, … who all may sit at 100, with these points of fit."""
    n = len(fits)
    return market_with(
        classes=np.asarray(classes or (0,) * n),
        lottery=np.arange(n),
        seats=np.asarray([[seats, 0, 0]]),
        graduate=np.arange(n),
        posting=np.zeros(n, dtype=np.int64),
        wish=np.ones(n, dtype=np.int64),
        fit=np.asarray(fits),
    )


@pytest.mark.parametrize("rule", list(PlanRule))
def test_nothing_changes_if_everybody_sits_where_it_sat(rule: PlanRule) -> None:
    for seed in range(20):
        market = random_market(seed)
        result = solved(market, RULES, rule)

        assert plan_changes(market, result, seats_of(market, result)) == ()


def test_who_is_told_is_whoever_sits_elsewhere() -> None:
    for seed in range(20):
        market = random_market(seed)
        result = solved(market, RULES, PlanRule.FAIR)
        now = seats_of(market, result)
        last = seats_of(market, solved(market, RULES, PlanRule.MOST)) | {9999: 1}

        told = {one.graduate for one in plan_changes(market, result, last)}

        assert told == {one for one in now.keys() | last.keys() if now.get(one) != last.get(one)}


def test_who_is_outranked_learns_by_whom() -> None:
    found = changes(one_seat(1, 2), {10: 100})

    assert found[10] == Change(10, SeatChange.LOST, ChangeReason.OUTRANKED, 100, None, (13,))
    assert found[13] == Change(13, SeatChange.GAINED, ChangeReason.TURN_CAME, None, 100)


def test_a_seat_given_up_for_a_guarantee_is_called_so() -> None:
    """By class inside a width of fit 10 goes first; only the guarantee brings 13 in."""
    found = changes(one_seat(2, 1, classes=(0, 5)), {10: 100}, PlanRules())

    assert found[10].reason is ChangeReason.FOR_GUARANTEE
    assert found[13].reason is ChangeReason.GUARANTEED


def test_fewer_seats_and_seats_kept_for_others_are_told_apart() -> None:
    fewer = changes(one_seat(2, 1), {10: 100, 13: 100})
    held = PlanRules(guarantee_class=None, unfilled=UnfilledReserve.HOLD)
    kept = replace(one_seat(2), seats=np.asarray([[0, 1, 0]], dtype=np.int32))

    assert fewer[13].reason is ChangeReason.FEWER_SEATS
    assert changes(kept, {10: 100}, held)[10].reason is ChangeReason.KEPT_FOR_OTHERS


def test_who_left_whose_posting_is_gone_and_who_is_not_eligible_any_more() -> None:
    empty = replace(one_seat(1), seats=np.zeros((1, 3), dtype=np.int32))
    apart = market_with(
        classes=np.asarray([0]),
        lottery=np.arange(1),
        seats=np.asarray([[1, 0, 0], [1, 0, 0]]),
        graduate=np.asarray([0]),
        posting=np.asarray([0]),
        wish=np.asarray([1]),
        fit=np.asarray([1]),
    )

    assert changes(one_seat(1), {77: 100})[77].reason is ChangeReason.LEFT
    assert changes(one_seat(1), {10: 555})[10].reason is ChangeReason.POSTING_GONE
    assert changes(empty, {10: 100})[10].reason is ChangeReason.POSTING_GONE
    moved = changes(apart, {10: 107})[10]
    assert (moved.kind, moved.reason) == (SeatChange.MOVED, ChangeReason.NOT_ELIGIBLE)


def test_a_better_liked_seat_is_no_loss() -> None:
    market = small_market()

    found = changes(market, {16: 100}, PlanRules())[16]

    assert found == Change(16, SeatChange.BETTER, ChangeReason.LIKED_BETTER, 100, 107)


def test_a_plan_for_most_placements_moves_people_to_seat_more() -> None:
    market = one_seat(2, 1)
    result = solved(market, RULES, PlanRule.MOST)
    last = {13: 100}

    assert plan_changes(market, result, last)[-1].reason is ChangeReason.MORE_SEATED
