"""Supervising the programs of one machine: start in order, start again what ends, stop in order.

Of five ways tried (runtime.md §5.3) this one alone leaves nothing behind when it is killed, waits for
readiness and stops in order. Each program leads a process group of its own, so that the terminal's
Ctrl-C reaches only the supervisor, and asks the kernel to end with it (Linux).
"""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from workers.units import Unit

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 10.0
_SETTLED_S = 30.0
"""Who ran this long is started again at once; who ends sooner waits twice as long each time."""

_LOG_LIMIT_BYTES = 20_000_000
"""One older file of each log is kept: at most 40 MB a program."""
_LOG_LOOK_S = 600

_log = logging.getLogger(__name__)


def _in_child() -> None:
    """Run in the child between fork and exec: a group of its own, and an end with the supervisor."""
    os.setpgid(0, 0)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Watched:
    """One program being kept alive."""

    def __init__(self, unit: Unit, logs: Path, environment: Mapping[str, str]) -> None:
        self.unit = unit
        self.log_path = logs / f"{unit.name}.log"
        self._environment = environment
        self._running: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._since = 0.0
        self._closing = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Number of the running program, if it runs."""
        running = self._running
        return running.pid if running is not None and running.returncode is None else None

    async def start(self) -> None:
        """Start the program and wait until it is ready or its time is up; keep it alive from now on."""
        await self._spawn()
        self._watching = asyncio.create_task(self._watch())
        if self.unit.ready is not None:
            try:
                await self.unit.ready()
            except TimeoutError:
                _log.error("not ready", extra={"unit": self.unit.name, "see": str(self.log_path)})
                raise
        _log.info("started", extra={"unit": self.unit.name, "pid": self.pid})

    async def stop(self) -> None:
        """Ask the program to end, and end its whole group if it takes too long."""
        self._closing.set()
        running = self._running
        if running is not None and running.returncode is None:
            running.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(running.wait(), self.unit.stop_seconds)
            except TimeoutError:
                _log.warning("killed", extra={"unit": self.unit.name})
        self._end_group()
        if running is not None:
            await running.wait()
        if self._watching is not None:
            self._watching.cancel()

    def trim_log(self) -> None:
        """Keep the log below its limit: copy it aside and empty it (programs append to it)."""
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT_BYTES:
            aside = self.log_path.with_suffix(".log.1")
            aside.write_bytes(self.log_path.read_bytes())
            aside.chmod(0o600)
            os.truncate(self.log_path, 0)

    async def _spawn(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        output = os.open(self.log_path, flags, 0o600)
        try:
            self._running = await asyncio.create_subprocess_exec(
                *self.unit.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                preexec_fn=_in_child,
            )
        finally:
            os.close(output)
        self._since = time.monotonic()

    async def _watch(self) -> None:
        """Start the program again whenever it ends, until it is to stop."""
        pause = _FIRST_PAUSE_S
        while True:
            code = await self._running.wait() if self._running is not None else None
            if self._closing.is_set():
                return
            self._end_group()
            settled = time.monotonic() - self._since > _SETTLED_S
            pause = _FIRST_PAUSE_S if settled else min(pause * 2, _LONGEST_PAUSE_S)
            _log.warning(
                "ended, starting again",
                extra={"unit": self.unit.name, "code": code, "in_seconds": pause},
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)
                return
            try:
                await self._spawn()
            except OSError as error:  # no memory, no file handles: they come back
                self._running = None
                _log.warning("not started", extra={"unit": self.unit.name, "errno": error.errno})

    def _end_group(self) -> None:
        """End what a program left of its group: a killed worker's children, for one."""
        if self._running is not None:
            try:
                os.killpg(self._running.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


class Supervisor:
    """Keeps a list of programs alive.

    Parameters
    ----------
    logs : folder of the programs' output, one file each
    environment : what the programs see as environment
    """

    def __init__(self, units: list[Unit], *, logs: Path, environment: Mapping[str, str]) -> None:
        self.watched = [Watched(unit, logs, environment) for unit in units]
        self._over = asyncio.Event()

    def stop(self) -> None:
        """Make `run` end."""
        self._over.set()

    async def start(self) -> None:
        """Start all programs, one after the other; a stop in between ends the starting."""
        for watched in self.watched:
            starting = asyncio.create_task(watched.start())
            stopping = asyncio.create_task(self._over.wait())
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if self._over.is_set():
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                return
            starting.result()

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._over.is_set()

    async def wait(self) -> None:
        """Wait until a stop is asked for; meanwhile keep the logs small."""
        while not self._over.is_set():
            try:
                await asyncio.wait_for(self._over.wait(), _LOG_LOOK_S)
            except TimeoutError:
                for watched in self.watched:
                    watched.trim_log()

    async def close(self) -> None:
        """Stop all programs: who asks before who answers, those of one stage together."""
        for stage in sorted({watched.unit.stage for watched in self.watched}, reverse=True):
            ending = [watched for watched in self.watched if watched.unit.stage == stage]
            await asyncio.gather(*(watched.stop() for watched in ending))
