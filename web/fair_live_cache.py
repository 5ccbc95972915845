"""Live figures of fairs, kept for two seconds in each process: a wall, a hall of phones and a desk ask at once.

One thread asks the database, the others wait for its answer; what is kept holds counts and no person.
"""

import datetime as dt
import threading
import time

from flask import current_app
from sqlalchemy.orm import Session

from matcher.services.fair_hall import live
from matcher.services.fair_hall.live import LiveFigures

KEY = "yangguang.fair_live"
"""Where the running application keeps them."""

_SECONDS = 2.0
_MOST = 64
"""Fairs and days kept; one more and all are forgotten, which costs one question each."""


class LiveCache:
    """The newest figures by fair and day."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, dt.date], tuple[float, LiveFigures]] = {}

    def get(self, session: Session, fair_id: int, day: dt.date) -> LiveFigures:
        """Return figures that are two seconds old at most."""
        key = (fair_id, day)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and time.monotonic() - kept[0] < _SECONDS:
                return kept[1]
            found = live.figures(session, fair_id, day)
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (time.monotonic(), found)
            return found


def live_figures(session: Session, fair_id: int, day: dt.date) -> LiveFigures:
    """Return a fair's figures on a day from the running application's memory, or fresh ones."""
    cache: LiveCache = current_app.extensions.setdefault(KEY, LiveCache())
    return cache.get(session, fair_id, day)
