"""Nightly forgetting: finished jobs, ended sign-ins."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services import job_sweep, retention
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
