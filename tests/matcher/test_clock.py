"""Rules of the clock."""

import datetime as dt

import pytest

from matcher import clock


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (dt.datetime(2026, 7, 1, 15, 59, tzinfo=dt.UTC), dt.date(2026, 7, 1)),
        (dt.datetime(2026, 7, 1, 16, 0, tzinfo=dt.UTC), dt.date(2026, 7, 2)),
    ],
)
def test_the_day_changes_at_midnight_in_china(
    instant: dt.datetime, day: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)

    assert clock.today() == day


def test_an_instant_is_shown_on_chinas_clock() -> None:
    shown = clock.in_china(dt.datetime(2026, 7, 1, 16, 30, tzinfo=dt.UTC))

    assert (shown.day, shown.hour, shown.minute) == (2, 0, 30)
