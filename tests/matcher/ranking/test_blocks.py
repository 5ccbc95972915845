"""Blocks of graduates: the same at their edges, no eligible pair lost, no pair of the list below the floor."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds import ListSide, PriorityMode
from matcher.ranking.engine import rank_postings
from matcher.ranking.kernels.blocks import SIZE
from matcher.ranking.kernels.columns import SMALL, WIDE, Graduates
from matcher.ranking.kernels.points import Points, pay_points
from matcher.ranking.kernels.records import GRADUATE, POSTING, graduate_records
from matcher.ranking.kernels.shortlist import (
    _CERTAIN,
    Tally,
    grid_of,
    new_buckets,
    new_floor,
    new_found,
    raise_floor,
    sort_by_upper,
)
from matcher.ranking.parameters import DriveParameters, PartPoints
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.tables import GraduateTable
from tests.factories.ranking import KEY, seeded_world, toy_compiler
from tests.oracles import ranking_numpy

Bounds = list[int]
bounds = st.lists(
    st.one_of(st.integers(0, 90_000), st.integers(_CERTAIN, _CERTAIN + 90_000)), max_size=300
)


@pytest.mark.parametrize("n_graduates", [SIZE - 1, SIZE, SIZE + 1, 2 * SIZE + 3])
@pytest.mark.parametrize("mode", [PriorityMode.EQUAL_CONDITIONS, PriorityMode.BAND])
def test_lists_are_the_same_at_the_edges_of_blocks(n_graduates: int, mode: PriorityMode) -> None:
    graduates, postings = seeded_world(n_graduates, 3, n_graduates)
    graduates = [replace(one, places=(), majors=graduates[0].majors[:1]) for one in graduates]
    everybody = "bachelor/any:=yes;college/any:=yes"
    postings[0] = replace(postings[0], requirement=everybody, education_min=None)
    snapshot = build_snapshot(
        graduates,
        postings,
        DriveParameters(ordinary_mode=mode),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
    )
    for length in (1, 7, n_graduates + 1):
        ranked = rank_postings(snapshot, range(3), ListSide.POSTING_ORDINARY, length=length)
        for row in range(3):
            _, keys = ranking_numpy.keys_of_posting(snapshot, row, ListSide.POSTING_ORDINARY)
            filled = min(length, len(keys))
            assert ranked.eligible[row] == len(keys)
            assert ranked.keys[row, :filled].tolist() == keys[:filled].tolist()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 2 * _CERTAIN), max_size=60), st.integers(1, 9))
def test_the_floor_is_the_worst_of_the_best_sure_levels(levels: Bounds, length: int) -> None:
    floor, tally = new_floor(length), Tally(0, 0, 0)
    for number, level in enumerate(levels, 1):
        tally = raise_floor(floor, tally, level)
        best = sorted(levels[:number], reverse=True)[:length]
        assert tally.noted == number
        assert tally.worst == (best[-1] if len(best) == length else 0)


def test_without_a_floor_every_pair_is_wanted() -> None:
    tally = raise_floor(new_floor(0), Tally(4, 0, 0), 70_000)

    assert tuple(tally) == (5, 0, 0)


@settings(max_examples=200, deadline=None)
@given(bounds, st.integers(1, 20))
def test_bounds_are_sorted_but_for_differences_below_the_width(uppers: Bounds, length: int) -> None:
    n, found = len(uppers), new_found(300)
    found.upper[:n] = uppers
    width = sort_by_upper(found, n, length, new_buckets())
    turns = found.turn[:n]
    assert sorted(turns.tolist()) == list(range(n))
    if n > length:
        later = np.maximum.accumulate(found.upper[turns][::-1])[::-1]
        assert np.all(later - found.upper[turns] < width)
        grid = grid_of(found, n)
        assert grid.certain_from + grid.n_certain <= max(2, n)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(-1, 2**31 - 1),
    st.integers(-1, 2**31 - 1),
    st.integers(0, 32_767),
    st.integers(1, 32_767),
)
def test_pay_points_are_those_of_whole_numbers(
    wanted: int, offered: int, most: int, step: int
) -> None:
    graduate, posting = np.zeros(1, dtype=GRADUATE)[0], np.zeros(1, dtype=POSTING)[0]
    graduate["wanted_pay"], posting["pay_high"] = wanted, offered
    points = Points.of(PartPoints(pay=most, pay_step_yuan=step))
    short = max(0, wanted - offered) // step
    assert pay_points(graduate, posting, points) == (0 if offered < 0 else max(0, most - short))


def test_columns_hold_every_field_that_is_compared() -> None:
    names = {"certificates", "lottery", *WIDE, *SMALL}

    assert names == set(GRADUATE.names or ())
    table = GraduateTable.empty(2)
    table.wanted_pay[:], table.education[:] = (3_000, 4_000), (2, 3)
    columns = Graduates.of(graduate_records(table, np.arange(2)), np.zeros((2, 4), dtype=np.uint64))
    assert columns.wide[WIDE.index("wanted_pay")].tolist() == [3_000, 4_000]
    assert columns.small[SMALL.index("education")].tolist() == [2, 3]


def test_tables_begin_with_a_cache_line() -> None:
    table = GraduateTable.empty(5)

    assert {column.ctypes.data % 64 for column in table.arrays().values()} == {0}
    assert not any(column.any() for column in table.arrays().values())
