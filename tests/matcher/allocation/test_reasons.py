"""Reasons of a plan: what decided is true of the plan, and who gave way is who had the seat before."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.most_plan import most_plan
from matcher.allocation.pins import Pin, solved
from matcher.allocation.reasons import Reasons
from matcher.allocation.rules import PlanRules
from matcher.kinds.plan_reasons import NoSeat
from matcher.kinds.plans import PinKind, PlanRule, SeatedAs
from tests.factories.allocation import RESERVE_RULES, market_with, random_market, solve

N_MARKETS = 60


def test_under_the_fair_plan_a_cutoff_above_the_own_key_or_a_guarantee_decides() -> None:
    met: set[NoSeat] = set()
    for seed in range(N_MARKETS):
        _, market, rules, result, _ = solve(seed, RESERVE_RULES[seed % 4])
        reasons = Reasons(market, rules, result)
        for graduate in market.graduates.tolist():
            told = reasons.of(graduate)
            assert told is not None
            for one in told.better:
                met.add(one.why)
                if one.why is NoSeat.OUTRANKED:
                    assert one.own_key is not None
                    assert one.cutoff_key is not None
                    assert one.own_key < one.cutoff_key, (seed, graduate)
                elif one.why is NoSeat.NOT_OPEN:
                    assert one.heap is None
                elif one.why is NoSeat.GUARANTEE_ORDER:
                    assert graduate in market.graduates[result.uncovered], (seed, graduate)
                else:
                    assert one.why is NoSeat.FOR_GUARANTEE, (seed, graduate)
                    assert one.cutoff_key is None
    assert met == {
        NoSeat.OUTRANKED,
        NoSeat.NOT_OPEN,
        NoSeat.FOR_GUARANTEE,
        NoSeat.GUARANTEE_ORDER,
    }


def test_who_has_no_seat_hears_of_every_posting_and_who_has_one_of_the_better_ones() -> None:
    for seed in range(N_MARKETS):
        _, market, rules, result, _ = solve(seed, RESERVE_RULES[seed % 4])
        reasons = Reasons(market, rules, result)
        for row, graduate in enumerate(market.graduates.tolist()):
            told = reasons.of(graduate, most=100)
            assert told is not None
            first = int(market.pointer[row])
            edge = int(result.edge[row])
            last = edge if edge >= 0 else int(market.pointer[row + 1])
            expected = market.postings[market.posting[first:last]].tolist()
            assert [one.posting for one in told.better] == expected
            assert (told.seat is None) == (edge < 0)


def test_the_cutoff_of_a_full_group_is_at_or_below_the_key_of_who_won_a_seat_in_it() -> None:
    for seed in range(N_MARKETS):
        _, market, rules, result, _ = solve(seed, RESERVE_RULES[seed % 4])
        reasons = Reasons(market, rules, result)
        for row in np.flatnonzero(result.edge >= 0).tolist():
            told = reasons.of(int(market.graduates[row]))
            assert told is not None
            assert told.seat is not None
            is_won = told.seat.kind is not SeatedAs.FALLBACK
            sure = result.fallback is not None and result.fallback[row] == result.edge[row]
            if is_won and not sure and told.seat.cutoff_key is not None:
                assert told.seat.cutoff_key <= told.seat.own_key


def test_who_moved_for_a_fallback_seat_had_one_there_before_and_names_who_came() -> None:
    # Both like the first posting; the guaranteed one has but this, and would come second.
    market = market_with(
        [5, 0], np.array([0, 1]), [[1, 0, 0], [1, 0, 0]],
        np.array([0, 1, 1]), np.array([0, 0, 1]),
        np.array([9, 9, 3]), np.array([1, 30, 5]),
    )  # fmt: skip
    result = solved(market, PlanRules(), PlanRule.FAIR)
    reasons = Reasons(market, PlanRules(), result)
    sure, other = market.graduates.tolist()

    came, moved = reasons.of(sure), reasons.of(other)

    assert came is not None
    assert came.seat is not None
    assert came.seat.kind is SeatedAs.FALLBACK
    assert came.seat.came == (sure,)
    assert came.seat.moved == ((other, int(market.postings[1])),)
    assert moved is not None
    assert moved.seat is not None
    assert moved.gave_up == market.postings[0]
    assert moved.made_way_for == (sure,)
    assert [one.why for one in moved.better] == [NoSeat.FOR_GUARANTEE]
    assert moved.better[0].for_guarantee == (sure,)


def test_who_ends_without_a_seat_for_a_fallback_seat_is_told_what_it_gave_up() -> None:
    # As above, but the other has nowhere else to go.
    market = market_with(
        [5, 0], np.array([0, 1]), [[1, 0, 0]],
        np.array([0, 1]), np.array([0, 0]), np.array([9, 9]), np.array([1, 30]),
    )  # fmt: skip
    result = solved(market, PlanRules(), PlanRule.FAIR)
    sure, other = market.graduates.tolist()
    reasons = Reasons(market, PlanRules(), result)

    came, lost = reasons.of(sure), reasons.of(other)

    assert lost is not None
    assert (lost.seat, lost.gave_up, lost.made_way_for) == (None, int(market.postings[0]), (sure,))
    assert came is not None
    assert came.seat is not None
    assert came.seat.moved == ((other, None),)


def test_the_most_placements_plan_says_when_a_seat_went_past_somebody() -> None:
    met = set()
    for seed in range(N_MARKETS):
        market = random_market(seed)
        result = most_plan(market, PlanRules())
        reasons = Reasons(market, PlanRules(), result)
        for graduate in market.graduates.tolist():
            told = reasons.of(graduate)
            assert told is not None
            met |= {one.why for one in told.better}
            assert told.gave_up is None
            assert told.left_over is None
    assert met == {NoSeat.OUTRANKED, NoSeat.MORE_SEATED, NoSeat.NOT_OPEN}


@pytest.mark.parametrize("rule", PlanRule)
def test_pins_are_named_as_what_decided(rule: PlanRule) -> None:
    market = market_with(
        [0, 0], np.array([0, 1]), [[1, 0, 0]],
        np.array([0, 1]), np.array([0, 0]), np.array([9, 9]), np.array([1, 30]),
    )  # fmt: skip
    low, high = market.graduates.tolist()
    posting = int(market.postings[0])
    fixed = solved(market, PlanRules(), rule, [Pin(PinKind.PIN, low, posting)])
    told = Reasons(market, PlanRules(), fixed, pinned=[low]).of(high)
    assert told is not None
    assert [one.why for one in told.better] == [NoSeat.PINNED]

    none = solved(market, PlanRules(), rule, [Pin(PinKind.FORBID, high, posting)])
    told = Reasons(market, PlanRules(), none, forbidden=[(high, posting)]).of(high)
    assert told is not None
    assert [one.why for one in told.better] == [NoSeat.FORBIDDEN]


def test_nobody_outside_the_market_has_reasons() -> None:
    market = random_market(3)
    result = replace(most_plan(market, PlanRules()))
    assert Reasons(market, PlanRules(), result).of(999_999) is None


def test_cutoffs_of_a_list_are_those_of_each_person_and_a_full_seat_is_never_said_to_be_free() -> (
    None
):
    met = set()
    for seed in range(N_MARKETS):
        _, market, rules, result, _ = solve(seed, RESERVE_RULES[seed % 4])
        reasons, seated = Reasons(market, rules, result), np.flatnonzero(result.edge >= 0)
        for row, cutoff, is_full in zip(
            seated, *(part.tolist() for part in reasons.cutoffs(seated)), strict=True
        ):
            told = reasons.of(int(market.graduates[row]))
            assert told is not None
            assert told.seat is not None
            assert (told.seat.cutoff_key, told.seat.is_full) == (
                None if cutoff < 0 else cutoff,
                is_full,
            )
            met.add((is_full, cutoff < 0))
    assert met == {(True, False), (True, True), (False, True)}
