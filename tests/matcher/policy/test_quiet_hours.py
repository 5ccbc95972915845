"""Quiet hours: over midnight, by region and day, and the first moment that is loud."""

import datetime as dt

import pytest

from matcher import clock
from matcher.policy.quiet_hours import QuietHours, first_loud, quiet_hours


def _at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=clock.CHINA)


NIGHT = QuietHours(22, 8)
NOON = QuietHours(12, 14)


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [(NIGHT, {22, 23, *range(8)}), (NOON, {12, 13}), (QuietHours(9, 9), set())],
)
def test_quiet_hours_cover_over_midnight(quiet: QuietHours, hours: set[int]) -> None:
    assert {hour for hour in range(24) if quiet.covers(hour)} == hours


def test_a_message_waits_for_the_first_hour_nobody_wants_quiet() -> None:
    at_night = _at(20, 22, 40)
    at_six = _at(20, 6, 5)

    assert first_loud(at_night, NIGHT) == _at(21, 8)
    assert first_loud(at_six, NIGHT, QuietHours(8, 10)) == _at(20, 10)
    assert first_loud(_at(20, 9, 5), NIGHT) == _at(20, 9, 5)
    assert first_loud(at_six, QuietHours(0, 12), QuietHours(12, 0)) == at_six


def test_the_nation_has_a_night_and_a_day_before_the_data_is_refused() -> None:
    assert quiet_hours("640104", dt.date(2026, 11, 20)) == NIGHT
    assert quiet_hours(None, dt.date(2026, 11, 20)) == NIGHT
    with pytest.raises(LookupError):
        quiet_hours("640104", dt.date(2020, 1, 1))
