"""The only place that asks for the time: instants in UTC, dates in China (北京时间)."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def _by_the_machine() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


_source: Callable[[], dt.datetime] = _by_the_machine


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return _source()


def today() -> dt.date:
    """Return today's date in China; deadlines count from it."""
    return now().astimezone(CHINA).date()


def in_china(instant: dt.datetime) -> dt.datetime:
    """Return an aware instant on China's clock, for showing."""
    return instant.astimezone(CHINA)


class Hands:
    """The hands of a clock that stands until they are moved, always forward."""

    def __init__(self, instant: dt.datetime) -> None:
        self.instant = instant

    def read(self) -> dt.datetime:
        """Return where the hands stand."""
        return self.instant

    def move_to(self, instant: dt.datetime) -> None:
        """Move the clock on."""
        if instant < self.instant:
            raise ValueError("the clock does not go back")
        self.instant = instant


@contextmanager
def set_by_hand(instant: dt.datetime) -> Iterator[Hands]:
    """Let this process live in a time of its own, for a simulated drive; nothing that serves people does."""
    global _source
    hands, before = Hands(instant), _source
    _source = hands.read
    try:
        yield hands
    finally:
        _source = before
