"""A clock that shows noon in China: what is fixed or shown by the hour holds at whatever hour the tests are run."""

import datetime as dt

import pytest

from matcher import clock


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test begin at noon of today; the clock goes on from there."""
    begun = clock.now()
    noon = clock.in_china(begun).replace(hour=12, minute=0, second=0, microsecond=0)
    away = noon.astimezone(dt.UTC) - begun
    shown = clock._source
    monkeypatch.setattr(clock, "_source", lambda: shown() + away)
