"""A clock that shows noon in China: what is fixed or shown by the hour holds at whatever hour the tests are run."""

import datetime as dt

import pytest

from matcher import clock

TODAY = clock.today()
"""The day the tests are read; who reckons with it outside of a test lets its tests live `on_the_day_read`."""


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test begin at noon of today; the clock goes on from there."""
    _begin_at_noon(clock.today(), monkeypatch)


@pytest.fixture
def on_the_day_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test begin at noon of `TODAY` though midnight went by since; the clock goes on from there."""
    _begin_at_noon(TODAY, monkeypatch)


def _begin_at_noon(day: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    away = dt.datetime.combine(day, dt.time(12), tzinfo=clock.CHINA) - clock.now()
    shown = clock._source
    monkeypatch.setattr(clock, "_source", lambda: shown() + away)
