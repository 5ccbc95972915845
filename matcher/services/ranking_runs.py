"""Ranking runs (排序运行): asking for one, following its progress, stopping it, finding the current one.

A run is immutable once done: drive revision, parameters, input hash (of the snapshot) and result hash
(over all lists). The work itself stands in `ranking_chunks`.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import DriveState, JobQueue, JobState, RunState
from matcher.models.drives import Drive, DriveRevision
from matcher.models.jobs import Job
from matcher.models.ranking_runs import RankingChunk, RankingRun
from matcher.services import audit, jobs
from matcher.services.permissions import Actor, Permission, require, scope_of

PREPARE = "ranking.prepare_run"


def request_run(session: Session, by: Actor, drive_id: int) -> RankingRun:
    """Ask for a run of a drive; if one is queued or running already, that one is returned.

    Raises
    ------
    RuleBrokenError
        The drive is closed.
    """
    require(by, Permission.RUN_RANKING)
    drive = _drive_in_scope(session, by, drive_id)
    if drive.state == DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再排序。")
    live = session.scalar(
        sa.select(RankingRun).where(
            RankingRun.drive_id == drive_id,
            RankingRun.state.in_((RunState.QUEUED, RunState.RUNNING)),
        )
    )
    if live is not None:
        return live
    run = _new_run(session, by, drive)
    audit.record(session, by, "ranking.requested", subject=("ranking_run", run.id))
    return run


def _new_run(session: Session, by: Actor, drive: Drive) -> RankingRun:
    revision = session.get_one(DriveRevision, (drive.id, drive.revision))
    last = sa.select(sa.func.max(RankingRun.number)).where(RankingRun.drive_id == drive.id)
    run = RankingRun(
        drive_id=drive.id,
        number=(session.scalar(last) or 0) + 1,
        drive_revision=drive.revision,
        parameters=revision.parameters,
        state=RunState.QUEUED,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(run)
    session.flush()
    job = jobs.enqueue(
        session,
        PREPARE,
        {"run_id": run.id},
        queue=JobQueue.BATCH,
        unique_key=f"{PREPARE}:{run.id}",
        union_id=drive.union_id,
        created_by_id=by.account_id,
    )
    run.job_id = job.id
    session.flush()
    return run


def _drive_in_scope(session: Session, by: Actor, drive_id: int) -> Drive:
    """Lock a drive the actor may see; two requests make one run."""
    drive = session.get(Drive, drive_id, with_for_update=True)
    if drive is None or not scope_of(by).admits(session, drive.union_id):
        raise NotFoundError("not_found", "没有这个活动，或不在您的管辖范围内。")
    return drive


def stop_run(session: Session, by: Actor, run_id: int) -> None:
    """Stop a run that is queued or running; the drive keeps its last finished one."""
    require(by, Permission.RUN_RANKING)
    run = session.get(RankingRun, run_id, with_for_update=True)
    if run is None:
        raise NotFoundError("not_found", "没有这次排序。")
    _drive_in_scope(session, by, run.drive_id)
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        raise RuleBrokenError("run_over", "这次排序已经结束。")
    run.state, run.finished_at = RunState.CANCELLED, clock.now()
    if run.job_id is not None:
        jobs.request_stop(session, run.job_id)
    audit.record(session, by, "ranking.stopped", subject=("ranking_run", run.id))
    session.flush()


@dataclass(frozen=True)
class DeadRun:
    """A run that will never end by itself, with the code and the sentence of what failed."""

    run_id: int
    code: str
    message: str


def dead_runs(session: Session) -> list[DeadRun]:
    """Return the runs that will never end by themselves.

    A run goes on while one of its jobs waits or works: whoever ends a job asks for the next in the same
    transaction. So a run with none is one whose job failed for good, or was lost too often.
    """
    going_on = sa.select(Job.id).where(
        sa.or_(Job.id == RankingRun.job_id, Job.parent_id == RankingRun.job_id),
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
    )
    failed = (
        sa.select(Job.id)
        .where(
            sa.or_(Job.id == RankingRun.job_id, Job.parent_id == RankingRun.job_id),
            Job.state == JobState.FAILED,
        )
        .order_by(Job.id)
        .limit(1)
        .scalar_subquery()
    )
    first = aliased(Job)
    found = (
        sa.select(RankingRun.id, first.error_code, first.error_message)
        .outerjoin(first, first.id == failed)
        .where(RankingRun.state.in_((RunState.QUEUED, RunState.RUNNING)), ~going_on.exists())
        .order_by(RankingRun.id)
    )
    return [
        DeadRun(run_id, code or "job_worker_lost", message or "")
        for run_id, code, message in session.execute(found)
    ]


def fail_run(session: Session, dead: DeadRun) -> None:
    """Mark a run failed whose job will not be tried again; its page says why."""
    run = session.get_one(RankingRun, dead.run_id, with_for_update=True)
    if run.state in (RunState.QUEUED, RunState.RUNNING):
        run.state, run.finished_at = RunState.FAILED, clock.now()
        run.figures = {**run.figures, "error_code": dead.code, "error_message": dead.message}
        session.flush()


@dataclass(frozen=True)
class RunProgress:
    """How far a run is: lists done of lists in all."""

    state: RunState
    done: int
    total: int
    started_at: dt.datetime | None


def run_progress(session: Session, run_id: int) -> RunProgress:
    """Count the lists of a run that are done; one query beside the run itself."""
    run = session.get_one(RankingRun, run_id)
    size = RankingChunk.n_lists
    done = sa.case((RankingChunk.done_at.is_not(None), size), else_=0)
    counts = sa.select(sa.func.sum(done), sa.func.sum(size)).where(RankingChunk.run_id == run_id)
    n_done, n_all = session.execute(counts).one()
    return RunProgress(run.state, n_done or 0, n_all or 0, run.started_at)


def current_run(session: Session, drive_id: int) -> RankingRun | None:
    """Return the last finished run of a drive."""
    return session.scalar(
        sa.select(RankingRun)
        .where(RankingRun.drive_id == drive_id, RankingRun.state == RunState.DONE)
        .order_by(RankingRun.number.desc())
        .limit(1)
    )
