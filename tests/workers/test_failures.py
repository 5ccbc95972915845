"""What fails under a real prefork worker and the real broker: nothing is lost, nothing done twice."""

import signal
import subprocess
from collections.abc import Callable

import pytest
from kombu.exceptions import OperationalError

from matcher.db.engine import SessionFactory
from matcher.kinds import JobState
from tests.workers.conftest import OwnBroker, Sweep
from tests.workers.running import (
    START_SECONDS,
    ask_effect,
    group_alive,
    is_done,
    n_effects,
    n_tries,
    state_of,
    wait_until,
)

NewWorker = Callable[[], subprocess.Popen[bytes]]


def _done_by_sweeps(factory: SessionFactory, sweep: Sweep, job_id: int) -> bool:
    sweep()
    return is_done(factory, job_id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_broker_restarted_under_a_busy_worker_loses_nothing_and_new_jobs_run(
    session_factory: SessionFactory, own_broker: OwnBroker, sweep: Sweep, new_worker: NewWorker
) -> None:
    worker = new_worker()
    busy = ask_effect(session_factory, "busy", seconds=3)
    sweep()
    wait_until(lambda: n_tries(session_factory, "busy") == 1, START_SECONDS, "the busy job began")

    own_broker.stop(signal.SIGKILL)
    own_broker.start()
    after = ask_effect(session_factory, "after")

    wait_until(lambda: _done_by_sweeps(session_factory, sweep, after), 15, "a new job ran")
    wait_until(lambda: is_done(session_factory, busy), 1, "the busy job ended before it")
    assert worker.poll() is None
    assert n_effects(session_factory) == 2
    assert n_tries(session_factory, "busy") == 1


def test_a_job_whose_worker_is_killed_is_done_again_and_counts_once(
    session_factory: SessionFactory, own_broker: OwnBroker, sweep: Sweep, new_worker: NewWorker
) -> None:
    worker = new_worker()
    job_id = ask_effect(session_factory, "killed", seconds=60)
    sweep()
    wait_until(lambda: n_tries(session_factory, "killed") == 1, START_SECONDS, "the job began")

    worker.send_signal(signal.SIGKILL)
    worker.wait(5)
    wait_until(lambda: not group_alive(worker.pid), 5, "its children ended too")
    new_worker()

    wait_until(
        lambda: _done_by_sweeps(session_factory, sweep, job_id), START_SECONDS, "it was done again"
    )
    assert n_tries(session_factory, "killed") == 2
    assert n_effects(session_factory) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_job_committed_while_the_broker_is_away_runs_when_it_is_back(
    session_factory: SessionFactory, own_broker: OwnBroker, sweep: Sweep, new_worker: NewWorker
) -> None:
    own_broker.stop()
    job_id = ask_effect(session_factory, "away")
    with pytest.raises(OperationalError):
        sweep()

    own_broker.start()
    new_worker()

    wait_until(lambda: _done_by_sweeps(session_factory, sweep, job_id), START_SECONDS, "it ran")
    assert n_effects(session_factory) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_stops_gives_its_job_back_at_once_and_it_counts_once(
    session_factory: SessionFactory, own_broker: OwnBroker, sweep: Sweep, new_worker: NewWorker
) -> None:
    worker = new_worker()
    job_id = ask_effect(session_factory, "long", seconds=60)
    sweep()
    wait_until(lambda: n_tries(session_factory, "long") == 1, START_SECONDS, "the long job began")

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert state_of(session_factory, job_id) is JobState.QUEUED
    new_worker()

    wait_until(
        lambda: _done_by_sweeps(session_factory, sweep, job_id), START_SECONDS, "it was done later"
    )
    assert n_effects(session_factory) == 1
