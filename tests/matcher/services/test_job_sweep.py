"""Background work seen from outside: what is due, lost, shown, forgotten."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotFoundError
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job
from matcher.services import job_sweep, jobs
from matcher.services.permissions import Scope
from tests.factories.jobs import ask_job, claim_job, held_job, job_row, lose_lease

EVERYTHING = Scope(union_id=None)


def test_a_lost_job_that_was_to_stop_or_had_its_tries_is_over(
    session_factory: SessionFactory,
) -> None:
    stopped, tired, fresh = (ask_job(session_factory) for _ in range(3))
    for job_id in (stopped, tired, fresh):
        held_job(session_factory, job_id)
        lose_lease(session_factory, job_id)
    with transaction(session_factory) as session:
        session.get_one(Job, stopped).stop_requested = True
        session.get_one(Job, tired).attempts = 5

    with transaction(session_factory) as session:
        assert job_sweep.has_lost(session, clock.now())
        ended = job_sweep.settle_lost(session, clock.now())

    assert ended == sorted([stopped, tired])
    assert job_row(session_factory, stopped).state is JobState.CANCELLED
    assert job_row(session_factory, tired).error_code == "job_worker_lost"
    assert claim_job(session_factory, fresh) is not None


def test_due_are_unsent_stale_and_lost_jobs_and_no_others(session_factory: SessionFactory) -> None:
    now = clock.now()
    unsent, sent, stale, lost, held, later = (ask_job(session_factory) for _ in range(6))
    for job_id in (lost, held):
        held_job(session_factory, job_id)
    lose_lease(session_factory, lost)
    with transaction(session_factory) as session:
        session.get_one(Job, sent).sent_at = now
        session.get_one(Job, stale).sent_at = now - dt.timedelta(minutes=2)
        session.get_one(Job, later).run_after = now + dt.timedelta(hours=1)

    with reading(session_factory) as session:
        found = job_sweep.due(session, clock.now())

    assert [job.id for job in found] == [unsent, stale, lost]


def test_a_long_queue_is_sent_window_by_window(session_factory: SessionFactory) -> None:
    asked = [ask_job(session_factory) for _ in range(4)]

    with transaction(session_factory) as session:
        first = job_sweep.due(session, clock.now(), limit=2)
        for job in first:
            assert job_sweep.mark_sent(session, job, clock.now())
    with reading(session_factory) as session:
        again = job_sweep.due(session, clock.now(), limit=2)

    assert [job.id for job in first] == asked[:2]
    assert again == []


def test_of_two_dispatchers_one_sends(session_factory: SessionFactory) -> None:
    ask_job(session_factory)
    with reading(session_factory) as session:
        [seen] = job_sweep.due(session, clock.now())

    with transaction(session_factory) as session:
        one = job_sweep.mark_sent(session, seen, clock.now())
    with transaction(session_factory) as session:
        other = job_sweep.mark_sent(session, seen, clock.now())

    assert (one, other) == (True, False)


def test_progress_counts_the_children_with_their_parent(session: Session) -> None:
    parent = jobs.enqueue(session, "test.job", {}, queue=JobQueue.BATCH, total_units=1)
    for done in (2, 5):
        child = jobs.enqueue(
            session, "test.job", {}, queue=JobQueue.BATCH, total_units=5, parent_id=parent.id
        )
        child.done_units = done
    session.flush()

    found = job_sweep.progress(session, EVERYTHING, parent.public_id)

    assert (found.done_units, found.total_units) == (7, 11)
    assert found.children == {JobState.QUEUED: 2}
    assert not found.over
    assert job_sweep.n_unfinished_children(session, parent.id) == 2


def test_another_unions_job_answers_like_a_missing_one(session: Session) -> None:
    job = jobs.enqueue(session, "test.job", {}, queue=JobQueue.BATCH)

    with pytest.raises(NotFoundError):
        job_sweep.progress(session, Scope(union_id=77), job.public_id)
    with pytest.raises(NotFoundError):
        job_sweep.progress(session, EVERYTHING, "none")


def test_only_jobs_finished_long_ago_are_forgotten(session: Session) -> None:
    old, recent, waiting = (
        jobs.enqueue(session, "test.job", {}, queue=JobQueue.BATCH) for _ in range(3)
    )
    for job, days in ((old, 31), (recent, 29)):
        job.state = JobState.DONE
        job.finished_at = clock.now() - dt.timedelta(days=days)
    session.flush()

    assert job_sweep.forget_finished(session) == 1

    kept = session.scalars(sa.select(Job.id).order_by(Job.id)).all()
    assert kept == [recent.id, waiting.id]
