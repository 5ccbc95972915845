"""A first plan of booths: trade after trade along the rows, stretches before single booths, fixed ones untouched."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from matcher.fairs.booth_costs import EMPTY, Ints, Unit
from matcher.fairs.booth_runs import Run, windows


class TradeOrder(StrEnum):
    """In which order trades follow one another along the rows."""

    BY_NAME = "by_name"
    CROWDED_LAST = "crowded_last"
    IN_TURN = "in_turn"
    """The most crowded beside the least crowded."""


def first_layout(
    fixed: Mapping[int, int | None], units: Sequence[Unit], runs: Sequence[Run], order: TradeOrder
) -> tuple[Ints, frozenset[int], tuple[int, ...]]:
    """Return who holds which booth, the booths that stay, and the keys of units without a booth.

    A unit some of whose booths are fixed gets the others beside them if it can; all of its booths stay then.
    """
    start = _Start(fixed, units, runs)
    start.join_fixed()
    trades = trades_in_order(units, order)
    begins = start.begin_of(trades)
    wanted = [i for i in range(len(units)) if i in start.to_place]
    by_size = sorted(
        wanted, key=lambda i: (-units[i].n_booths, trades.index(units[i].trade), units[i].key)
    )
    left_out = [units[i].key for i in by_size if not start.place(i, begins[units[i].trade])]
    return start.held, frozenset(start.pinned), tuple(sorted([*left_out, *start.left_out]))


def trades_in_order(units: Sequence[Unit], order: TradeOrder) -> list[str]:
    """Return the trades of the units in the order asked for, ties by name."""
    crowd: dict[str, int] = {}
    for unit in units:
        crowd[unit.trade] = crowd.get(unit.trade, 0) + unit.line
    names = sorted(crowd)
    if order is TradeOrder.BY_NAME:
        return names
    rising = sorted(names, key=lambda name: (crowd[name], name))
    if order is TradeOrder.CROWDED_LAST:
        return rising
    half = (len(rising) + 1) // 2
    low, high = rising[:half], rising[half:][::-1]
    turns = [name for pair in zip(low, high, strict=False) for name in pair]
    return turns + low[len(high) :]


class _Start:
    def __init__(
        self, fixed: Mapping[int, int | None], units: Sequence[Unit], runs: Sequence[Run]
    ) -> None:
        self.units, self.runs = units, runs
        walk = [booth for run in runs for booth in run]
        self.place_of = {booth: i for i, booth in enumerate(walk)}
        number = {unit.key: i for i, unit in enumerate(units)}
        self.held: Ints = np.full(len(walk), EMPTY, dtype=np.int64)
        self.pinned = set(fixed)
        for booth, key in fixed.items():
            self.held[booth] = EMPTY if key is None else number.get(key, EMPTY)
        self.taken = set(fixed)
        self.to_place = set(range(len(units))) - set(self.held.tolist())
        self.left_out: list[int] = []

    def join_fixed(self) -> None:
        """Give units with fewer fixed booths than they need the rest, beside those they have."""
        for i in sorted(set(self.held.tolist()) - {EMPTY}):
            own = np.flatnonzero(self.held == i).tolist()
            if len(own) < self.units[i].n_booths and not self._widen(i, own):
                self.left_out.append(self.units[i].key)

    def _widen(self, i: int, own: list[int]) -> bool:
        for window in windows(self.runs, self.units[i].n_booths):
            rest = [booth for booth in window if booth not in own]
            if set(own) <= set(window) and not set(rest) & self.taken:
                self.held[rest] = i
                self.taken |= set(rest)
                self.pinned |= set(rest)
                return True
        return False

    def begin_of(self, trades: Sequence[str]) -> dict[str, int]:
        """Return where along the walk each trade begins, trades taking room by their booths."""
        begins, at = {}, 0
        for trade in trades:
            begins[trade] = at
            at += sum(unit.n_booths for unit in self.units if unit.trade == trade)
        return begins

    def place(self, i: int, begin: int) -> bool:
        """Give a unit the first free stretch from where its trade begins, else the first of all."""
        size = self.units[i].n_booths
        free = [one for one in windows(self.runs, size) if not set(one) & self.taken]
        if not free:
            return False
        chosen = next((one for one in free if self.place_of[one[0]] >= begin), free[0])
        self.held[list(chosen)] = i
        self.taken |= set(chosen)
        return True
