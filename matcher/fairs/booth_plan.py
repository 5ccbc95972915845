"""The computed plan of booths (展位方案): trades together, crowds apart, what was set by hand left alone.

First everybody gets a booth, trade after trade along the rows, several booths side by side; then booths are
exchanged as long as any exchange makes the plan cheaper (`booth_costs`), the best one first. That starts from a few
orders of trades and keeps the cheapest end. No chance is in it: the same fair gives the same plan, whatever order
the employers come in.

Notes
-----
The end is a plan no single exchange improves, not proven the best of all: that is out of reach at 300 booths
(quadratic assignment). On floors small enough to try every plan the tests hold it against the best one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.fairs.booth_costs import EMPTY, Ints, Layout, Price, Tables, Unit, tables
from matcher.fairs.booth_runs import Run, find_runs, windows
from matcher.fairs.booth_start import TradeOrder, first_layout
from matcher.fairs.floor import Spot, Walks

Bools = NDArray[np.bool_]

_MOST_ROUNDS = 50
"""Rounds of stretches and single booths in turn; three or four are usual."""

MOST_SWAPS = 20
"""Exchanges a booth and round. Each makes the plan cheaper, so there is an end without it; with it there is one
whatever the prices say."""


@dataclass(frozen=True)
class BoothPlan:
    """Who gets which booth: keys of units by place of the booth, None for an empty one."""

    holders: tuple[int | None, ...]
    unplaced: tuple[int, ...]
    """Keys of units that got none: too few booths, or not so many side by side."""
    price: Price


@dataclass(frozen=True)
class Floor:
    """The floor a plan is computed for: booths, steps between them, and those that stay as they are.

    Parameters
    ----------
    fixed : key of the unit, None for kept empty, by place of the booth
    """

    spots: tuple[Spot, ...]
    walks: Walks
    fixed: Mapping[int, int | None]


def plan_booths(floor: Floor, units: Sequence[Unit]) -> BoothPlan:
    """Give booths to all units there is room for, trades together and crowds apart."""
    ordered = sorted(units, key=lambda unit: unit.key)
    known = tables(floor.walks, ordered)
    runs = find_runs(floor.spots, floor.walks)
    ends = [_improved(floor, known, ordered, runs, order) for order in TradeOrder]
    return min(ends, key=lambda plan: (len(plan.unplaced), plan.price.total))


def price_of(floor: Floor, units: Sequence[Unit], holders: Sequence[int | None]) -> Price:
    """Return what a plan made by anybody costs, for comparing."""
    number = {unit.key: i for i, unit in enumerate(units)}
    held = np.array([EMPTY if key is None else number[key] for key in holders], dtype=np.int64)
    return Layout(tables(floor.walks, units), held).price()


def _improved(
    floor: Floor, known: Tables, units: Sequence[Unit], runs: Sequence[Run], order: TradeOrder
) -> BoothPlan:
    held, pinned, unplaced = first_layout(floor.fixed, units, runs, order)
    layout = Layout(known, held)
    movable = np.ones(len(held), dtype=bool)
    movable[sorted(pinned)] = False
    sizes = np.bincount(held[held != EMPTY], minlength=len(units))
    for _ in range(_MOST_ROUNDS):
        _swap_singles(layout, movable, sizes)
        if not _move_stretches(layout, movable, sizes, runs):
            break
    keys = tuple(None if unit == EMPTY else units[unit].key for unit in layout.held.tolist())
    return BoothPlan(keys, unplaced, layout.price())


def _swap_singles(layout: Layout, movable: Bools, sizes: Ints) -> None:
    """Exchange two booths as long as it helps, the best exchange first; a stretch is left whole."""
    whole = np.append(sizes, 1)[layout.held] > 1
    barred = ~movable | whole
    n = len(layout.held)
    for _ in range(MOST_SWAPS * n):
        changes = layout.changes()
        changes[barred, :] = 0
        changes[:, barred] = 0
        one, other = divmod(int(changes.argmin()), n)
        if changes[one, other] >= 0:
            return
        layout.put((one, other), (int(layout.held[other]), int(layout.held[one])))


def _move_stretches(layout: Layout, movable: Bools, sizes: Ints, runs: Sequence[Run]) -> bool:
    """Exchange each stretch of several booths with the best other of its length, once each."""
    moved = False
    for unit in np.flatnonzero(sizes > 1).tolist():
        own = _stretch_of(layout, unit, runs)
        if own is None or not movable[list(own)].all():
            continue
        best = min(
            (
                (layout.change(*_exchange(layout, own, other)), other)
                for other in windows(runs, len(own))
                if not set(other) & set(own) and _is_whole(layout, movable, sizes, other)
            ),
            default=(0, own),
        )
        if best[0] < 0:
            layout.put(*_exchange(layout, own, best[1]))
            moved = True
    return moved


def _stretch_of(layout: Layout, unit: int, runs: Sequence[Run]) -> Run | None:
    """Return the booths of a unit in the order they stand in their row, None if they are in several."""
    own = set(np.flatnonzero(layout.held == unit).tolist())
    for run in runs:
        inside = tuple(booth for booth in run if booth in own)
        if len(inside) == len(own):
            return inside
    return None


def _exchange(layout: Layout, own: Run, other: Run) -> tuple[Run, tuple[int, ...]]:
    units = [int(layout.held[booth]) for booth in (*other, *own)]
    return (*own, *other), tuple(units)


def _is_whole(layout: Layout, movable: Bools, sizes: Ints, booths: Run) -> bool:
    """Say whether a stretch may be exchanged: nothing fixed, and no other stretch cut in two."""
    if not movable[list(booths)].all():
        return False
    inside = layout.held[list(booths)].tolist()
    return all(unit == EMPTY or inside.count(unit) == sizes[unit] for unit in inside)
