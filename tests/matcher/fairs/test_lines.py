"""The line a stand must expect: grows with who comes, shrinks with hands, and agrees with a stepwise queue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.lines import (
    ARRIVE_MINUTES,
    TALK_MINUTES,
    expected_line,
    expected_wait,
    interviewers_for,
    share_out,
)

_VISITORS = st.integers(0, 2000)
_HANDS = st.integers(1, 20)


@given(_VISITORS, _HANDS)
def test_the_longest_line_is_that_of_a_queue_filled_and_emptied_minute_by_minute(
    n: int, hands: int
) -> None:
    waiting = longest = 0.0
    steps = 4000
    length = ARRIVE_MINUTES / steps
    for step in range(steps):
        minute = (step + 0.5) * length
        coming = 2 * n / ARRIVE_MINUTES * (1 - minute / ARRIVE_MINUTES)
        waiting = max(0.0, waiting + (coming - hands / TALK_MINUTES) * length)
        longest = max(longest, waiting)

    talking = min(hands, -(-2 * n * TALK_MINUTES // ARRIVE_MINUTES))
    assert expected_line(n, hands) == pytest.approx(longest + talking, abs=1.5)
    assert expected_wait(n, hands) == pytest.approx(
        longest * TALK_MINUTES / hands, abs=1.5 * TALK_MINUTES
    )


@given(_VISITORS, _HANDS)
def test_more_people_never_make_a_shorter_line_nor_more_hands_a_longer_wait(
    n: int, hands: int
) -> None:
    assert expected_line(n + 1, hands) >= expected_line(n, hands)
    assert expected_wait(n, hands + 1) <= expected_wait(n, hands)


@given(_VISITORS, st.sampled_from([5.0, 15.0, 30.0]))
def test_so_many_hands_are_enough_and_one_less_is_not(n: int, most: float) -> None:
    hands = interviewers_for(n, most)

    assert expected_wait(n, hands) <= most
    assert hands == 1 or expected_wait(n, hands - 1) > most


def test_a_stand_nobody_wants_has_no_line() -> None:
    assert expected_line(0, 3) == 0
    assert expected_wait(0, 3) == 0
    assert interviewers_for(0, 30) == 1


@given(st.dictionaries(st.integers(1, 99), st.integers(0, 500), max_size=20), st.integers(0, 30000))
def test_talks_are_shared_out_by_who_fits(fitting: dict[int, int], people: int) -> None:
    shared = share_out(fitting, people)

    assert shared.keys() == fitting.keys()
    if not people:
        assert shared == fitting
        return
    assert all(1 <= n <= people for n in shared.values())
    by_fit = sorted(fitting, key=lambda key: fitting[key])
    assert [shared[key] for key in by_fit] == sorted(shared.values())
    if fitting and max(shared.values()) < people:
        assert 0 <= sum(shared.values()) - 4 * people < len(fitting)
