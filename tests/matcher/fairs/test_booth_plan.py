"""The computed plan of booths: sound, the same every time, and cheaper than what it began with."""

import random
from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from matcher.fairs.booth_costs import EMPTY, Layout, Unit, tables
from matcher.fairs.booth_plan import Floor, plan_booths, price_of
from matcher.fairs.booth_runs import find_runs, side_by_side, windows
from matcher.fairs.booth_start import TradeOrder, first_layout, trades_in_order
from matcher.fairs.floor import Hall, Spot, measure
from matcher.kinds.booth_plans import HallMark
from tests.matcher.fairs.floors import Case, cases
from tests.oracles import booths as oracle


@given(cases())
def test_everybody_gets_the_booths_it_asks_for_or_none(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)

    held = Counter(key for key in plan.holders if key is not None)
    for unit in case.units:
        if unit.key not in plan.unplaced:
            assert held[unit.key] == unit.n_booths
        elif unit.key not in case.floor.fixed.values():
            assert held[unit.key] == 0
    assert set(held) <= {unit.key for unit in case.units}


@given(cases())
def test_what_was_fixed_stays(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)

    for booth, key in case.floor.fixed.items():
        assert plan.holders[booth] == key


@given(cases())
def test_several_booths_stand_side_by_side(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)

    for unit in case.units:
        own = [i for i, key in enumerate(plan.holders) if key == unit.key]
        own.sort(key=lambda i: (case.floor.spots[i].column, case.floor.spots[i].row))
        assert all(
            side_by_side(case.floor.spots, case.walks, one, other) for one, other in pairwise(own)
        )


@given(cases(most_booths=1))
def test_nobody_with_one_booth_is_left_out_while_one_is_free(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)

    free = [i for i, key in enumerate(plan.holders) if key is None and i not in case.floor.fixed]
    assert not (free and plan.unplaced)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_employers_changes_nothing(case: Case, dice: random.Random) -> None:
    shuffled = list(case.units)
    dice.shuffle(shuffled)

    assert plan_booths(case.floor, case.units) == plan_booths(case.floor, shuffled)


@given(cases())
def test_the_price_is_that_of_its_definition(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)
    ordered = sorted(case.units, key=lambda unit: unit.key)
    known = tables(case.walks, ordered)

    assert plan.price.total == oracle.price(case.walks, known, ordered, plan.holders)
    assert plan.price == price_of(case.floor, ordered, plan.holders)
    near = case.walks.between <= 3
    lines = {unit.key: unit.line_each for unit in case.units}
    standing = [lines.get(key or 0, 0) for key in plan.holders]
    assert plan.price.most_near == max(
        (int(near[i] @ standing) for i in range(len(standing))), default=0
    )


@st.composite
def layouts(draw: st.DrawFn) -> tuple[Case, list[int]]:
    """Draw a case and any way to hold its booths."""
    case = draw(cases(fixes=False))
    numbers = draw(st.permutations([*range(len(case.units)), *[EMPTY] * len(case.floor.spots)]))
    return case, list(numbers[: len(case.floor.spots)])


@given(layouts(), st.data())
def test_the_change_of_any_exchange_is_the_difference_of_the_prices(
    drawn: tuple[Case, list[int]], data: st.DataObject
) -> None:
    case, held = drawn
    assume(len(held) > 1)
    known = tables(case.walks, case.units)
    layout = Layout(known, np.array(held, dtype=np.int64))
    before = layout.price().total
    changes = layout.changes()

    one, other = data.draw(st.permutations(range(len(held))))[:2]
    swapped = list(held)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    after = Layout(known, np.array(swapped, dtype=np.int64)).price().total
    assert changes[one, other] == after - before

    booths = data.draw(st.lists(st.sampled_from(range(len(held))), unique=True, min_size=1))
    units = data.draw(st.permutations([held[b] for b in booths]))
    assert layout.change(booths, units) == _with(known, held, booths, units) - before
    layout.put(booths, units)
    assert layout.price().total == _with(known, held, booths, units)


def _with(known: object, held: list[int], booths: list[int], units: list[int]) -> int:
    then = list(held)
    for booth, unit in zip(booths, units, strict=True):
        then[booth] = unit
    return Layout(known, np.array(then, dtype=np.int64)).price().total  # type: ignore[arg-type]


@given(cases(most_booths=1))
def test_no_single_exchange_makes_the_plan_cheaper(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)

    movable = [i for i in range(len(plan.holders)) if i not in case.floor.fixed]
    for one in movable:
        for other in movable:
            swapped = list(plan.holders)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            assert price_of(case.floor, case.units, swapped).total >= plan.price.total


@settings(max_examples=60)
@given(cases(most=6, most_booths=1, fixes=False))
def test_on_small_floors_it_is_close_to_the_best_plan_of_all(case: Case) -> None:
    ordered = sorted(case.units, key=lambda unit: unit.key)[: len(case.floor.spots)]
    plan = plan_booths(case.floor, ordered)

    best = oracle.best_price(
        case.walks, tables(case.walks, ordered), ordered, len(case.floor.spots)
    )
    assert best <= plan.price.total <= best * 1.15


def _long_hall(n_rows: int = 4, length: int = 10) -> tuple[Hall, list[Spot]]:
    """Return a hall of rows with an aisle after each, the door at its lower left corner."""
    spots = [Spot(1, c, r) for r in range(1, 2 * n_rows, 2) for c in range(1, length + 1)]
    return Hall(1, length + 2, 2 * n_rows + 1, (((0, 2 * n_rows), HallMark.ENTRANCE),)), spots


def test_the_most_crowded_stand_apart_and_not_at_the_door() -> None:
    hall, spots = _long_hall()
    floor = Floor(tuple(spots), measure([hall], spots), {})
    units = [Unit(i, "C", line=50 if i in (1, 2) else 1) for i in range(1, 41)]

    plan = plan_booths(floor, units)

    one, other = plan.holders.index(1), plan.holders.index(2)
    assert floor.walks.between[one, other] > 6
    assert min(floor.walks.from_door[[one, other]]) >= 6


def test_a_trade_stands_together() -> None:
    hall, spots = _long_hall()
    floor = Floor(tuple(spots), measure([hall], spots), {})
    units = [Unit(i, "CGIJ"[i % 4], line=2) for i in range(40)]

    plan = plan_booths(floor, units)

    trades = [("CGIJ"[key % 4] if key is not None else "") for key in plan.holders]
    own = [
        floor.walks.between[i, j]
        for i in range(40)
        for j in range(40)
        if i != j and trades[i] == trades[j]
    ]
    assert np.mean(own) < 0.6 * floor.walks.between.sum() / (40 * 39)


def test_a_stretch_is_found_beside_the_booth_that_is_fixed() -> None:
    hall, spots = _long_hall(n_rows=1, length=4)
    walks = measure([hall], spots)
    units = [Unit(1, "C", n_booths=2, line=9), Unit(2, "C"), Unit(3, "C")]

    plan = plan_booths(Floor(tuple(spots), walks, {3: 1}), units)

    assert plan.holders[2:] == (1, 1)
    assert plan.unplaced == ()


def test_who_finds_no_stretch_is_named() -> None:
    hall, spots = _long_hall(n_rows=1, length=3)
    walks = measure([hall], spots)
    floor = Floor(tuple(spots), walks, {1: None})

    plan = plan_booths(floor, [Unit(1, "C", n_booths=2), Unit(2, "C")])

    assert plan.unplaced == (1,)
    assert 2 in plan.holders
    beside_a_fixed_one = plan_booths(
        Floor(tuple(spots), walks, {0: 1, 1: None}), [Unit(1, "C", n_booths=2)]
    )
    assert beside_a_fixed_one.unplaced == (1,)
    assert beside_a_fixed_one.holders == (1, None, None)


def test_a_stretch_moves_away_from_a_crowd_it_began_beside() -> None:
    hall, spots = _long_hall(n_rows=3, length=10)
    walks = measure([hall], spots)
    fixed: dict[int, int | None] = {0: 1, 1: 1, 2: 2}
    units = [Unit(1, "C", n_booths=2, line=80), Unit(2, "C", line=80), Unit(3, "C", 2, 80)]

    plan = plan_booths(Floor(tuple(spots), walks, fixed), units)

    own = [i for i, key in enumerate(plan.holders) if key == 3]
    assert min(walks.between[i, j] for i in own for j in (0, 1, 2)) > 3


def test_rows_end_at_aisles_and_backs() -> None:
    spots = [Spot(1, c, r) for r in (1, 2) for c in (1, 2, 4, 5)]
    walks = measure([Hall(1, 7, 4)], spots)

    runs = find_runs(spots, walks)

    assert sorted(sorted(run) for run in runs) == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert len(windows(runs, 2)) == 4
    assert windows(runs, 3) == []


def test_orders_of_trades_are_all_of_them() -> None:
    units = [Unit(1, "C", line=5), Unit(2, "G", line=50), Unit(3, "I", line=20)]

    assert trades_in_order(units, TradeOrder.BY_NAME) == ["C", "G", "I"]
    assert trades_in_order(units, TradeOrder.CROWDED_LAST) == ["C", "I", "G"]
    assert trades_in_order(units, TradeOrder.IN_TURN) == ["C", "G", "I"]
    for order in TradeOrder:
        held, pinned, left_out = first_layout({}, units, [(0, 1), (2,)], order)
        assert sorted(held.tolist()) == [0, 1, 2]
        assert not pinned
        assert not left_out


@example(case=Case((), Floor((), measure([], []), {}), (Unit(1, "C"),)))
@given(cases(most=2))
def test_too_few_booths_leave_somebody_out(case: Case) -> None:
    plan = plan_booths(case.floor, case.units)

    wanted = sum(unit.n_booths for unit in case.units)
    if wanted > len(case.floor.spots):
        assert plan.unplaced
