"""Warming up reaches every kernel, so that the first plan somebody waits for compiles nothing."""

import sys

from numba.core.dispatcher import Dispatcher

from matcher.allocation.coverage import Links, covered
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.gains import gain
from matcher.allocation.hall import certificate
from matcher.allocation.objections import objections
from matcher.allocation.warm import warm_plans
from tests.factories.allocation import RESERVE_RULES, random_market, rules_of


def compiled_forms() -> dict[str, int]:
    """How many forms of each kernel are compiled in this process."""
    modules = [
        module
        for name, module in sys.modules.items()
        if name.startswith("matcher.allocation.kernels")
    ]
    kernels = {
        f"{value.py_func.__module__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }
    return {name: len(kernel.signatures) for name, kernel in kernels.items()}


def test_after_warming_up_no_market_has_anything_compiled() -> None:
    warm_plans()
    before = compiled_forms()

    for seed in range(8):
        market, rules = random_market(seed), rules_of(seed, RESERVE_RULES[seed % 4])
        objections(market, rules, fair_plan(market, rules))
        certificate(market, rules)
        links = Links(market.graduate_of_edge(), market.posting)
        gain(market, rules, links, extra_seats=market.seats, standing=covered(market, rules))

    assert compiled_forms() == before
