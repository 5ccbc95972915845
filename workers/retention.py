"""Nightly forgetting: finished jobs, ended sign-ins, files past their time."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.services import files, job_sweep, retention
from workers.runner import JobContext, job


@job("retention.jobs", queue=JobQueue.BATCH)
def forget_jobs(context: JobContext) -> dict[str, int]:
    """Delete old finished jobs batch by batch; a second run is harmless: it finds none left."""
    n_gone = 0
    while True:
        with transaction(context.session_factory) as session:
            gone = job_sweep.forget_finished(session)
        if not gone:
            return {"n_gone": n_gone}
        n_gone += gone
        context.checkpoint(n_gone)


@job("retention.sessions", queue=JobQueue.BATCH)
def forget_sign_ins(context: JobContext) -> dict[str, int]:
    """Delete ended sign-ins and codes; a second run is harmless: it finds none left."""
    with transaction(context.session_factory) as session:
        return {"n_gone": retention.forget_sign_ins(session)}


@job("retention.files", queue=JobQueue.BATCH)
def forget_files(context: JobContext) -> dict[str, int]:
    """Delete uploads and exports past their time; a second run is harmless: it finds none left.

    Rows go first and commit, then the contents nobody names any more.
    """
    with transaction(context.session_factory) as session:
        n_rows = files.expire_files(session)
    with reading(context.session_factory) as session:
        return {"n_gone": n_rows, "n_removed": files.sweep_files(session)}
