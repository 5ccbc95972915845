"""Asking for the background work of an import (导入任务), and finding what was asked last."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import BatchState, JobQueue, JobState
from matcher.models.imports import ImportBatch
from matcher.models.jobs import Job
from matcher.services import jobs
from matcher.services.permissions import Actor, Permission, require

STAGE = "imports.stage_batch"
COMMIT = "imports.commit_batch"
UNDO = "imports.undo_batch"

_GOING_ON = (JobState.QUEUED, JobState.RUNNING)


def ask_to_stage(session: Session, by: Actor, batch: ImportBatch) -> Job:
    """Ask for a batch's rows to be judged."""
    require(by, Permission.IMPORT_ROWS)
    _require(session, batch, BatchState.STAGED)
    return _ask(session, by, batch, STAGE, {"batch_id": batch.id})


def ask_to_commit(session: Session, by: Actor, batch: ImportBatch) -> Job:
    """Ask for a staged batch to be written, in the name of who asks.

    Raises
    ------
    RuleBrokenError
        The batch is being worked on, is not judged yet, has nothing to write, or is settled.
    """
    require(by, Permission.IMPORT_ROWS)
    _require(session, batch, BatchState.STAGED)
    if not n_to_write(batch):
        raise RuleBrokenError("nothing_to_write", "这批数据没有新增或变更的行，不用提交。")
    return _ask(session, by, batch, COMMIT, _named(batch, by))


def ask_to_undo(session: Session, by: Actor, batch: ImportBatch) -> Job:
    """Ask for a committed batch to be taken back, in the name of who asks."""
    require(by, Permission.IMPORT_ROWS)
    _require(session, batch, BatchState.COMMITTED)
    return _ask(session, by, batch, UNDO, _named(batch, by))


def n_to_write(batch: ImportBatch) -> int:
    """Return how many rows a commit of the batch would write."""
    return int(batch.counts.get("new", 0)) + int(batch.counts.get("changed", 0))


def latest_job(session: Session, batch: ImportBatch) -> Job | None:
    """Return the newest work asked for a batch; old work is forgotten after a month."""
    return session.scalar(
        sa.select(Job)
        .where(
            Job.name.in_((STAGE, COMMIT, UNDO)),
            Job.union_id == batch.union_id,
            Job.arguments["batch_id"].as_integer() == batch.id,
        )
        .order_by(Job.id.desc())
        .limit(1)
    )


def is_going_on(job: Job | None) -> bool:
    """Say whether a job waits or runs."""
    return job is not None and job.state in _GOING_ON


def _require(session: Session, batch: ImportBatch, state: BatchState) -> None:
    """Raise unless the batch is in a state and nothing is being done with it."""
    if batch.state != state:
        raise RuleBrokenError("batch_state", f"这个批次{batch.state.label}，不能再这样处理。")
    if is_going_on(latest_job(session, batch)):
        raise RuleBrokenError("batch_busy", "这个批次正在处理，请等它完成。")


def _named(batch: ImportBatch, by: Actor) -> dict[str, object]:
    actor = {
        "account_id": by.account_id,
        "role": by.role.value if by.role else None,
        "union_id": by.union_id,
    }
    return {"batch_id": batch.id, "actor": actor}


def _ask(
    session: Session, by: Actor, batch: ImportBatch, name: str, arguments: dict[str, object]
) -> Job:
    return jobs.enqueue(
        session,
        name,
        arguments,
        queue=JobQueue.BATCH,
        unique_key=f"{name}:{batch.id}",
        union_id=batch.union_id,
        created_by_id=by.account_id,
    )
