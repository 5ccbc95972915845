"""A ranking run whose work is over for good says so, and stands in nobody's way."""

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, RunState
from matcher.models.jobs import Job
from matcher.models.ranking_runs import RankingRun
from matcher.services import jobs
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_runs import dead_runs, request_run
from tests.factories.ranked_drives import BODIES, make_ranked_drive
from workers.dispatch import sweep_once
from workers.runner import Runner

assert BODIES  # registered by their import


def _asked(factory: SessionFactory) -> tuple[int, int]:
    """Ask for a run and return its drive and itself."""
    with transaction(factory) as session:
        drive = make_ranked_drive(session, graduates=4, postings=2)
        return drive.id, request_run(session, SYSTEM, drive.id).id


def _fail_for_good(factory: SessionFactory) -> None:
    """Let the one queued job end as a job does that must not be tried again."""
    with transaction(factory) as session:
        job_id = session.scalars(sa.select(Job.id).where(Job.state == JobState.QUEUED)).one()
        token = jobs.claim(session, job_id, 30)
        assert token is not None
        jobs.fail(session, job_id, token, code="snapshot_full", message="太大", retry=False)


def test_a_run_whose_job_failed_for_good_is_failed_and_the_next_one_may_begin(
    session_factory: SessionFactory,
) -> None:
    drive_id, run_id = _asked(session_factory)
    _fail_for_good(session_factory)

    sweep_once(session_factory, lambda _job, _queue: None)

    with transaction(session_factory) as session:
        failed = session.get_one(RankingRun, run_id)
        assert (failed.state, failed.figures["error_code"]) == (RunState.FAILED, "snapshot_full")
        assert failed.finished_at is not None
        assert request_run(session, SYSTEM, drive_id).id != run_id


def test_a_run_that_goes_well_is_never_taken_for_dead(sqlite_factory: SessionFactory) -> None:
    _, run_id = _asked(sqlite_factory)
    runner, looks = Runner(sqlite_factory), 0
    while True:
        with reading(sqlite_factory) as session:
            assert dead_runs(session) == []
            job_id = session.scalar(
                sa.select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(1)
            )
        looks += 1
        if job_id is None:
            break
        assert runner.run(job_id) is JobState.DONE

    with reading(sqlite_factory) as session:
        assert session.get_one(RankingRun, run_id).state is RunState.DONE
    assert looks > 3
