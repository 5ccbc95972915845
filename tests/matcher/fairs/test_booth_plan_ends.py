"""Computing a plan of booths comes to an end on any floor, at any crowd, and even if the prices were wrong."""

import random
from unittest import mock

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.fairs import booth_plan
from matcher.fairs.booth_costs import EMPTY, Ints, Layout, Unit
from matcher.fairs.booth_plan import Floor, plan_booths, price_of
from matcher.fairs.floor import Hall, Spot, measure
from tests.matcher.fairs.floors import Case, cases


@settings(max_examples=40)
@given(cases(most=8), st.integers(0, 2**32))
def test_it_ends_and_is_a_plan_whatever_the_prices_say(case: Case, seed: int) -> None:
    dice = np.random.default_rng(seed)

    def wrong(layout: Layout) -> Ints:
        n = len(layout.held)
        found: Ints = dice.integers(-5, 2, (n, n))
        return found

    def wrong_one(_layout: Layout, _booths: object, _units: object) -> int:
        return int(dice.integers(-5, 2))

    with (
        mock.patch.object(Layout, "changes", wrong),
        mock.patch.object(Layout, "change", wrong_one),
    ):
        plan = plan_booths(case.floor, case.units)

    held = [key for key in plan.holders if key is not None]
    for unit in case.units:
        if unit.key not in plan.unplaced:
            assert held.count(unit.key) == unit.n_booths
    for booth, key in case.floor.fixed.items():
        assert plan.holders[booth] == key


@settings(max_examples=60)
@given(cases(), st.sampled_from([0, 1, 10**3, 26_000, 10**6]))
@example(Case((), Floor((), measure((), ()), {}), ()), 26_000)
def test_every_exchange_makes_the_plan_cheaper_at_any_size_of_the_crowd(
    case: Case, size: int
) -> None:
    units = tuple(Unit(one.key, one.trade, one.n_booths, one.line * size) for one in case.units)
    put, prices = Layout.put, []

    def watched(layout: Layout, booths: object, holders: object) -> None:
        before = layout.price().total
        put(layout, booths, holders)  # type: ignore[arg-type] # as they came
        prices.append(layout.price().total - before)

    with mock.patch.object(Layout, "put", watched):
        plan = plan_booths(case.floor, units)

    assert all(change < 0 for change in prices)
    assert plan.price == price_of(case.floor, sorted(units, key=lambda one: one.key), plan.holders)


def test_a_full_hall_ends_far_before_the_bound() -> None:
    hall = Hall(1, 34, 30)
    spots = tuple(Spot(1, c, r) for r in range(0, 30, 3) for c in range(2, 32))
    dice = random.Random(7)
    units = [Unit(n, dice.choice("ACEGI"), 1, dice.randrange(1, 40)) for n in range(len(spots))]
    put, made = Layout.put, []

    def watched(layout: Layout, booths: object, holders: object) -> None:
        made.append(id(layout))
        put(layout, booths, holders)  # type: ignore[arg-type] # as they came

    with mock.patch.object(Layout, "put", watched):
        plan = plan_booths(Floor(spots, measure((hall,), spots), {}), units)

    assert plan.unplaced == ()
    assert EMPTY not in plan.holders
    assert max(made.count(one) for one in set(made)) < booth_plan.MOST_SWAPS * len(spots) / 5
