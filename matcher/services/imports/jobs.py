"""Asking for the background work of an import (导入任务)."""

from sqlalchemy.orm import Session

from matcher.kinds import JobQueue
from matcher.models.imports import ImportBatch
from matcher.models.jobs import Job
from matcher.services import jobs
from matcher.services.permissions import Actor

STAGE = "imports.stage_batch"
COMMIT = "imports.commit_batch"


def ask_to_stage(session: Session, by: Actor, batch: ImportBatch) -> Job:
    """Ask for a batch's rows to be judged."""
    return jobs.enqueue(
        session,
        STAGE,
        {"batch_id": batch.id},
        queue=JobQueue.BATCH,
        unique_key=f"{STAGE}:{batch.id}",
        union_id=batch.union_id,
        created_by_id=by.account_id,
    )


def ask_to_commit(session: Session, by: Actor, batch: ImportBatch) -> Job:
    """Ask for a staged batch to be written, in the name of who asks."""
    return jobs.enqueue(
        session,
        COMMIT,
        {
            "batch_id": batch.id,
            "actor": {
                "account_id": by.account_id,
                "role": by.role.value if by.role else None,
                "union_id": by.union_id,
            },
        },
        queue=JobQueue.BATCH,
        unique_key=f"{COMMIT}:{batch.id}",
        union_id=batch.union_id,
        created_by_id=by.account_id,
    )
