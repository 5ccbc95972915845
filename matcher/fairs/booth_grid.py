"""Rows of booths for an empty hall (展位排布): where they stand and what they are called.

Booths stand in rows along the hall, two rows back to back, an aisle between every two of them and along the walls,
as exhibition builders put up standard booths. What is drawn already (pillars, entrances, booths) is left alone, and
so are the cells people come in through.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count

from matcher.fairs.floor import Cell, Hall
from matcher.kinds.booth_plans import HallMark


@dataclass(frozen=True)
class GridWish:
    """How a hall is to be filled.

    Parameters
    ----------
    most : booths at most
    aisle : width of aisles in cells of three metres, along the walls one
    together : booths side by side before a passage of one cell, 0 for none
    back_to_back : two rows share a back; else every row has an aisle of its own
    """

    most: int
    aisle: int = 1
    together: int = 0
    back_to_back: bool = True


def grid_cells(hall: Hall, taken: Collection[Cell], wish: GridWish) -> list[Cell]:
    """Return the cells of new booths, row by row."""
    barred = {cell for cell, _ in hall.marks} | set(taken) | _ways_in(hall)
    found = [
        (column, row)
        for row in _rows(hall.n_rows, wish)
        for column in _columns(hall.n_columns, wish)
        if (column, row) not in barred
    ]
    return found[: wish.most]


def _ways_in(hall: Hall) -> set[Cell]:
    """Return the cells around entrances and exits, which stay free."""
    doors = hall.cells(HallMark.ENTRANCE, HallMark.EXIT)
    return {(c + dc, r + dr) for c, r in doors for dc in (-1, 0, 1) for dr in (-1, 0, 1)}


def _rows(n_rows: int, wish: GridWish) -> list[int]:
    deep = 2 if wish.back_to_back else 1
    block = deep + wish.aisle
    return [row for row in range(1, n_rows - 1) if (row - 1) % block < deep]


def _columns(n_columns: int, wish: GridWish) -> list[int]:
    block = wish.together + 1
    return [
        column
        for column in range(1, n_columns - 1)
        if not wish.together or (column - 1) % block < wish.together
    ]


def next_labels(prefix: str, n: int, used: Collection[str]) -> Sequence[str]:
    """Return n labels that nobody has: the letters and numbers of at least two digits, going on where they end."""
    numbers = [
        int(label[len(prefix) :])
        for label in used
        if label.startswith(prefix) and label[len(prefix) :].isdecimal()
    ]
    going_on = count(max(numbers, default=0) + 1)
    return [f"{prefix}{next(going_on):02d}" for _ in range(n)]
