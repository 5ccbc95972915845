"""The count for a group (学什么最有用) as background work: done as the person who asked, kept with the job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import JobQueue
from matcher.models.jobs import Job
from matcher.services import job_sweep, jobs
from matcher.services.job_sweep import JobProgress
from matcher.services.permissions import Actor, scope_of
from matcher.services.training import openings
from matcher.services.training.sight import require_staff

NAME = "training.openings"
_KEPT = 100
"""Lines kept of a count: what helps fewer people than the hundredth is not read."""


def ask(session: Session, by: Actor) -> Job:
    """Ask for a count over the people without a post the actor sees whole; one at a time a person."""
    require_staff(by)
    ids = openings.without_post(session, by)
    return jobs.enqueue(
        session,
        NAME,
        {"account": by.account_id, "role": by.role, "union": by.union_id},
        queue=JobQueue.BATCH,
        unique_key=f"{NAME}:{by.account_id}:{by.union_id}",
        total_units=len(ids),
        union_id=by.union_id,
        created_by_id=by.account_id,
    )


def count(session: Session, by: Actor, progress: Callable[[int], None]) -> dict[str, Any]:
    """Count as the person who asked; the answer is plain values for the job's row."""
    require_staff(by)
    ids = openings.without_post(session, by)
    lines = openings.group_openings(session, by, ids, progress=progress)
    kept = [
        [line.change.kind.value, line.change.value, line.n_people, line.n_seats]
        for line in lines[:_KEPT]
    ]
    return {"n_people": len(ids), "lines": kept}


@dataclass(frozen=True)
class GroupCount:
    """The newest count of a person."""

    job: Job
    progress: JobProgress
    lines: list[tuple[str, str, int, int]]


def newest(session: Session, by: Actor) -> GroupCount | None:
    """Return the newest count the actor asked for in this union."""
    require_staff(by)
    found = (
        sa.select(Job)
        .where(Job.name == NAME, Job.created_by_id == by.account_id, Job.union_id == by.union_id)
        .order_by(Job.id.desc())
        .limit(1)
    )
    job = session.scalar(found)
    if job is None:
        return None
    lines = [(str(k), str(v), int(n), int(s)) for k, v, n, s in job.result.get("lines", [])]
    return GroupCount(job, job_sweep.progress(session, scope_of(by), job.public_id), lines)
