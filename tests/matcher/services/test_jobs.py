"""Background work as rows: claimed once, kept by a lease, ended by its holder alone."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConflictError
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job
from matcher.services import jobs
from matcher.services.permissions import Scope
from tests.factories.jobs import LEASE, ask_job, claim_job, held_job, job_row, lose_lease

EVERYTHING = Scope(union_id=None)


def test_a_job_of_a_transaction_that_fails_was_never_asked_for(
    session_factory: SessionFactory,
) -> None:
    with session_factory() as session, session.begin() as asking:
        jobs.enqueue(session, "test.job", {}, queue=JobQueue.LIVE)
        asking.rollback()

    with reading(session_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_while_a_key_is_queued_no_second_job_is(session_factory: SessionFactory) -> None:
    first = ask_job(session_factory, unique_key="run:1")

    assert ask_job(session_factory, unique_key="run:1") == first
    assert ask_job(session_factory, unique_key="run:2") != first


def test_a_key_is_free_again_once_its_job_runs(session_factory: SessionFactory) -> None:
    first = ask_job(session_factory, unique_key="run:1")
    held_job(session_factory, first)

    assert ask_job(session_factory, unique_key="run:1") != first


def test_askers_of_one_key_at_the_same_time_get_one_job(session_factory: SessionFactory) -> None:
    found: list[int] = []
    askers = [
        threading.Thread(target=lambda: found.append(ask_job(session_factory, unique_key="once")))
        for _ in range(6)
    ]

    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_worker_waits_for_the_transaction_that_asked_again(
    session_factory: SessionFactory,
) -> None:
    """Else it could read the rows before they changed, and nobody would come by again."""
    job_id = ask_job(session_factory, unique_key="follow")
    claimed = threading.Event()

    def take() -> None:
        claim_job(session_factory, job_id)
        claimed.set()

    worker = threading.Thread(target=take)
    with transaction(session_factory) as session:
        assert (
            jobs.enqueue(session, "test.job", {}, queue=JobQueue.BATCH, unique_key="follow").id
            == job_id
        )
        worker.start()
        assert not claimed.wait(0.3)

    worker.join()
    assert claimed.is_set()


def test_of_many_workers_one_gets_the_job(session_factory: SessionFactory) -> None:
    job_id = ask_job(session_factory)
    tokens: list[str | None] = []
    workers = [
        threading.Thread(target=lambda: tokens.append(claim_job(session_factory, job_id)))
        for _ in range(6)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len([token for token in tokens if token is not None]) == 1
    assert job_row(session_factory, job_id).attempts == 1


def test_nobody_gets_a_job_before_its_time(session_factory: SessionFactory) -> None:
    job_id = ask_job(session_factory, run_after=clock.now() + dt.timedelta(hours=1))

    assert claim_job(session_factory, job_id) is None


def test_who_lost_the_lease_can_neither_report_nor_end_the_job(
    session_factory: SessionFactory,
) -> None:
    job_id = ask_job(session_factory)
    late = held_job(session_factory, job_id)
    lose_lease(session_factory, job_id)
    held_job(session_factory, job_id)

    with transaction(session_factory) as session:
        beat = jobs.heartbeat(session, job_id, late, lease_seconds=LEASE, done_units=9)
        finished = jobs.finish(session, job_id, late)
        failed = jobs.fail(session, job_id, late, code="x", message="x", retry=True)
        released = jobs.release(session, job_id, late)

    assert (beat, finished, failed, released) == (jobs.Beat.LOST, False, None, None)
    with transaction(session_factory) as session, pytest.raises(ConflictError):
        jobs.require_lease(session, job_id, late)
    row = job_row(session_factory, job_id)
    assert (row.state, row.attempts, row.done_units) == (JobState.RUNNING, 2, 0)


def test_a_heartbeat_keeps_the_lease_and_shows_progress(session_factory: SessionFactory) -> None:
    job_id = ask_job(session_factory, total_units=5)
    token = held_job(session_factory, job_id, lease=1)

    with transaction(session_factory) as session:
        beat = jobs.heartbeat(session, job_id, token, lease_seconds=60, done_units=3)

    row = job_row(session_factory, job_id)
    assert beat is jobs.Beat.HELD
    assert row.done_units == 3
    assert row.lease_until is not None
    assert row.lease_until > clock.now() + dt.timedelta(seconds=30)


def test_a_failed_job_comes_back_later_each_time_and_ends_after_its_last_try(
    session_factory: SessionFactory,
) -> None:
    job_id = ask_job(session_factory)
    waits = []
    for _ in range(5):
        with transaction(session_factory) as session:
            session.get_one(Job, job_id).run_after = clock.now()
        token = held_job(session_factory, job_id)
        with transaction(session_factory) as session:
            state = jobs.fail(session, job_id, token, code="busy", message="忙", retry=True)
        waits.append((job_row(session_factory, job_id).run_after - clock.now()).total_seconds())

    assert state is JobState.FAILED
    assert job_row(session_factory, job_id).error_code == "busy"
    assert [round(wait) for wait in waits[:4]] == [2, 4, 8, 16]


def test_what_no_repetition_mends_is_not_tried_again(session_factory: SessionFactory) -> None:
    job_id = ask_job(session_factory)
    token = held_job(session_factory, job_id)

    with transaction(session_factory) as session:
        state = jobs.fail(session, job_id, token, code="rule", message="不行", retry=False)

    assert state is JobState.FAILED


def test_a_failed_job_comes_back_beside_a_queued_twin(session_factory: SessionFactory) -> None:
    first = ask_job(session_factory, unique_key="same")
    token = held_job(session_factory, first)
    twin = ask_job(session_factory, unique_key="same")

    with transaction(session_factory) as session:
        state = jobs.fail(session, first, token, code="busy", message="忙", retry=True)

    assert twin != first
    assert state is JobState.QUEUED


def test_a_stop_ends_queued_children_and_is_told_to_running_ones(
    session_factory: SessionFactory,
) -> None:
    parent = ask_job(session_factory)
    waiting = ask_job(session_factory, parent_id=parent)
    running = ask_job(session_factory, parent_id=parent)
    token = held_job(session_factory, running)

    with transaction(session_factory) as session:
        jobs.request_stop(session, parent)

    with transaction(session_factory) as session:
        beat = jobs.heartbeat(session, running, token, lease_seconds=LEASE, done_units=1)
        after = jobs.release(session, running, token)
    assert job_row(session_factory, parent).state is JobState.CANCELLED
    assert job_row(session_factory, waiting).state is JobState.CANCELLED
    assert (beat, after) == (jobs.Beat.STOP, JobState.CANCELLED)


def test_a_job_given_back_at_shutdown_keeps_its_tries(session_factory: SessionFactory) -> None:
    job_id = ask_job(session_factory)
    token = held_job(session_factory, job_id)

    with transaction(session_factory) as session:
        state = jobs.release(session, job_id, token)

    row = job_row(session_factory, job_id)
    assert (state, row.attempts, row.sent_at) == (JobState.QUEUED, 0, None)
