"""Forecasts of a target's end: from today to everybody, led by the year before and by this year's own count."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.statistics.forecast import Band, Course, forecast, load_assumptions

_PLACED = load_assumptions()["placed"]
_BEFORE = Course([0.25, 0.5, 0.75, 1.0], [0, 20, 60, 100], 200)


@st.composite
def _courses(draw: st.DrawFn) -> Course:
    people = draw(st.integers(1, 300))
    steps = draw(st.lists(st.integers(0, people // 2), min_size=1, max_size=8))
    counts = [min(people, sum(steps[: n + 1])) for n in range(len(steps))]
    passed = draw(st.floats(0.1, 1.0))
    return Course([passed * (n + 1) / len(steps) for n in range(len(steps))], counts, people)


@settings(max_examples=100, deadline=None)
@given(_courses(), st.one_of(st.none(), _courses()), st.sampled_from(sorted(load_assumptions())))
def test_a_band_lies_between_today_and_everybody(
    now: Course, before: Course | None, target: str
) -> None:
    band = forecast(now, before, load_assumptions()[target])

    assert now.counts[-1] <= band.low <= band.middle <= band.high <= now.people


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(1, 40))
def test_more_today_is_never_less_at_the_end(today: int, more: int) -> None:
    def ends(count: int) -> Band:
        return forecast(Course([0.25, 0.5], [count // 3, count], 200), _BEFORE, _PLACED)

    less, greater = ends(today), ends(today + more)

    assert less.low <= greater.low
    assert less.middle <= greater.middle


def test_a_year_like_the_one_before_ends_like_it() -> None:
    band = forecast(Course([0.25, 0.5], [0, 20], 200), _BEFORE, replace(_PLACED, mixed_in=0.0))

    assert band.low < 100 < band.high
    assert abs(band.middle - 100) <= 8
    assert band.basis == "last_drive"


def test_a_year_of_twice_the_pace_ends_higher_but_is_not_believed_at_once() -> None:
    same = forecast(Course([0.5], [20], 200), _BEFORE, _PLACED).middle
    twice = forecast(Course([0.5], [40], 200), _BEFORE, _PLACED).middle

    assert same < twice < 2 * same


def test_without_a_year_before_less_is_known_of_what_is_to_come() -> None:
    now = Course([0.25, 0.5], [0, 10], 200)
    own, known = forecast(now, None, _PLACED), forecast(now, _BEFORE, _PLACED)

    assert own.basis == "own_pace"
    assert _uncertain(own, 10) > _uncertain(known, 10)


def _uncertain(band: Band, today: int) -> float:
    """Return the width of a band against what it expects still to come."""
    return (band.high - band.low) / (band.middle - today)


def test_nothing_is_left_to_come_on_the_last_day_or_when_everybody_came() -> None:
    over = forecast(Course([1.0], [70], 200), _BEFORE, _PLACED)
    complete = forecast(Course([0.4], [200], 200), _BEFORE, _PLACED)

    assert (over.low, over.high) == (70, 70)
    assert (complete.low, complete.high) == (200, 200)


def test_a_city_is_forecast_as_its_size_says() -> None:
    small = forecast(Course([0.5], [100], 1_000), _BEFORE, _PLACED)
    large = forecast(Course([0.5], [2_600], 26_000), _BEFORE, _PLACED)

    assert large.middle / 26_000 == pytest.approx(small.middle / 1_000, abs=0.02)
    assert (large.high - large.low) / 26_000 < (small.high - small.low) / 1_000


def test_a_course_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        Course([0.5, 0.25], [1, 2], 10)
    with pytest.raises(ValueError, match="each point"):
        Course([0.5], [1, 2], 10)


def test_every_assumption_says_where_it_comes_from() -> None:
    for one in load_assumptions().values():
        assert one.source
        assert one.grade in "ABCU"
