"""What a plan of booths costs (展位方案的代价): crowds side by side, crowds at the door, trades torn apart.

All in whole numbers, so that the same fair gives the same plan on every machine:

crowd : for each pair of booths, line times line times the places both crowd (places within nine metres of each);
    this is the sum over all places of the squared number standing near it, so one bad corner costs more than two
    half-bad ones
door : line times how much nearer than eighteen metres its booth is to the entrance
trade : steps between booths of the same trade, on average over its pairs, each booth counted alike

It is a quadratic assignment problem (Koopmans and Beckmann, Econometrica 25, 1957) whose flows have rank one and
one for each trade, so that the change by any one swap is known from two running sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.fairs.crowd import NEAR_STEPS
from matcher.fairs.floor import Walks

Ints = NDArray[np.int64]

EMPTY = -1

DOOR_STEPS = 6
"""Eighteen metres before the entrance people stop, look around and ask; no line should stand there."""

_CROWD, _DOOR, _TRADE = 6, 2, 1
"""How much each part weighs, measured by what a random plan costs in it. With these the crowds are spread as far as
without any regard to trades, within a few per cent, and trades still stand closer than listed row by row."""

_SCALE = 10**9


@dataclass(frozen=True)
class Unit:
    """An employer that gets booths: its key, its trade, how many booths, people expected at its worst moment."""

    key: int
    trade: str
    n_booths: int = 1
    line: int = 0

    @property
    def line_each(self) -> int:
        """Return the people before each of its booths."""
        return -(-self.line // self.n_booths)


@dataclass(frozen=True)
class Price:
    """What a plan costs, and the figures people understand."""

    total: int
    crowd: int
    door: int
    trade: int
    most_near: int
    """Most people expected within nine metres of one booth, if all lines were at their longest."""


@dataclass(frozen=True)
class Tables:
    """What the floor and the units make fixed."""

    lines: Ints
    """By unit, and 0 for EMPTY at the end."""
    trades: Ints
    """Number of the trade by unit, and one past the last for EMPTY."""
    near: Ints
    """Places within reach: shape (booths, booths), 0 or 1."""
    both: Ints
    """How many places two booths both crowd."""
    steps: Ints
    door: Ints
    trade_weight: Ints
    crowd_weight: int
    door_weight: int


def tables(walks: Walks, units: Sequence[Unit]) -> Tables:
    """Return the tables of a floor and its units; units are known by their place in the sequence."""
    near = (walks.between <= NEAR_STEPS).astype(np.int64)
    both = near @ near.T
    steps = walks.between.astype(np.int64)
    door = np.maximum(0, DOOR_STEPS - walks.from_door).astype(np.int64)
    lines = np.array([unit.line_each for unit in units] + [0], dtype=np.int64)
    names = sorted({unit.trade for unit in units})
    trades = np.array([names.index(unit.trade) for unit in units] + [len(names)], dtype=np.int64)
    sizes = np.array([unit.n_booths for unit in units] + [0], dtype=np.int64)
    n = max(len(near), 1)
    people = int((lines * sizes).sum())
    return Tables(
        lines=lines,
        trades=trades,
        near=near,
        both=both,
        steps=steps,
        door=door,
        trade_weight=_trade_weights(trades, sizes, int(steps.sum()) // (n * n), len(names)),
        crowd_weight=_weight(_CROWD, people * people * int(both.sum()) // (n * n)),
        door_weight=_weight(_DOOR, people * int(door.sum()) // n),
    )


def _weight(share: int, usual: int) -> int:
    return share * _SCALE // max(usual, 1)


def _trade_weights(trades: Ints, sizes: Ints, mean_steps: int, n_trades: int) -> Ints:
    """Return the weight of each trade's steps so that all trades together weigh their share; 0 for EMPTY."""
    found = np.zeros(n_trades + 1, dtype=np.int64)
    for trade in range(n_trades):
        n = int(sizes[trades == trade].sum())
        found[trade] = _weight(_TRADE, max(mean_steps, 1) * n * int(sizes.sum()))
    return found


class Layout:
    """Who stands where, with running sums that tell what any swap changes.

    Parameters
    ----------
    held : unit number of each booth, EMPTY for none
    """

    def __init__(self, known: Tables, held: Ints) -> None:
        self.known = known
        self.held = held.copy()
        self._lines = known.lines[held]
        self._trades = known.trades[held]
        members = self._trades[:, None] == np.arange(len(known.trade_weight))[None, :]
        self._crowd = known.both @ self._lines
        self._walk = known.steps @ members.astype(np.int64)

    def price(self) -> Price:
        """Return what the layout costs, from the sums of all pairs."""
        known = self.known
        booths = np.arange(len(self.held))
        crowd = known.crowd_weight * int(self._lines @ self._crowd)
        door = known.door_weight * int(known.door @ self._lines)
        own = self._walk[booths, self._trades]
        trade = int((known.trade_weight[self._trades] * own).sum())
        near = known.near @ self._lines
        return Price(crowd + door + trade, crowd, door, trade, int(near.max(initial=0)))

    def changes(self) -> Ints:
        """Return the change of the price for every swap of two booths, shape (booths, booths)."""
        known = self.known
        more = self._lines[None, :] - self._lines[:, None]
        alone = np.diag(known.both)
        shared = alone[:, None] + alone[None, :] - 2 * known.both
        crowd = 2 * more * (self._crowd[:, None] - self._crowd[None, :]) + more * more * shared
        door = more * (known.door[:, None] - known.door[None, :])
        trade = self._trade_changes()
        total: Ints = known.crowd_weight * crowd + known.door_weight * door + trade
        return total

    def _trade_changes(self) -> Ints:
        known = self.known
        own = self._walk[np.arange(len(self.held)), self._trades]
        there = self._walk[:, self._trades].T - own[:, None] - known.steps
        moved = 2 * known.trade_weight[self._trades][:, None] * there
        both: Ints = moved + moved.T
        both[self._trades[:, None] == self._trades[None, :]] = 0
        return both

    def change(self, booths: Sequence[int], units: Sequence[int]) -> int:
        """Return the change of the price if some booths were held by other units."""
        known, at = self.known, np.array(booths)
        then = np.array(units, dtype=np.int64)
        more = known.lines[then] - self._lines[at]
        square = np.ix_(at, at)
        crowd = 2 * int(more @ self._crowd[at]) + int(more @ known.both[square] @ more)
        total = known.crowd_weight * crowd + known.door_weight * int(more @ known.door[at])
        for trade in {*known.trades[then].tolist(), *self._trades[at].tolist()}:
            joins = (known.trades[then] == trade).astype(np.int64) - (self._trades[at] == trade)
            walk = 2 * int(joins @ self._walk[at, trade]) + int(joins @ known.steps[square] @ joins)
            total += int(known.trade_weight[trade]) * walk
        return total

    def put(self, booths: Sequence[int], units: Sequence[int]) -> None:
        """Let other units hold some booths."""
        known = self.known
        for booth, unit in zip(booths, units, strict=True):
            before, after = self._trades[booth], known.trades[unit]
            self._crowd += known.both[:, booth] * (known.lines[unit] - self._lines[booth])
            self._walk[:, before] -= known.steps[:, booth]
            self._walk[:, after] += known.steps[:, booth]
            self.held[booth], self._lines[booth], self._trades[booth] = (
                unit,
                known.lines[unit],
                after,
            )
