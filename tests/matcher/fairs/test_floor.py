"""The floor: steps between booths are those of somebody who walks them."""

import numpy as np
from hypothesis import given

from matcher.fairs.floor import STEPS_BETWEEN_HALLS, Hall, Spot, measure
from matcher.kinds.booth_plans import HallMark
from tests.matcher.fairs.floors import halls_with_spots
from tests.oracles.booths import beside, grid_of, steps_between, walk


@given(halls_with_spots())
def test_steps_are_those_of_the_shortest_way_on_foot(
    drawn: tuple[tuple[Hall, ...], tuple[Spot, ...]],
) -> None:
    halls, spots = drawn
    walks = measure(halls, spots)

    for i, one in enumerate(spots):
        for j, other in enumerate(spots):
            if one.hall != other.hall:
                over = walks.from_door[i] + walks.from_door[j] + STEPS_BETWEEN_HALLS
                assert walks.between[i, j] == over
                continue
            hall = halls[one.hall - 1]
            ends = (one.column, one.row), (other.column, other.row)
            way = steps_between(grid_of(hall, spots), *ends)
            apart = abs(one.column - other.column) + abs(one.row - other.row)
            expected = 0 if i == j else apart if way is None else way
            assert walks.between[i, j] == expected


@given(halls_with_spots())
def test_the_door_is_the_nearest_entrance_on_foot(
    drawn: tuple[tuple[Hall, ...], tuple[Spot, ...]],
) -> None:
    halls, spots = drawn
    walks = measure(halls, spots)

    for i, spot in enumerate(spots):
        hall = halls[spot.hall - 1]
        grid = grid_of(hall, spots)
        doors = hall.cells(HallMark.ENTRANCE) or [(hall.n_columns // 2, hall.n_rows - 1)]
        free = [cell for cell in doors if grid[cell] == "free"]
        way = walk(grid, free, set(beside(grid, (spot.column, spot.row))))
        apart = min(abs(c - spot.column) + abs(r - spot.row) for c, r in doors)
        assert walks.from_door[i] == (apart if way is None else way)


def test_booths_back_to_back_are_as_far_as_the_way_around_them() -> None:
    hall = Hall(1, 5, 4, (((0, 3), HallMark.ENTRANCE),))
    spots = [Spot(1, c, r) for r in (1, 2) for c in (1, 2, 3)]

    walks = measure([hall], spots)

    assert walks.between[0, 1] == 1
    assert walks.between[1, 4] == 7
    assert np.array_equal(walks.between, walks.between.T)
    assert walks.from_door.tolist() == [2, 5, 6, 1, 2, 3]


def test_an_empty_floor_has_no_distances() -> None:
    walks = measure([Hall(1, 3, 3)], [])

    assert walks.between.shape == (0, 0)
    assert walks.from_door.shape == (0,)
