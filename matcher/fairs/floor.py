"""The floor of a fair: halls (展厅) as grids of cells, and how many steps lie between two booths (展位).

A cell is a standard booth, three metres by three, and a step is from one cell to the next. Visitors walk in free
cells; they stand before a booth in a free cell that touches its edge. What a hall does not draw (which side of a
booth is open) is not guessed: every free cell beside it is its front.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.kinds.booth_plans import HallMark

Cell = tuple[int, int]
"""Column and row, from 0."""

Steps = NDArray[np.int32]
"""Steps between booths, shape (n, n), or to the nearest door, shape (n,)."""

METRES_A_CELL = 3
"""A standard booth (标准展位) is 3 m by 3 m."""

STEPS_BETWEEN_HALLS = 10
"""From one hall's door to another's: thirty metres, since halls are drawn each for itself."""

_BESIDE = ((0, 1), (0, -1), (1, 0), (-1, 0))
_NEVER = -1


@dataclass(frozen=True)
class Hall:
    """A hall: its size in cells, and the cells that are no booth."""

    number: int
    n_columns: int
    n_rows: int
    marks: tuple[tuple[Cell, HallMark], ...] = ()

    def cells(self, *kinds: HallMark) -> list[Cell]:
        """Return the cells marked as one of some kinds, in order."""
        return sorted(cell for cell, mark in self.marks if mark in kinds)


@dataclass(frozen=True)
class Spot:
    """Where a booth stands: number of its hall, column and row."""

    hall: int
    column: int
    row: int


@dataclass(frozen=True)
class Walks:
    """Steps between all booths of a floor, and from each to the nearest entrance."""

    between: Steps
    from_door: Steps


def measure(halls: Sequence[Hall], spots: Sequence[Spot]) -> Walks:
    """Return how far apart all booths are on foot.

    Notes
    -----
    A hall without an entrance is entered at the middle of its lowest row. A booth nobody can walk to (built in from
    all sides) counts by columns and rows, as if the walls were not there: a drawing that is not finished has
    distances all the same.
    """
    n = len(spots)
    between = np.zeros((n, n), dtype=np.int32)
    from_door = np.zeros(n, dtype=np.int32)
    for hall in halls:
        own = [i for i, spot in enumerate(spots) if spot.hall == hall.number]
        if own:
            inside, doors = _measure_hall(hall, [(spots[i].column, spots[i].row) for i in own])
            between[np.ix_(own, own)] = inside
            from_door[own] = doors
    _across_halls(spots, between, from_door)
    return Walks(between, from_door)


def _across_halls(spots: Sequence[Spot], between: Steps, from_door: Steps) -> None:
    """Fill in the ways from hall to hall: out of one door, over, in by the other."""
    halls = np.array([spot.hall for spot in spots], dtype=np.int64)
    others = halls[:, None] != halls[None, :]
    over = from_door[:, None] + from_door[None, :] + STEPS_BETWEEN_HALLS
    between[others] = over[others]


def _measure_hall(hall: Hall, booths: list[Cell]) -> tuple[Steps, Steps]:
    free = np.ones((hall.n_columns, hall.n_rows), dtype=bool)
    for cell in [*booths, *hall.cells(HallMark.PILLAR, HallMark.STAGE)]:
        free[cell] = False
    doors = hall.cells(HallMark.ENTRANCE) or [(hall.n_columns // 2, hall.n_rows - 1)]
    fronts = [_fronts(free, cell) for cell in booths]
    reached = _flood(free, [*fronts, [cell for cell in doors if free[cell]]])
    between = _to_booths(reached[:-1], fronts, booths, [[cell] for cell in booths])
    np.fill_diagonal(between, 0)
    from_door = _to_booths(reached[-1:], fronts, booths, [doors])[0]
    return np.minimum(between, between.T), from_door


def _fronts(free: NDArray[np.bool_], cell: Cell) -> list[Cell]:
    """Return the free cells that touch the edge of a booth."""
    beside = [(cell[0] + dx, cell[1] + dy) for dx, dy in _BESIDE]
    columns, rows = free.shape
    return [one for one in beside if 0 <= one[0] < columns and 0 <= one[1] < rows and free[one]]


def _flood(free: NDArray[np.bool_], starts: Sequence[Sequence[Cell]]) -> NDArray[np.int32]:
    """Return the steps from each group of cells to every free cell, -1 where no way leads; all groups at once."""
    shape = (len(starts), *free.shape)
    steps = np.full(shape, _NEVER, dtype=np.int32)
    edge = np.zeros(shape, dtype=bool)
    for i, cells in enumerate(starts):
        for cell in cells:
            edge[(i, *cell)] = True
    n = 0
    while edge.any():
        steps[edge] = n
        wider = np.zeros(shape, dtype=bool)
        wider[:, 1:] |= edge[:, :-1]
        wider[:, :-1] |= edge[:, 1:]
        wider[:, :, 1:] |= edge[:, :, :-1]
        wider[:, :, :-1] |= edge[:, :, 1:]
        edge = wider & free & (steps == _NEVER)
        n += 1
    return steps


def _to_booths(
    reached: NDArray[np.int32],
    fronts: Sequence[Sequence[Cell]],
    booths: Sequence[Cell],
    origins: Sequence[Sequence[Cell]],
) -> Steps:
    """Return the steps from each origin to the nearest front of each booth, by columns and rows where no way leads."""
    found = np.zeros((len(origins), len(booths)), dtype=np.int32)
    for j, cells in enumerate(fronts):
        ways = reached[:, [c[0] for c in cells], [c[1] for c in cells]]
        ways = np.where(ways == _NEVER, np.iinfo(np.int32).max, ways)
        found[:, j] = ways.min(axis=1, initial=np.iinfo(np.int32).max)
    for i, j in np.argwhere(found == np.iinfo(np.int32).max):
        found[i, j] = min(_apart(cell, booths[j]) for cell in origins[i])
    return found


def _apart(one: Cell, other: Cell) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
