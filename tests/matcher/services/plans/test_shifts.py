"""Why somebody does not keep a proposal: where a person decided by hand, that is said, and not the order."""

import numpy as np
import pytest

from matcher.allocation.pins import Pin, solved
from matcher.kinds.plans import ChangeReason, PinKind, PlanRule, SeatChange
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.parameters import PlanParameters
from matcher.services.plans.shifts import Promise, shifts_of
from tests.factories.allocation import market_with


def shifts(
    last: dict[int, int], *pins: Pin, rule: PlanRule
) -> dict[int, tuple[SeatChange, ChangeReason]]:
    """13 and 10, both of no class, want the one seat at 100, 10 that at 107 as well; 10 goes first at 100."""
    market = market_with(
        classes=np.asarray([0, 0]),
        lottery=np.arange(2),
        seats=np.asarray([[1, 0, 0], [1, 0, 0]]),
        graduate=np.asarray([0, 0, 1]),
        posting=np.asarray([0, 1, 0]),
        wish=np.asarray([9, 1, 9]),
        fit=np.asarray([3, 3, 2]),
    )
    given = PlanInput(market, np.full(2, -1), pins, PlanParameters())
    promises = [
        Promise(person, number, posting) for number, (person, posting) in enumerate(last.items())
    ]
    result = solved(market, given.parameters.rules, rule, pins)
    found = shifts_of(given, result, promises, {})
    return {one.change.graduate: (one.change.kind, one.change.reason) for one in found}


@pytest.mark.parametrize("rule", PlanRule)
def test_a_seat_fixed_for_somebody_else_is_not_said_to_be_lost_by_the_order(rule: PlanRule) -> None:
    fixed = shifts({13: 100}, Pin(PinKind.PIN, 10, 100), rule=rule)

    assert fixed == {13: (SeatChange.LOST, ChangeReason.FIXED_FOR_OTHERS)}


@pytest.mark.parametrize("rule", PlanRule)
def test_whoever_was_fixed_elsewhere_or_ruled_out_moves_by_hand(rule: PlanRule) -> None:
    moved = shifts({10: 100}, Pin(PinKind.PIN, 10, 107), rule=rule)
    ruled_out = shifts({10: 100}, Pin(PinKind.FORBID, 10, 100), rule=rule)

    assert moved == {10: (SeatChange.MOVED, ChangeReason.FIXED)}
    assert ruled_out == {10: (SeatChange.MOVED, ChangeReason.FORBIDDEN)}


def test_without_pins_the_order_decides() -> None:
    assert shifts({13: 100}, rule=PlanRule.FAIR) == {13: (SeatChange.LOST, ChangeReason.OUTRANKED)}
