"""Floors and employers for properties of the plan of booths."""

from dataclasses import dataclass

from hypothesis import strategies as st

from matcher.fairs.booth_costs import Unit
from matcher.fairs.booth_plan import Floor
from matcher.fairs.floor import Hall, Spot, Walks, measure
from matcher.kinds.booth_plans import HallMark


@dataclass(frozen=True)
class Case:
    """A floor with employers that want booths."""

    halls: tuple[Hall, ...]
    floor: Floor
    units: tuple[Unit, ...]

    @property
    def walks(self) -> Walks:
        return self.floor.walks


@st.composite
def halls_with_spots(
    draw: st.DrawFn, *, most: int = 12
) -> tuple[tuple[Hall, ...], tuple[Spot, ...]]:
    """Draw one or two halls with booths and marks anywhere, sensible or not."""
    halls, spots = [], []
    for number in range(1, draw(st.integers(1, 2)) + 1):
        columns, rows = draw(st.integers(1, 7)), draw(st.integers(1, 6))
        cells = [(c, r) for c in range(columns) for r in range(rows)]
        own = draw(st.lists(st.sampled_from(cells), unique=True, max_size=most // 2))
        left = [cell for cell in cells if cell not in own]
        marked = draw(st.lists(st.sampled_from(left), unique=True, max_size=4)) if left else []
        marks = tuple((cell, draw(st.sampled_from(list(HallMark)))) for cell in marked)
        halls.append(Hall(number, columns, rows, marks))
        spots += [Spot(number, c, r) for c, r in own]
    return tuple(halls), tuple(spots)


@st.composite
def cases(draw: st.DrawFn, *, most: int = 12, most_booths: int = 3, fixes: bool = True) -> Case:
    """Draw a floor, employers with lines and trades, and booths that are fixed."""
    halls, spots = draw(halls_with_spots(most=most))
    keys = draw(st.lists(st.integers(1, 99), unique=True, max_size=len(spots) + 2))
    units = tuple(
        Unit(
            key,
            draw(st.sampled_from("CGI")),
            draw(st.integers(1, most_booths)),
            draw(st.integers(0, 60)),
        )
        for key in keys
    )
    fixed: dict[int, int | None] = {}
    if fixes and spots:
        singles = [unit.key for unit in units if unit.n_booths == 1]
        places = draw(st.lists(st.integers(0, len(spots) - 1), unique=True, max_size=2))
        holders = draw(st.lists(st.sampled_from([None, *singles]), min_size=2, max_size=2))
        taken = [key for key in holders if key is not None]
        if len(set(taken)) == len(taken):
            fixed = dict(zip(places, holders, strict=False))
    return Case(halls, Floor(spots, measure(halls, spots), fixed), units)
