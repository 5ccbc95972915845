"""Rows of booths for an empty hall: every booth can be walked to, nothing drawn is built over, labels are new."""

from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.booth_grid import GridWish, grid_cells, next_labels
from matcher.fairs.floor import Hall, Spot
from matcher.kinds.booth_plans import HallMark
from tests.oracles.booths import beside, grid_of, walk

_WISHES = st.builds(
    GridWish,
    most=st.integers(1, 60),
    aisle=st.integers(1, 3),
    together=st.sampled_from([0, 0, 3, 5]),
    back_to_back=st.booleans(),
)


@given(st.integers(3, 16), st.integers(4, 14), _WISHES)
def test_every_booth_has_a_front_one_can_walk_to(columns: int, rows: int, wish: GridWish) -> None:
    door = (columns // 2, rows - 1)
    hall = Hall(1, columns, rows, ((door, HallMark.ENTRANCE),))

    cells = grid_cells(hall, [], wish)

    spots = [Spot(1, c, r) for c, r in cells]
    grid = grid_of(hall, spots)
    assert all(walk(grid, [door], set(beside(grid, cell))) is not None for cell in cells)
    assert len(set(cells)) == len(cells) <= wish.most
    assert all(0 <= c < columns and 0 <= r < rows for c, r in cells)


def test_two_rows_stand_back_to_back_and_an_aisle_follows() -> None:
    cells = grid_cells(Hall(1, 6, 9), [], GridWish(most=99))

    assert sorted({row for _, row in cells}) == [1, 2, 4, 5, 7]
    assert sorted({column for column, _ in cells}) == [1, 2, 3, 4]
    alone = grid_cells(Hall(1, 6, 9), [], GridWish(most=99, back_to_back=False, aisle=2))
    assert sorted({row for _, row in alone}) == [1, 4, 7]
    gaps = grid_cells(Hall(1, 9, 4), [], GridWish(most=99, together=2))
    assert sorted({column for column, _ in gaps}) == [1, 2, 4, 5, 7]


def test_what_is_drawn_already_stays() -> None:
    hall = Hall(1, 6, 6, (((2, 1), HallMark.PILLAR), ((3, 5), HallMark.ENTRANCE)))

    cells = grid_cells(hall, [(1, 1)], GridWish(most=99))

    assert (2, 1) not in cells
    assert (1, 1) not in cells
    assert not {(2, 4), (3, 4), (4, 4)} & set(cells)


def test_labels_go_on_where_they_end() -> None:
    assert next_labels("A", 2, ["A01", "A09", "B12", "AX3"]) == ["A10", "A11"]
    assert next_labels("B", 1, []) == ["B01"]
    assert next_labels("A", 2, ["A99"]) == ["A100", "A101"]
