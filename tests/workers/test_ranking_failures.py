"""A run under real workers that are killed in the middle: complete, the same bytes, nothing twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import RunState
from matcher.models.ranking_runs import RankedList, RankingChunk, RankingRun
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_replay import replay_run
from matcher.services.ranking_runs import request_run, run_progress
from tests.factories.ranked_drives import make_ranked_drive
from tests.support.postgres import die_with_parent
from tests.workers.conftest import OwnBroker, Sweep
from tests.workers.running import ROOT, START_SECONDS, wait_until

_FINISH_SECONDS = 120


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Give the list of started workers; whatever is left of them is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for worker in started:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(10)


def _start(log: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "celery", "-A", "tests.workers.ranking_under_test", "worker"]
    options = [
        "-c",
        "2",
        "-Q",
        "live,batch,ranking",
        "-l",
        "INFO",
        "--without-mingle",
        "--without-gossip",
    ]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*argv, *options],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def _chunks_done(factory: SessionFactory, run_id: int) -> int:
    counted = sa.select(sa.func.count()).where(
        RankingChunk.run_id == run_id, RankingChunk.done_at.is_not(None)
    )
    with reading(factory) as session:
        return session.scalar(counted) or 0


def test_a_run_whose_workers_are_killed_is_completed_to_the_same_bytes(
    session_factory: SessionFactory,
    own_broker: OwnBroker,
    sweep: Sweep,
    workers: list[subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    with transaction(session_factory) as session:
        drive_id = make_ranked_drive(session, graduates=60, postings=30).id
    with transaction(session_factory) as session:
        run_id = request_run(session, SYSTEM, drive_id).id
    workers.append(_start(tmp_path / "worker.log"))

    def some_done() -> bool:
        sweep()
        return _chunks_done(session_factory, run_id) >= 1

    wait_until(some_done, START_SECONDS, "a first chunk was ranked")
    os.killpg(workers[0].pid, signal.SIGKILL)
    workers[0].wait(10)
    workers.append(_start(tmp_path / "worker.log"))

    def is_over() -> bool:
        sweep()
        with reading(session_factory) as session:
            return run_progress(session, run_id).state is RunState.DONE

    wait_until(is_over, _FINISH_SECONDS, "the run was completed by another worker")

    with reading(session_factory) as session:
        n_lists = session.scalar(sa.select(sa.func.count()).select_from(RankedList))
        assert session.scalar(sa.select(sa.func.count()).select_from(RankingRun)) == 1
        assert n_lists == 60 + 30 + 10
        assert replay_run(session, run_id).equal
