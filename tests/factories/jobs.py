"""Background work: jobs asked for, held, or lost by their worker."""

import datetime as dt
from typing import Any

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobQueue
from matcher.models.jobs import Job
from matcher.services import jobs

LEASE = 30.0


def ask_job(factory: SessionFactory, **changes: Any) -> int:
    """Commit a job and return its id."""
    with transaction(factory) as session:
        wish: dict[str, Any] = {"queue": JobQueue.BATCH, **changes}
        return jobs.enqueue(session, "test.job", {"n": 1}, **wish).id


def claim_job(factory: SessionFactory, job_id: int, lease: float = LEASE) -> str | None:
    """Try to claim a job."""
    with transaction(factory) as session:
        return jobs.claim(session, job_id, lease)


def held_job(factory: SessionFactory, job_id: int, lease: float = LEASE) -> str:
    """Claim a job that can be had and return the token."""
    token = claim_job(factory, job_id, lease)
    assert token is not None
    return token


def job_row(factory: SessionFactory, job_id: int) -> Job:
    """Return a job's row."""
    with reading(factory) as session:
        return session.get_one(Job, job_id)


def lose_lease(factory: SessionFactory, job_id: int) -> None:
    """Let a job's lease run out."""
    with transaction(factory) as session:
        session.get_one(Job, job_id).lease_until = clock.now() - dt.timedelta(seconds=1)
