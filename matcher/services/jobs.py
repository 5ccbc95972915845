"""Background work (后台任务): asking for it, claiming it, keeping it alive, ending it.

The row is the truth; the broker's message only wakes a worker. Every change of a job is one
conditional update that names the state it expects, and from the claim on the token of the holder: a worker
that lost its lease can neither report progress nor finish anything. What is due or lost is found in
`job_sweep`. A page asks for work with `enqueue`, in its own transaction, and after the commit may
wake the dispatcher by `LPUSH` on `NUDGE_KEY`, best effort: the sweep is what guarantees.

Instants are those of the asking machine: hosts that share a database must keep the same time (NTP) to
within a few seconds, well below the shortest lease.
"""

import datetime as dt
import secrets
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.errors import ConflictError
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job

NUDGE_KEY = "yangguang:nudge"
"""List in the broker (database 0) on which the dispatcher waits; any value pushed wakes it."""

_ENQUEUE_TRIES = 5
"""A queued twin may be claimed between looking and inserting; five times in a row it is not chance."""

_FIRST_DELAY_S = 2
_LONGEST_DELAY_S = 300
"""Back-off 2, 4, 8 … s: a busy database recovers in seconds, a full disk needs a person."""


class Beat(StrEnum):
    """What a heartbeat tells the worker."""

    HELD = "held"
    STOP = "stop"
    LOST = "lost"


def enqueue(
    session: Session,
    name: str,
    arguments: dict[str, Any],
    *,
    queue: JobQueue,
    unique_key: str | None = None,
    total_units: int = 0,
    parent_id: int | None = None,
    union_id: int | None = None,
    created_by_id: int | None = None,
    run_after: dt.datetime | None = None,
) -> Job:
    """Ask for background work in the caller's transaction; it starts after the commit.

    Parameters
    ----------
    arguments : ids and plain values that JSON can carry, never names or numbers of people
    unique_key : names the work; while a job with this key is queued, that one is returned. It is
        locked until the commit, so that its worker sees what this transaction wrote. Who takes several keys takes
        them in sorted order, else two callers may deadlock.
    run_after : not before this instant; None for at once

    """
    now = clock.now()
    values: dict[str, Any] = {
        "name": name,
        "arguments": arguments,
        "queue": queue,
        "unique_key": unique_key,
        "total_units": total_units,
        "parent_id": parent_id,
        "union_id": union_id,
        "created_by_id": created_by_id,
        "created_at": now,
        "run_after": run_after or now,
    }
    if unique_key is not None:
        return _enqueue_once(session, unique_key, values)
    job = Job(**values)
    session.add(job)
    session.flush()
    return job


def _enqueue_once(session: Session, unique_key: str, values: dict[str, Any]) -> Job:
    """Insert a job unless one with its key is queued, and return whichever stands."""
    twin = (
        sa.select(Job)
        .where(Job.unique_key == unique_key, Job.state == JobState.QUEUED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for _ in range(_ENQUEUE_TRIES):
        queued = session.scalar(twin)
        if queued is not None:
            return queued
        row = {"public_id": new_public_id(), "state": JobState.QUEUED, **values}
        made = insert_if_new(session, Job, row)
        if made is not None:
            return made
    raise ConflictError("job_key_contended", "后台任务正忙，请稍后再试。", unique_key=unique_key)


def claim(session: Session, job_id: int, lease_seconds: float) -> str | None:
    """Take a job for this worker; None if somebody else has it, it is over, or not yet due.

    Returns
    -------
    str : the token every later call must show
    """
    now = clock.now()
    waiting = sa.and_(Job.state == JobState.QUEUED, Job.run_after <= now)
    lost = sa.and_(
        Job.state == JobState.RUNNING,
        Job.lease_until < now,
        Job.attempts < Job.max_attempts,
        Job.stop_requested.is_(False),
    )
    token = secrets.token_hex(8)
    taken = _changed(
        session,
        sa.update(Job)
        .where(Job.id == job_id, sa.or_(waiting, lost))
        .values(
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=now + dt.timedelta(seconds=lease_seconds),
            attempts=Job.attempts + 1,
            started_at=sa.func.coalesce(
                Job.started_at, sa.bindparam("now", now, Job.created_at.type)
            ),
            error_code=None,
            error_message=None,
        ),
    )
    return token if taken else None


def heartbeat(
    session: Session,
    job_id: int,
    token: str,
    *,
    lease_seconds: float,
    done_units: int,
    total_units: int | None = None,
) -> Beat:
    """Renew the lease and report progress; say whether to go on, to stop, or that it is lost."""
    values: dict[str, Any] = {
        "lease_until": clock.now() + dt.timedelta(seconds=lease_seconds),
        "done_units": done_units,
    }
    if total_units is not None:
        values["total_units"] = total_units
    statement = sa.update(Job).where(*_held(job_id, token)).values(**values)
    stop = session.scalar(
        statement.returning(Job.stop_requested).execution_options(synchronize_session=False)
    )
    if stop is None:
        return Beat.LOST
    return Beat.STOP if stop else Beat.HELD


def require_lease(session: Session, job_id: int, token: str) -> None:
    """Lock the job's row for this transaction; raises ConflictError if the lease is somebody else's.

    A body calls it in the transaction of an effect that must not come from a worker given up for dead.
    """
    held = session.scalar(sa.select(Job.id).where(*_held(job_id, token)).with_for_update())
    if held is None:
        raise ConflictError("job_lease_lost", "这项后台任务已由其他进程接手。", job_id=job_id)


def finish(
    session: Session,
    job_id: int,
    token: str,
    *,
    result: dict[str, Any] | None = None,
    done_units: int | None = None,
    total_units: int | None = None,
) -> bool:
    """Mark a job done; False if the lease was lost, and then nothing changes."""
    values: dict[str, Any] = {"result": result or {}, **_ended(JobState.DONE)}
    if done_units is not None:
        values["done_units"] = done_units
    if total_units is not None:
        values["total_units"] = total_units
    return _changed(session, sa.update(Job).where(*_held(job_id, token)).values(**values))


def fail(
    session: Session, job_id: int, token: str, *, code: str, message: str, retry: bool
) -> JobState | None:
    """Put a job that failed back with a delay, or end it; None if the lease was lost.

    A job that goes back gives up its unique key: a twin may stand in the queue by now, and doing
    idempotent work twice is better than losing it.
    """
    job = _lock_held(session, job_id, token)
    if job is None:
        return None
    job.error_code, job.error_message = code, message
    if job.stop_requested:
        return _end(session, job, JobState.CANCELLED)
    if not retry or job.attempts >= job.max_attempts:
        return _end(session, job, JobState.FAILED)
    delay = min(_FIRST_DELAY_S * 2 ** (job.attempts - 1), _LONGEST_DELAY_S)
    return _back_to_queue(session, job, delay)


def release(session: Session, job_id: int, token: str) -> JobState | None:
    """Give a job back unfinished: cancelled if its stop was asked for, else queued again at once.

    The attempt is not counted: a worker that shuts down says nothing about the work.
    """
    job = _lock_held(session, job_id, token)
    if job is None:
        return None
    if job.stop_requested:
        return _end(session, job, JobState.CANCELLED)
    job.attempts -= 1
    return _back_to_queue(session, job, 0)


def request_stop(session: Session, job_id: int) -> None:
    """Stop a job and its children: queued ones end now, running ones when they next look."""
    family = sa.or_(Job.id == job_id, Job.parent_id == job_id)
    quiet = {"synchronize_session": False}
    session.execute(
        sa.update(Job)
        .where(family, Job.state == JobState.QUEUED)
        .values(**_ended(JobState.CANCELLED)),
        execution_options=quiet,
    )
    session.execute(
        sa.update(Job).where(family, Job.state == JobState.RUNNING).values(stop_requested=True),
        execution_options=quiet,
    )
    session.expire_all()


def _held(job_id: int, token: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (Job.id == job_id, Job.state == JobState.RUNNING, Job.lease_token == token)


def _ended(state: JobState) -> dict[str, Any]:
    return {
        "state": state,
        "finished_at": clock.now(),
        "lease_token": None,
        "lease_until": None,
    }


def _lock_held(session: Session, job_id: int, token: str) -> Job | None:
    return session.scalar(
        sa.select(Job)
        .where(*_held(job_id, token))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _end(session: Session, job: Job, state: JobState) -> JobState:
    for column, value in _ended(state).items():
        setattr(job, column, value)
    session.flush()
    return state


def _back_to_queue(session: Session, job: Job, delay_seconds: int) -> JobState:
    job.state, job.unique_key = JobState.QUEUED, None
    job.run_after = clock.now() + dt.timedelta(seconds=delay_seconds)
    job.sent_at = job.lease_until = job.lease_token = None
    session.flush()
    return job.state


def _changed(session: Session, statement: sa.Update) -> bool:
    """Run a conditional update of one job and say whether it took hold."""
    changed = session.scalar(
        statement.returning(Job.id).execution_options(synchronize_session=False)
    )
    return changed is not None
