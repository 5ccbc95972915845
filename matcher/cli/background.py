"""The background programs a verb needs: those that run already, or started for as long as it works."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

from matcher.errors import ConfigurationError
from matcher.settings import Settings

_UP_LOCK = "up.lock"
"""Held by `yangguang up` while it runs (workers/up.py)."""

_STOP_S = 90
_READY = "READY "


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
