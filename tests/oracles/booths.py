"""What a plan of booths costs and how far booths are apart, the slow way: one pair, one step at a time."""

from collections import deque
from collections.abc import Sequence
from itertools import permutations

from matcher.fairs.booth_costs import DOOR_STEPS, Tables, Unit
from matcher.fairs.crowd import NEAR_STEPS
from matcher.fairs.floor import Cell, Hall, Spot, Walks
from matcher.kinds.booth_plans import HallMark

Grid = dict[Cell, str]


def grid_of(hall: Hall, spots: Sequence[Spot]) -> Grid:
    """Return what each cell of a hall is: free, solid or booth."""
    grid = {(c, r): "free" for c in range(hall.n_columns) for r in range(hall.n_rows)}
    for cell, mark in hall.marks:
        if mark in (HallMark.PILLAR, HallMark.STAGE):
            grid[cell] = "solid"
    for spot in spots:
        if spot.hall == hall.number:
            grid[(spot.column, spot.row)] = "booth"
    return grid


def beside(grid: Grid, cell: Cell) -> list[Cell]:
    """Return the free cells that touch a cell."""
    c, r = cell
    around = [(c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)]
    return [one for one in around if grid.get(one) == "free"]


def steps_between(grid: Grid, one: Cell, other: Cell) -> int | None:
    """Return the steps from some front of one booth to some front of another, None if there is no way."""
    ends = set(beside(grid, other))
    return walk(grid, beside(grid, one), ends)


def walk(grid: Grid, starts: Sequence[Cell], ends: set[Cell]) -> int | None:
    """Return the fewest steps from some start to some end over free cells."""
    queue = deque((cell, 0) for cell in starts)
    seen = set(starts)
    while queue:
        cell, n = queue.popleft()
        if cell in ends:
            return n
        for following in beside(grid, cell):
            if following not in seen:
                seen.add(following)
                queue.append((following, n + 1))
    return None


def price(walks: Walks, known: Tables, units: Sequence[Unit], holders: Sequence[int | None]) -> int:
    """Return the price of a plan from its definition; weights are the tables' own."""
    by_key = {unit.key: unit for unit in units}
    held = [by_key.get(key) if key is not None else None for key in holders]
    lines = [-(-unit.line // unit.n_booths) if unit else 0 for unit in held]
    n = len(held)
    crowd = door = trade = 0
    for place in range(n):
        standing = sum(lines[b] for b in range(n) if walks.between[place, b] <= NEAR_STEPS)
        crowd += standing * standing
    for b in range(n):
        door += lines[b] * max(0, DOOR_STEPS - int(walks.from_door[b]))
    names = sorted({unit.trade for unit in units})
    for name, weight in zip(names, known.trade_weight.tolist(), strict=False):
        own = [b for b, unit in enumerate(held) if unit is not None and unit.trade == name]
        trade += weight * sum(int(walks.between[a, b]) for a in own for b in own)
    return known.crowd_weight * crowd + known.door_weight * door + trade


def best_price(walks: Walks, known: Tables, units: Sequence[Unit], n_booths: int) -> int:
    """Return the price of the best plan of all, for units of one booth each."""
    keys: list[int | None] = [unit.key for unit in units]
    keys += [None] * (n_booths - len(keys))
    return min(price(walks, known, units, order) for order in set(permutations(keys)))
