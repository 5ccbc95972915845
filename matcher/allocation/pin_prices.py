"""What pins cost (指定的代价): what a plan gains without one of them, and which of them unseat somebody guaranteed.

The price of a pin is exact: the market is solved again around all other pins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.coverage import covered
from matcher.allocation.market import Market
from matcher.allocation.pins import Pin, pinned, solved
from matcher.allocation.prices import Prices, prices
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds.plans import PlanRule


@dataclass(frozen=True, slots=True)
class PinPrice:
    """What one pin costs: the plan with all pins, and with all but this one.

    Parameters
    ----------
    moved : how many people sit elsewhere without it, or have a seat in one of the two plans only
    """

    pin: Pin
    with_it: Prices
    without_it: Prices
    moved: int

    @property
    def seats(self) -> int:
        """How many more people would have a seat without the pin; below zero if it seats more."""
        return self.without_it.total.seated - self.with_it.total.seated

    def seats_from(self, least_class: int) -> int:
        """How many more people of a class and above would have a seat without the pin."""
        pairs = zip(self.without_it.by_class, self.with_it.by_class, strict=True)
        return sum(other.seated - one.seated for other, one in list(pairs)[least_class:])


def pin_prices(
    market: Market,
    rules: PlanRules,
    rule: PlanRule,
    pins: Sequence[Pin],
    look: Callable[[], None] = lambda: None,
) -> tuple[PinPrice, ...]:
    """Price each pin by solving the market without it.

    Parameters
    ----------
    look : called before each; raises to give up

    Raises
    ------
    InvalidInputError
        The pins cannot all be kept.
    """
    kept = solved(market, rules, rule, pins)
    with_it = prices(market, rules, kept)
    found = []
    for number, pin in enumerate(pins):
        look()
        other = solved(market, rules, rule, [*pins[:number], *pins[number + 1 :]])
        elsewhere = kept.posting_row(market) != other.posting_row(market)
        without_it = prices(market, rules, other)
        found.append(PinPrice(pin, with_it, without_it, int(elsewhere.sum())))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Unseating:
    """Guaranteed people who have no seat because of pins, and not because seats are too few.

    Parameters
    ----------
    people : how many, at the least class of which that is most
    pins : lifting these, and no fewer, gives back all that could be seated at once
    """

    people: int
    pins: tuple[Pin, ...]


def unseating(
    market: Market, rules: PlanRules, pins: Sequence[Pin], look: Callable[[], None] = lambda: None
) -> Unseating:
    """Say which pins keep guaranteed people from a seat: taken up one after the other, those that first lose one.

    Parameters
    ----------
    look : called before each; raises to give up
    """
    most = _seated(market, rules, ())
    lost = int((most - _seated(market, rules, pins)).max())
    if not lost:
        return Unseating(0, ())
    kept: list[Pin] = []
    blamed: list[Pin] = []
    for pin in pins:
        look()
        costs = (_seated(market, rules, [*kept, pin]) < most).any()
        (blamed if costs else kept).append(pin)
    return Unseating(lost, tuple(blamed))


def _seated(market: Market, rules: PlanRules, pins: Sequence[Pin]) -> NDArray[np.int64]:
    """Count by class who of it and the guaranteed above can be seated at once around pins."""
    counts = np.zeros(HIGHEST_CLASS + 1, dtype=np.int64)
    left = market
    if pins:
        around = pinned(market, rules, pins)
        left = around.market
        counts += _counted(market.classes[(around.edge >= 0) & rules.guaranteed(market.classes)])
    everybody = left.classes[rules.guaranteed(left.classes)]
    without = left.classes[covered(left, rules).uncovered]
    counts += _counted(everybody) - _counted(without)
    return counts[::-1].cumsum()


def _counted(classes: NDArray[np.int8]) -> NDArray[np.int64]:
    return np.bincount(classes, minlength=HIGHEST_CLASS + 1).astype(np.int64)
