"""The background programs a verb needs: those that run already, or started for as long as it works; and the wait."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading
from matcher.errors import ConfigurationError
from matcher.kinds import RunState
from matcher.settings import Settings

_UP_LOCK = "up.lock"
"""Held by `yangguang up` while it runs (workers/up.py)."""

_STOP_S = 90
_READY = "READY "
_POLL_S = 0.2
_OVER = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


def is_up(settings: Settings) -> bool:
    """Say whether `yangguang up` runs on this data folder."""
    path = settings.data / _UP_LOCK
    if not path.exists():
        return False
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextlib.contextmanager
def running_workers(settings: Settings) -> Iterator[None]:
    """See that workers run; with an outside broker they are the operator's business."""
    if settings.redis_url is not None or is_up(settings):
        yield
        return
    process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-m", "matcher.cli", "up", "--port", str(_free_port(settings))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "YANGGUANG_DATA": str(settings.data)},
        start_new_session=True,
    )
    try:
        _await_ready(process, settings)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_S)


def _await_ready(process: subprocess.Popen[str], settings: Settings) -> None:
    for line in process.stdout or ():
        if line.startswith(_READY):
            return
    raise ConfigurationError(
        "workers_not_started", f"后台服务没有启动成功，请查看 {settings.data / 'logs'}。"
    )


def _free_port(settings: Settings) -> int:
    with socket.socket() as probe:
        probe.bind((settings.host, 0))
        port: int = probe.getsockname()[1]
    return port


class Progressing(Protocol):
    """How far some background work is."""

    @property
    def state(self) -> RunState:
        """Whether it waits, runs or is over."""

    @property
    def done(self) -> int:
        """Steps done."""

    @property
    def total(self) -> int:
        """Steps in all, 0 while nobody knows."""


def wait_shown(
    factory: SessionFactory, name: str, ask: Callable[[Session], Progressing]
) -> RunState:
    """Wait until background work is over, with its progress on standard error; return how it ended."""
    columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(name, total=None)
        while True:
            with reading(factory) as session:
                progress = ask(session)
            shown.update(task, completed=progress.done, total=progress.total or None)
            if progress.state in _OVER:
                return progress.state
            time.sleep(_POLL_S)  # the work goes on in other processes; nobody tells this one
