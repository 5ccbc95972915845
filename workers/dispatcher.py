"""The dispatcher (派发进程): waits for a nudge, at most a second, and sends what is due.

`python -m workers.dispatcher` is what `yangguang up` starts; on many hosts any number may run.
"""

import logging
import signal
import sys
import threading
from collections.abc import Mapping

import redis
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from matcher.db.engine import SessionFactory
from matcher.kinds import JobQueue
from matcher.services.job_sweep import RESEND_SECONDS
from matcher.services.jobs import NUDGE_KEY
from workers.app import app
from workers.broker import broker_client
from workers.dispatch import Send, sender, sweep_once
from workers.leases import resend_seconds
from workers.logs import set_up_logging

POLL_SECONDS = 1.0
"""Without a nudge a job waits at most this long."""

_log = logging.getLogger(__name__)


class Dispatcher:
    """Looks for due jobs until it is told to stop."""

    def __init__(
        self,
        factory: SessionFactory,
        send: Send,
        broker: redis.Redis,
        resend_seconds: Mapping[JobQueue, float] = RESEND_SECONDS,
    ) -> None:
        self._factory = factory
        self._resend_seconds = resend_seconds
        self._send = send
        self._broker = broker
        self._over = threading.Event()
        self._away: str | None = None

    def stop(self) -> None:
        """End `run` after the present look."""
        self._over.set()

    def run(self) -> None:
        """Look, wait for a nudge or a second, look again."""
        while not self._over.is_set():
            try:
                if not sweep_once(self._factory, self._send, resend_seconds=self._resend_seconds):
                    self._wait()
                self._note_away(None)
            except (OperationalError, redis.RedisError):
                self._note_away("broker")
                self._over.wait(POLL_SECONDS)
            except SQLAlchemyError:
                self._note_away("database")
                self._over.wait(POLL_SECONDS)

    def _wait(self) -> None:
        """Wait for a nudge; those that came together are answered together."""
        if self._broker.blpop([NUDGE_KEY], timeout=POLL_SECONDS) is not None:
            self._broker.delete(NUDGE_KEY)

    def _note_away(self, what: str | None) -> None:
        """Log the going of a server and the coming back once each."""
        if what != self._away:
            _log.warning("server away, jobs wait" if what else "servers back", extra={"what": what})
        self._away = what


def main() -> int:
    """Dispatch until SIGTERM or SIGINT."""
    set_up_logging()
    dispatcher = Dispatcher(
        app.open_factory(),
        sender(app),
        broker_client(app.settings),
        resend_seconds(app.settings),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: dispatcher.stop())
    dispatcher.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
