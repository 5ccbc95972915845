"""Times of an interview day: in a row, never in a break, never past midnight."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.allocation.slot_times import DAY, slot_times


@given(
    st.integers(0, 900),
    st.integers(5, 60),
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 90)), max_size=3),
)
def test_slots_follow_one_another_and_keep_out_of_breaks(
    first: int, length: int, count: int, pauses: list[tuple[int, int]]
) -> None:
    breaks = [(start, start + lasting) for start, lasting in pauses]
    try:
        times = slot_times(first, length, count, breaks)
    except ValueError:
        assert first + length * count + sum(lasting for _, lasting in pauses) + length * 3 > DAY
        return
    assert len(times) == count
    assert times[0][0] >= first
    for begins, ends in times:
        assert ends - begins == length
        assert not any(begins < end and start < ends for start, end in breaks)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(times))


def test_a_slot_begins_when_the_break_is_over() -> None:
    assert slot_times(540, 20, 3, [(570, 600)]) == [(540, 560), (600, 620), (620, 640)]


def test_slots_past_midnight_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        slot_times(1430, 20, 1)
