"""The only place that asks for the time: instants in UTC, dates in China (北京时间)."""

import datetime as dt
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return today's date in China; deadlines count from it."""
    return now().astimezone(CHINA).date()


def in_china(instant: dt.datetime) -> dt.datetime:
    """Return an aware instant on China's clock, for showing."""
    return instant.astimezone(CHINA)
