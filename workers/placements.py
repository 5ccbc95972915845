"""Background work on placements (去向): files that could not take a member's work at once, and anomalies."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services.placements import alerts, nightly
from workers.runner import JobContext, job


@job(nightly.NIGHT_JOB, queue=JobQueue.BATCH)
def night(context: JobContext) -> dict[str, int]:
    """Write the work that waits and compute the anomalies; a second run changes nothing."""
    with transaction(context.session_factory) as session:
        n_written = nightly.catch_up(session)
    with transaction(context.session_factory) as session:
        n_new = alerts.look(session)
    return {"n_written": n_written, "n_new": n_new}
