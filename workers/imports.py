"""Imports in the background (导入): judge a file's rows, commit a batch, take one back."""

from typing import Any

from matcher.db.engine import reading
from matcher.errors import ConflictError, RuleBrokenError
from matcher.intake import open_table
from matcher.kinds import BatchState, JobQueue, Role
from matcher.models.files import StoredFile
from matcher.models.imports import ImportBatch
from matcher.services.files import read_content
from matcher.services.imports import jobs as import_jobs
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.imports.undoing import undo_batch
from matcher.services.permissions import Actor
from workers.runner import JobContext, job


@job(import_jobs.STAGE, queue=JobQueue.BATCH)
def stage(context: JobContext, *, batch_id: int) -> dict[str, Any]:
    """Judge all rows of a batch's file.

    A second run replaces the staged rows by the same rows; a committed batch is refused.
    """
    with reading(context.session_factory) as session:
        batch = session.get_one(ImportBatch, batch_id)
        content = read_content(session, session.get_one(StoredFile, batch.file_id))
        file_name = batch.file_name
    grids = open_table(content, file_name)
    return stage_batch(context.session_factory, batch_id, grids, context.checkpoint)


@job(import_jobs.COMMIT, queue=JobQueue.BATCH)
def commit(context: JobContext, *, batch_id: int, actor: dict[str, Any]) -> dict[str, Any]:
    """Write a staged batch in one transaction; a second run finds it committed.

    Tables that changed since the staging will not change back: it ends, and people judge anew.
    """
    try:
        return commit_batch(context.session_factory, _actor(actor), batch_id)
    except ConflictError as error:
        raise RuleBrokenError(error.code, error.message) from error


@job(import_jobs.UNDO, queue=JobQueue.BATCH)
def undo(context: JobContext, *, batch_id: int, actor: dict[str, Any]) -> dict[str, Any]:
    """Take a committed batch back in one transaction; a second run finds it undone and says so.

    The rows that stay carry a remark, so the result keeps their number only.
    """
    with reading(context.session_factory) as session:
        if session.get_one(ImportBatch, batch_id).state == BatchState.UNDONE:
            return {}
    report = undo_batch(context.session_factory, _actor(actor), batch_id)
    return {"removed": report.removed, "restored": report.restored, "kept": len(report.kept)}


def _actor(actor: dict[str, Any]) -> Actor:
    """Return who asked, as they were when they asked."""
    return Actor(
        account_id=actor["account_id"], role=Role(actor["role"]), union_id=actor["union_id"]
    )
