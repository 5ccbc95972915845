"""Starting, watching and ending real programs in tests of background work."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobQueue, JobState
from matcher.models.installation import InstallationFact
from matcher.models.jobs import Job
from matcher.services import jobs
from tests.support.postgres import die_with_parent
from tests.workers.celery_under_test import COUNTER

ROOT = Path(__file__).parents[2]

START_SECONDS = 90
"""A worker is there within four seconds on a free machine; a busy one has been seen to take thirty."""


def wait_until(check: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for a fact and return the seconds it took; fails naming it when the time is up."""
    began = time.monotonic()
    while not check():
        assert time.monotonic() - began < seconds, f"after {seconds} s still not: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def start_worker(log: Path, *, children: int = 1) -> subprocess.Popen[bytes]:
    """Start a real prefork worker on both queues, leading a process group of its own."""
    argv = [sys.executable, "-m", "celery", "-A", "tests.workers.celery_under_test", "worker"]
    options = ["-c", str(children), "-Q", "live,batch,ranking", "-l", "INFO", "--without-mingle"]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*argv, *options, "--without-gossip"],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def group_alive(pgid: int) -> bool:
    """Say whether any process of a group lives."""
    try:
        os.killpg(pgid, 0)
    except ProcessLookupError:
        return False
    return True


def processes_of(data: Path) -> list[int]:
    """List the processes whose environment names a data folder (Linux).

    The broker overwrites its environment by its title: find it by its parent.
    """
    mark = f"YANGGUANG_DATA={data}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in environment:
                found.append(int(entry.name))
    return found


def children_of(parent: int) -> dict[int, str]:
    """Return the command lines of a process's children by their number (Linux)."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(status[1]) == parent and status[0] != "Z":
                found[int(entry.name)] = command
    return found


def alive(pids: list[int]) -> list[int]:
    """List those of some processes that still run."""
    return [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]


def ask_effect(factory: SessionFactory, effect: str, *, seconds: float = 0) -> int:
    """Commit a job that makes an effect; return its id."""
    with transaction(factory) as session:
        if session.get(InstallationFact, COUNTER) is None:
            session.add(InstallationFact(name=COUNTER, value="0"))
        job = jobs.enqueue(
            session,
            "test.effect",
            {"effect": effect, "first_seconds": seconds},
            queue=JobQueue.BATCH,
        )
        return job.id


def state_of(factory: SessionFactory, job_id: int) -> JobState:
    """Return a job's state."""
    with reading(factory) as session:
        return session.scalars(sa.select(Job.state).where(Job.id == job_id)).one()


def is_done(factory: SessionFactory, job_id: int) -> bool:
    """Say whether a job is done; fails at once if it ended otherwise."""
    state = state_of(factory, job_id)
    assert state not in (JobState.FAILED, JobState.CANCELLED)
    return state is JobState.DONE


def n_tries(factory: SessionFactory, effect: str) -> int:
    """Return how often making an effect was begun."""
    return _number(factory, f"{effect}:began")


def n_effects(factory: SessionFactory) -> int:
    """Return how often any effect was counted."""
    return _number(factory, COUNTER)


def _number(factory: SessionFactory, name: str) -> int:
    with reading(factory) as session:
        fact = session.get(InstallationFact, name)
        return int(fact.value) if fact is not None else 0
