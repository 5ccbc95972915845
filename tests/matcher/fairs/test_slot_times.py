"""Interview slots of a booth: equal, inside the hours, and never two at a table at the same time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.slot_times import SlotTime, slot_times


@st.composite
def _there(draw: st.DrawFn) -> list[SlotTime]:
    begins = draw(st.integers(480, 700))
    return slot_times(
        begins,
        begins + draw(st.integers(0, 200)),
        minutes=draw(st.integers(5, 45)),
        n_tables=draw(st.integers(1, 3)),
    )


@given(st.integers(480, 700), st.integers(0, 300), st.integers(5, 60), st.integers(1, 4), _there())
def test_slots_lie_inside_the_hours_and_never_meet_at_a_table(
    begins: int, length: int, minutes: int, n_tables: int, taken: list[SlotTime]
) -> None:
    made = slot_times(begins, begins + length, minutes=minutes, n_tables=n_tables, taken=taken)

    everything = [*made, *taken]
    for at, one in enumerate(everything):
        for other in everything[at + 1 :]:
            apart = one.ends <= other.begins or other.ends <= one.begins
            assert apart or one.table_number != other.table_number
    assert all(begins <= one.begins and one.ends <= begins + length for one in made)
    assert all(one.ends - one.begins == minutes for one in made)
    assert taken or len(made) == length // minutes * n_tables


def test_making_the_same_slots_again_makes_none() -> None:
    once = slot_times(540, 720, minutes=20, n_tables=2)

    assert len(once) == 18
    assert slot_times(540, 720, minutes=20, n_tables=2, taken=once) == []


def test_a_slot_without_length_or_table_is_refused() -> None:
    with pytest.raises(ValueError, match="a minute at least"):
        slot_times(540, 720, minutes=0, n_tables=1)
