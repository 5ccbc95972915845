"""`yangguang up` as a program: it starts, mends, refuses a second one, and leaves nothing behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from matcher.db.engine import SessionFactory
from matcher.services.installation import open_installation
from matcher.settings import Settings, load_settings
from tests.support.broker import start_broker
from tests.support.postgres import die_with_parent
from tests.workers.running import (
    ROOT,
    START_SECONDS,
    alive,
    ask_effect,
    children_of,
    is_done,
    n_tries,
    processes_of,
    wait_until,
)
from workers.broker import answers, broker_client, clear_left_behind, nudge

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are found, and end with their parent, on Linux only"
)


@dataclass
class RunningUp:
    """One `up` with its data folder."""

    settings: Settings
    program: subprocess.Popen[str]
    address: str
    log: Path


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _start(folder: Path) -> RunningUp:
    """Start `up` on a folder by the environment, and wait until it says it is ready."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "REDIS_URL", "YANGGUANG_KEYS"):
            patch.delenv(name, raising=False)
        patch.setenv("YANGGUANG_DATA", str(folder))
        patch.setenv("YANGGUANG_PORT", str(_free_port()))
        patch.setenv("YANGGUANG_BATCH_WORKERS", "1")
        settings = load_settings()
        program = _spawn(folder / "up.log")
    assert program.stdout is not None
    line = program.stdout.readline()
    log = folder / "up.log"
    assert line.startswith("READY "), log.read_text()
    return RunningUp(settings, program, line.removeprefix("READY ").strip(), log)


def _spawn(log: Path) -> subprocess.Popen[str]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.workers.up_under_test"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def _close(running: RunningUp) -> None:
    """End an `up` as an operator would; it must end well unless it was killed before."""
    if running.program.poll() is None:
        running.program.send_signal(signal.SIGTERM)
        assert running.program.wait(60) == 0
    if running.program.stdout is not None:
        running.program.stdout.close()


@pytest.fixture(scope="module")
def running_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """Give an `up` that several tests look at; none of them ends it."""
    running = _start(tmp_path_factory.mktemp("up") / "data")
    yield running
    _close(running)


@pytest.fixture
def busy_up(tmp_path: Path) -> Iterator[RunningUp]:
    """Give an `up` of the test's own whose worker is in the middle of a long job."""
    running = _start(tmp_path / "data")
    made = open_installation(running.settings)
    ask_effect(made, "long", seconds=300)
    wait_until(lambda: n_tries(made, "long") == 1, START_SECONDS, "the long job began")
    made.kw["bind"].dispose()
    yield running
    _close(running)


@pytest.fixture(scope="module")
def factory(running_up: RunningUp) -> Iterator[SessionFactory]:
    """Give the sessions of the running installation."""
    made = open_installation(running_up.settings)
    yield made
    made.kw["bind"].dispose()


def _pids(running: RunningUp, word: str) -> list[int]:
    """List the programs of an `up` whose command line holds a word."""
    programs = children_of(running.program.pid)
    return [pid for pid, command in programs.items() if word in command]


def _family(running: RunningUp) -> list[int]:
    """List all processes of an `up`: its programs and their children."""
    programs = list(children_of(running.program.pid))
    return programs + [child for pid in programs for child in children_of(pid)]


def test_ready_means_that_the_web_answers(running_up: RunningUp) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running_up.settings.port, timeout=5)
    connection.request("GET", "/healthz")

    assert connection.getresponse().status == 200
    assert running_up.address == f"http://127.0.0.1:{running_up.settings.port}"
    connection.close()


def test_a_nudged_job_is_done_within_a_second(
    running_up: RunningUp, factory: SessionFactory
) -> None:
    first = ask_effect(factory, "warm")
    wait_until(lambda: is_done(factory, first), START_SECONDS, "the workers are warm")

    # The best of three: a machine busy with other things may be late once.
    took = [_seconds_of_nudged(running_up, factory, f"nudged {n}") for n in range(3)]
    assert min(took) < 1


def _seconds_of_nudged(running: RunningUp, factory: SessionFactory, effect: str) -> float:
    job_id = ask_effect(factory, effect)
    with broker_client(running.settings) as client:
        nudge(client)
    return wait_until(lambda: is_done(factory, job_id), START_SECONDS, "the nudged job is done")


def test_a_second_up_on_the_same_data_is_refused(running_up: RunningUp) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "tests.workers.up_under_test"],
        cwd=ROOT,
        env={**os.environ, "YANGGUANG_DATA": str(running_up.settings.data)},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )

    assert second.returncode == 1
    assert second.stderr.strip().endswith("already_running")
    with broker_client(running_up.settings) as client:
        assert client.ping()


def test_a_taken_port_is_refused_before_anything_starts(
    running_up: RunningUp, tmp_path: Path
) -> None:
    other = subprocess.run(
        [sys.executable, "-m", "tests.workers.up_under_test"],
        cwd=ROOT,
        env={
            **os.environ,
            "YANGGUANG_DATA": str(tmp_path / "other"),
            "YANGGUANG_PORT": str(running_up.settings.port),
        },
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )

    assert (other.returncode, other.stderr.strip()) == (1, "port_taken")
    assert processes_of(tmp_path / "other") == []


@pytest.mark.parametrize("program", ["valkey-server", "-Q batch", "workers.dispatcher"])
def test_a_killed_program_is_started_again_and_jobs_run(
    running_up: RunningUp, factory: SessionFactory, program: str
) -> None:
    [killed] = _pids(running_up, program)

    os.kill(killed, signal.SIGKILL)
    job_id = ask_effect(factory, f"after {program}")

    wait_until(lambda: is_done(factory, job_id), START_SECONDS, "a job asked for meanwhile is done")
    wait_until(
        lambda: len(now := _pids(running_up, program)) == 1 and now != [killed],
        10,
        "one runs again",
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["ctrl-c", "kill -9"],
)
def test_however_a_busy_up_ends_it_leaves_no_program_behind(
    busy_up: RunningUp, number: signal.Signals, code: int
) -> None:
    family = _family(busy_up)
    assert len(family) > 8

    busy_up.program.send_signal(number)

    assert busy_up.program.wait(60) == code
    wait_until(lambda: not alive(family), 30, "no process is left")
    assert processes_of(busy_up.settings.data) == []
    assert not answers(busy_up.settings)


def test_a_broker_left_behind_is_stopped_before_a_new_one_starts(settings: Settings) -> None:
    left = start_broker(settings.socket.parent)
    began = time.monotonic()

    clear_left_behind(settings)

    assert left.wait(5) == 0
    assert time.monotonic() - began < 5  # no silent tries of the client in between
    assert not answers(settings)
