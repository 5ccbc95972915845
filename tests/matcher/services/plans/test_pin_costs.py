"""What pins cost: the proof holds whatever is pinned, whom a pin unseats is told, and no pin goes without a word."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.pins import Pin
from matcher.kinds.plans import PinKind, PlanRule
from matcher.services.plans import pin_costs
from matcher.services.plans.certificates import certificate_of
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.parameters import PlanParameters
from matcher.services.plans.solutions import solve
from tests.factories.allocation import market_with

FORBID, PIN = Pin(PinKind.FORBID, 10, 100), Pin(PinKind.PIN, 13, 100)


def given(*pins: Pin) -> PlanInput:
    """10 (class 5) and 13 (class 0) both want the one seat at 100; there is nothing else."""
    market = market_with(
        classes=np.asarray([5, 0]),
        lottery=np.arange(2),
        seats=np.asarray([[1, 0, 0]]),
        graduate=np.asarray([0, 1]),
        posting=np.asarray([0, 0]),
        wish=np.asarray([1, 1]),
        fit=np.asarray([1, 1]),
    )
    return PlanInput(market, np.full(2, -1), pins, PlanParameters())


@pytest.mark.parametrize("pin", [FORBID, PIN])
def test_whoever_a_pin_alone_unseats_is_in_no_proof_and_the_pin_is_named(pin: Pin) -> None:
    found = solve(given(pin))

    assert found.certificate == ()
    assert [row[0] for row in found.fair.summary.uncovered] == [10]
    assert {row[2] for row in found.fair.summary.uncovered + found.most.summary.uncovered} == {None}
    assert found.figures["certificate"] == {"components": 0, "short": 0, "by_pins": 1, "pins": [0]}


def test_the_proof_is_the_same_whatever_is_pinned() -> None:
    whole = given()
    two = replace(whole.market, classes=np.asarray([5, 5], dtype=np.int8))
    found = [certificate_of(replace(whole, market=two, pins=pins)) for pins in ((), (FORBID,))]

    assert found[0] == found[1]
    assert found[0].n_short == 1


def test_what_a_pin_costs_tells_the_guaranteed_and_zero_employment_people_it_unseats() -> None:
    (told,) = solve(given(PIN)).figures["pins"]

    cost = {"seats": 0, "guaranteed": 1, "zero_employment": 1, "moved": 2}
    assert told == {
        "graduate_id": 13, "posting_id": 100, "kind": "pin", "fair": cost, "most": cost,
    }  # fmt: skip


def test_pins_too_many_to_be_priced_are_listed_without_a_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pin_costs, "MOST_WORK", {PlanRule.FAIR: 2, PlanRule.MOST: 1})
    (priced_by_one,) = solve(given(PIN)).figures["pins"]
    monkeypatch.setattr(pin_costs, "MOST_WORK", dict.fromkeys(PlanRule, 1))
    figures = solve(given(PIN)).figures

    assert priced_by_one["fair"]
    assert priced_by_one["most"] is None
    assert figures["pins"] == [{**priced_by_one, "fair": None}]
    assert figures["certificate"]["by_pins"] is None


def test_without_pins_nothing_is_said_of_them() -> None:
    figures = solve(given()).figures

    assert figures["pins"] == []
    assert figures["certificate"] == {"components": 0, "short": 0, "by_pins": 0, "pins": []}
