"""Background work seen from outside (后台任务): what is due, what was lost, how far it is, what is old.

Only the first `WINDOW` waiting jobs of a queue are handed to the broker at a time: a message that is
lost with the broker is sent again after `RESEND_SECONDS`, and a long queue does not fill the broker with
copies of messages that merely wait their turn.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job
from matcher.services.permissions import Scope

WINDOW = 200
"""At 5 ms for the smallest job two workers need half a second for this many, one sweep's distance."""

RESEND_SECONDS: Mapping[JobQueue, float] = {
    JobQueue.LIVE: 5,
    JobQueue.BATCH: 30,
    JobQueue.RANKING: 30,
}
"""After this long an unclaimed job is sent again; a second message of a claimed job does nothing."""

KEEP_DAYS = 30
"""Finished jobs are kept for a month, long enough to look into a complaint about a drive."""

_FORGET_AT_ONCE = 2000
"""Rows deleted in one transaction, far below the database's busy timeout."""


@dataclass(frozen=True)
class DueJob:
    """A job to be sent, with the mark of its last sending."""

    id: int
    queue: JobQueue
    sent_at: dt.datetime | None


@dataclass(frozen=True)
class JobProgress:
    """How far a job and its children are; a parent counts its children's units with its own."""

    public_id: str
    name: str
    state: JobState
    done_units: int
    total_units: int
    children: Mapping[JobState, int]
    error_code: str | None
    error_message: str | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to this job itself."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def due(
    session: Session,
    now: dt.datetime,
    limit: int = WINDOW,
    *,
    resend_seconds: Mapping[JobQueue, float] = RESEND_SECONDS,
) -> list[DueJob]:
    """List the jobs to send now: waiting ones not sent lately, then those whose lease ran out."""
    found: list[DueJob] = []
    for queue in JobQueue:
        stale = now - dt.timedelta(seconds=resend_seconds[queue])
        window = (
            sa.select(Job.id, Job.sent_at)
            .where(Job.state == JobState.QUEUED, Job.queue == queue, Job.run_after <= now)
            .order_by(Job.run_after, Job.id)
            .limit(limit)
        )
        found += [
            DueJob(id=job_id, queue=queue, sent_at=sent_at)
            for job_id, sent_at in session.execute(window)
            if sent_at is None or sent_at < stale
        ]
        found += [
            job
            for job in expired(session, now, limit, queue=queue)
            if job.sent_at is None or job.sent_at < stale
        ]
    return found


def expired(
    session: Session, now: dt.datetime, limit: int = WINDOW, *, queue: JobQueue
) -> list[DueJob]:
    """List the running jobs of a queue whose worker has not been heard of within its lease."""
    rows = session.execute(
        sa.select(Job.id, Job.sent_at)
        .where(Job.state == JobState.RUNNING, Job.queue == queue, Job.lease_until < now)
        .order_by(Job.id)
        .limit(limit)
    )
    return [DueJob(id=job_id, queue=queue, sent_at=sent_at) for job_id, sent_at in rows]


def mark_sent(session: Session, job: DueJob, at: dt.datetime | None) -> bool:
    """Note that this dispatcher sends a job; False if another one was quicker.

    Called again with None it takes the mark back, after the broker refused the message.
    """
    marked = session.scalar(
        sa.update(Job)
        .where(Job.id == job.id, Job.sent_at.is_not_distinct_from(job.sent_at))
        .values(sent_at=at)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return marked is not None


def settle_lost(session: Session, now: dt.datetime) -> list[int]:
    """End the jobs whose worker was lost and that may not run again; return their ids."""
    lost = sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now)
    over = {"finished_at": now, "lease_until": None, "lease_token": None}
    stopped = session.scalars(
        sa.update(Job)
        .where(lost, Job.stop_requested.is_(True))
        .values(state=JobState.CANCELLED, **over)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    failed = session.scalars(
        sa.update(Job)
        .where(lost, Job.attempts >= Job.max_attempts)
        .values(
            state=JobState.FAILED,
            error_code="job_worker_lost",
            error_message="后台进程多次中断，这项任务没有完成，请联系管理员。",
            **over,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted([*stopped, *failed])


def has_lost(session: Session, now: dt.datetime) -> bool:
    """Say whether `settle_lost` would end anything: asked in a read-only session before writing."""
    found = session.scalar(
        sa.select(Job.id)
        .where(
            Job.state == JobState.RUNNING,
            Job.lease_until < now,
            sa.or_(Job.stop_requested.is_(True), Job.attempts >= Job.max_attempts),
        )
        .limit(1)
    )
    return found is not None


def progress(session: Session, scope: Scope, public_id: str) -> JobProgress:
    """Return how far a job is; a job of another union, or of none, answers like a missing one.

    Raises
    ------
    NotFoundError
        No such job in the scope.
    """
    chosen = sa.select(Job).where(Job.public_id == public_id)
    if scope.union_id is not None:
        chosen = chosen.where(Job.union_id.in_(scope.unions()))
    job = session.scalar(chosen)
    if job is None:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    children: dict[JobState, int] = {}
    done_units, total_units = job.done_units, job.total_units
    for state, n_jobs, n_done, n_total in session.execute(
        sa.select(
            Job.state, sa.func.count(), sa.func.sum(Job.done_units), sa.func.sum(Job.total_units)
        )
        .where(Job.parent_id == job.id)
        .group_by(Job.state)
        .order_by(Job.state)
    ):
        children[state] = n_jobs
        done_units += int(n_done)
        total_units += int(n_total)
    return JobProgress(
        public_id=job.public_id,
        name=job.name,
        state=job.state,
        done_units=done_units,
        total_units=total_units,
        children=children,
        error_code=job.error_code,
        error_message=job.error_message,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def n_unfinished_children(session: Session, job_id: int) -> int:
    """Count the children of a job that still wait or run."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Job)
            .where(Job.parent_id == job_id, Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        )
        or 0
    )


def forget_finished(session: Session) -> int:
    """Delete a batch of jobs finished more than `KEEP_DAYS` ago; 0 when none is left."""
    old = (
        sa.select(Job.id)
        .where(
            Job.state.in_([JobState.DONE, JobState.CANCELLED, JobState.FAILED]),
            Job.finished_at < clock.now() - dt.timedelta(days=KEEP_DAYS),
        )
        .order_by(Job.id)
        .limit(_FORGET_AT_ONCE)
    )
    gone = session.scalars(sa.delete(Job).where(Job.id.in_(old)).returning(Job.id)).all()
    return len(gone)
