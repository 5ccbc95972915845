"""The running side of the demo: `yangguang up` as a program of its own, and a ranking run through it."""

import contextlib
import ctypes
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, Self

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConfigurationError, RuleBrokenError
from matcher.kinds import RunState
from matcher.models.ranking_runs import RankingRun
from matcher.services.installation import open_installation
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_runs import current_run, request_run, run_progress
from matcher.services.ranking_snapshots import has_snapshot
from matcher.settings import Settings

Say = Callable[[str], None]

_START_S = 300
"""A cold start on a slow disk, longer than `up` itself waits for its web; the usual one takes a few seconds."""
_STOP_S = 90
_POLL_S = 0.2
_STILL_S = 1800
"""A run is given up when it has come no further for so long; preparing a large snapshot is one such step."""
_READY = "READY "
_PR_SET_PDEATHSIG = 1


def _in_child() -> None:
    """Keep the terminal's Ctrl-C to the demo, which stops the program in order; end with the demo."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port(settings: Settings) -> Settings:
    """Return settings with a port nobody uses, if the usual one is taken."""
    with socket.socket() as probe:
        if probe.connect_ex((settings.host, settings.port)) != 0:
            return settings
        probe.close()
    with socket.socket() as probe:
        probe.bind((settings.host, 0))
        return dataclasses.replace(settings, port=probe.getsockname()[1])


class DemoServer:
    """`yangguang up` on the demo's folder, from ready to stopped."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self._settings = settings
        self._say = say
        self._process: subprocess.Popen[str] | None = None
        self._lines: list[str] = []
        self._is_ready = threading.Event()
        self.address = ""

    def __enter__(self) -> Self:
        """Start it and wait until the web answers."""
        environment = {**os.environ, "YANGGUANG_DATA": str(self._settings.data)}
        command = [sys.executable, "-m", "matcher.cli", "up"]
        command += ["--port", str(self._settings.port), "--host", self._settings.host]
        self._say("正在启动服务……")
        self._process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            preexec_fn=_in_child,
        )
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        try:
            self._is_ready.wait(_START_S)
            if not self.address:
                raise ConfigurationError("demo_not_started", self._last_words())
        except BaseException:
            # Whoever interrupts the start never gets to __exit__.
            self._stop()
            raise
        return self

    def _read(self, output: IO[str]) -> None:
        """Pass over the program's output; note the line that says it is ready, or its end."""
        with output:
            for line in output:
                self._lines = [*self._lines[-20:], line.rstrip()]
                if line.startswith(_READY):
                    self.address = line.removeprefix(_READY).strip()
                    self._is_ready.set()
        self._is_ready.set()

    def _last_words(self) -> str:
        said = "\n".join(self._lines[-5:])
        return f"服务没有启动成功。日志在 {self._settings.data / 'logs'}。\n{said}"

    def wait(self) -> None:
        """Wait until the program ends by itself; a signal's exception ends the waiting."""
        if self._process is not None:
            self._process.wait()

    def __exit__(self, *_: object) -> None:
        """Stop everything that was started."""
        self._stop()

    def _stop(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def rank_and_wait(settings: Settings, drive_id: int, say: Say) -> dict[str, Any]:
    """Rank the drive with the running workers, unless this version has done so; return the run's facts."""
    factory = open_installation(settings)
    try:
        with reading(factory) as session:
            run = current_run(session, drive_id)
        if run is None or not has_snapshot(settings, run):
            with transaction(factory) as session:
                run_id = request_run(session, SYSTEM, drive_id).id
            _wait(factory, run_id, say)
        else:
            run_id = run.id
        with reading(factory) as session:
            return _facts(session.get_one(RankingRun, run_id))
    finally:
        factory.kw["bind"].dispose()


def _wait(factory: SessionFactory, run_id: int, say: Say) -> None:
    """Wait for a run to end, telling how far it is at most once a second; however long, while it gets on."""
    deadline, told_at, reached = time.monotonic() + _STILL_S, 0.0, (0, 0)
    while time.monotonic() < deadline:
        with reading(factory) as session:
            progress = run_progress(session, run_id)
        if (progress.done, progress.total) != reached:
            deadline, reached = time.monotonic() + _STILL_S, (progress.done, progress.total)
        if progress.state is RunState.DONE:
            return
        if progress.state in (RunState.FAILED, RunState.CANCELLED):
            raise RuleBrokenError("demo_run_failed", "排序没有完成，请查看日志。")
        if time.monotonic() - told_at > 1:
            told_at = time.monotonic()
            say(
                f"正在排序：{progress.done:,} / {progress.total:,} 份名单"
                if progress.total
                else "正在准备排序快照……"
            )
        time.sleep(_POLL_S)
    raise RuleBrokenError("demo_run_slow", "排序三十分钟没有进展，请查看日志。")


def _facts(run: RankingRun) -> dict[str, Any]:
    return {
        "number": run.number,
        "state": run.state.value,
        "graduates": run.n_graduates,
        "postings": run.n_postings,
        "snapshot_hash": run.snapshot_hash,
        "result_hash": run.result_hash,
        "figures": run.figures,
    }
