"""How long one waits: by the calls of the day, and by the agreed minutes until there are some."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.queue_waits import LEAST_GAPS, Call, Pace, gaps_of, pace_of, wait_minutes

_START = dt.datetime(2026, 8, 28, 1, tzinfo=dt.UTC)


def _call(taken: float, called: float) -> Call:
    return Call(_START + dt.timedelta(minutes=taken), _START + dt.timedelta(minutes=called))


def test_before_enough_calls_the_agreed_minutes_are_shared_by_those_who_talk() -> None:
    pace = pace_of([1.0] * (LEAST_GAPS - 1), 2, 6)

    assert pace == Pace(3.0, is_measured=False)
    assert wait_minutes(4, pace) == 12


def test_enough_calls_replace_the_agreed_minutes_by_their_median() -> None:
    pace = pace_of([2.0, 2.0, 2.0, 2.0, 90.0], 1, 6)

    assert pace == Pace(2.0, is_measured=True)


def test_time_at_which_nobody_stood_in_line_is_no_gap() -> None:
    calls = [_call(0, 1), _call(0, 4), _call(30, 31), _call(30, 33)]

    assert gaps_of(calls) == [3.0, 2.0]


def test_numbers_called_over_at_once_do_not_promise_a_queue_without_wait() -> None:
    assert pace_of([0.0] * 20, 1, 5) == Pace(5.0, is_measured=False)


@given(st.integers(0, 500), st.floats(0.25, 60), st.booleans())
def test_nobody_waits_less_with_more_people_ahead(n: int, minutes: float, measured: bool) -> None:
    pace = Pace(minutes, measured)

    assert 0 <= wait_minutes(n, pace) <= wait_minutes(n + 1, pace)
    assert wait_minutes(0, pace) == 0
