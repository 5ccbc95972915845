"""What the pins of a plan cost (指定的代价), as figures: every pin, by rule what was worked out, and whom it unseats.

One solution a pin and rule: on a large market with many pins that is left out, and said so (null).
"""

from collections.abc import Callable
from typing import Any

from matcher.allocation.pin_prices import PinPrice, pin_prices, unseating
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds.plans import PlanRule
from matcher.services.plans.folders import PlanInput

MOST_WORK = {PlanRule.FAIR: 120_000_000, PlanRule.MOST: 12_000_000}
"""Pins times pairs up to which the costs are worked out by a rule: about half a minute."""


def pin_costs(given: PlanInput, look: Callable[[], None]) -> list[dict[str, Any]]:
    """Return every pin a plan is solved around with its cost by rule, null where it is not worked out.

    Parameters
    ----------
    look : called between solutions; raises to give up
    """
    market, rules, pins = given.market, given.parameters.rules, given.pins
    told: dict[PlanRule, list[dict[str, int]]] = {}
    for rule in PlanRule:
        if pins and len(pins) * market.n_edges <= MOST_WORK[rule]:
            found = pin_prices(market, rules, rule, pins, look)
            told[rule] = [_figures(price, rules) for price in found]
    return [
        {
            "graduate_id": pin.graduate,
            "posting_id": pin.posting,
            "kind": pin.kind.value,
            **{rule.value: told[rule][number] if rule in told else None for rule in PlanRule},
        }
        for number, pin in enumerate(pins)
    ]


def _figures(price: PinPrice, rules: PlanRules) -> dict[str, int]:
    least = rules.guarantee_class
    return {
        "seats": price.seats,
        "guaranteed": 0 if least is None else price.seats_from(least),
        "zero_employment": price.seats_from(HIGHEST_CLASS),
        "moved": price.moved,
    }


def unseated_by_pins(given: PlanInput, look: Callable[[], None]) -> dict[str, Any]:
    """Return how many guaranteed people have no seat because of pins, and which pins do it.

    The numbers count from 0 among the pins; null where there are too many to be tried.
    """
    pins, market = given.pins, given.market
    if not pins:
        return {"by_pins": 0, "pins": []}
    if len(pins) * market.n_edges > MOST_WORK[PlanRule.FAIR]:
        return {"by_pins": None, "pins": None}
    found = unseating(market, given.parameters.rules, pins, look)
    return {"by_pins": found.people, "pins": [pins.index(pin) for pin in found.pins]}
