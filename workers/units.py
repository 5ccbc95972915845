"""The programs `yangguang up` runs, in the order of their start, each with how to know it is ready.

On many hosts the same commands stand in systemd units, one a program.
"""

import asyncio
import http.client
import sys
import urllib.parse
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from matcher.kinds import JobQueue
from matcher.settings import Settings
from workers import broker

WEB_APP = "web.app:create_app()"
CELERY_APP = "workers.app"

_BROKER_READY_S = 15
_WEB_READY_S = 180
"""Flask, its extensions and the catalogues load in seconds; a minute was seen on a busy machine."""

_WEB_PROCESSES, _WEB_THREADS = 2, 4
"""Two processes of four threads answered best of what was tried on two cores (runtime.md §4)."""

_LIVE_CHILDREN = 1
"""Changes are followed one after the other; a second child would only wait for the first's locks."""

_NEVER_REPLACED = ("--max-tasks-per-child", str(2**30), "--max-memory-per-child", "0")
"""The live child keeps the state of its drives: a new one would make it anew, seconds of a million people. What it
maps of a snapshot counts as its own memory, so the limit of other children would replace it after every change."""


@dataclass(frozen=True)
class Unit:
    """One program: its command, when it is ready, how long it may take to stop.

    `stage` orders the stop: the web (2) ends before what works for it (1), the broker (0) last.
    """

    name: str
    argv: list[str]
    stop_seconds: float
    stage: int = 1
    ready: Callable[[], Awaitable[None]] | None = None


def units_of(
    settings: Settings, *, web_app: str = WEB_APP, celery_app: str = CELERY_APP
) -> list[Unit]:
    """List the programs: broker (unless outside), workers, beat, dispatcher, web."""
    units = []
    if settings.embedded_broker:
        units.append(
            Unit(
                "broker",
                broker.embedded_broker_argv(settings),
                stop_seconds=10,
                stage=0,
                ready=lambda: _broker_ready(settings),
            )
        )
    units += [
        _worker(celery_app, (JobQueue.LIVE,), _LIVE_CHILDREN, *_NEVER_REPLACED),
        _worker(celery_app, (JobQueue.BATCH, JobQueue.RANKING), settings.batch_workers),
        Unit("beat", _beat_argv(celery_app, settings), stop_seconds=10),
        Unit("dispatcher", [sys.executable, "-m", "workers.dispatcher"], stop_seconds=10),
        Unit(
            "web",
            _web_argv(settings, web_app),
            stop_seconds=25,
            stage=2,
            ready=lambda: _web_ready(settings),
        ),
    ]
    return units


def address_of(settings: Settings) -> str:
    """Return the address people open."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared
    return f"http://{host}:{settings.port}"


def _worker(celery_app: str, queues: Sequence[JobQueue], n_children: int, *more: str) -> Unit:
    """Return a worker, named after the first of the queues it takes from in turn."""
    name = queues[0].value
    argv = [
        *(sys.executable, "-m", "celery", "-A", celery_app, "worker"),
        *("--pool", "prefork", "-c", str(n_children), "-Q", ",".join(queues)),
        *("-n", f"{name}@%h", "-l", "INFO"),
        # Workers need not know of one another: the job table tells who has what.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        *more,
    ]
    return Unit(f"worker-{name}", argv, stop_seconds=30)


def _beat_argv(celery_app: str, settings: Settings) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-A", celery_app, "beat", "-l", "INFO"),
        *("-s", str(settings.data / "beat"), "--pidfile="),
    ]


def _web_argv(settings: Settings, web_app: str) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "--no-control-socket", "-k", "gthread"),
        *("-w", str(_WEB_PROCESSES), "--threads", str(_WEB_THREADS)),
        *("--graceful-timeout", "20", "-b", f"{settings.host}:{settings.port}", web_app),
    ]


async def _broker_ready(settings: Settings) -> None:
    await _until(lambda: broker.answers(settings), _BROKER_READY_S)


async def _web_ready(settings: Settings) -> None:
    address = urllib.parse.urlsplit(address_of(settings))
    await _until(lambda: _healthy(address.hostname or "", address.port or 80), _WEB_READY_S)


async def _until(check: Callable[[], bool], seconds: float) -> None:
    """Ask until the answer is yes; raises TimeoutError when the time is up."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(check):
            await asyncio.sleep(0.05)


def _healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
