"""A broker that can be stopped, a sweep in the test's hands, and workers that end with the test."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matcher.db.engine import SessionFactory
from matcher.kinds import JobQueue
from matcher.settings import Settings
from tests.support.broker import start_broker
from tests.workers import running
from workers.app import make_app
from workers.dispatch import sender, sweep_once

Sweep = Callable[[], int]


class OwnBroker:
    """The embedded broker of a test's data folder."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.socket.parent
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, with the messages it had."""
        self._server = start_broker(self._folder)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it by a signal and wait for its end."""
        assert self._server is not None
        self._server.send_signal(number)
        self._server.wait(10)


@pytest.fixture
def own_broker(settings: Settings) -> Iterator[OwnBroker]:
    """Give a broker at the place where the settings expect the embedded one."""
    broker = OwnBroker(settings)
    yield broker
    broker.stop(signal.SIGKILL)
    if settings.socket.parent != settings.data:
        shutil.rmtree(settings.socket.parent)


@pytest.fixture
def sweep(settings: Settings, session_factory: SessionFactory) -> Iterator[Sweep]:
    """Give one look of the dispatcher, with quick resending."""
    app = make_app(settings)
    send = sender(app)
    quick = dict.fromkeys(JobQueue, 1.0)
    yield lambda: sweep_once(session_factory, send, resend_seconds=quick)
    app.pool.force_close_all()
    app.close()


@pytest.fixture
def new_worker(
    tmp_path: Path, settings: Settings
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Give what starts workers; all of them are ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(running.start_worker(tmp_path / "worker.log"))
        return started[-1]

    yield start
    for worker in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)
