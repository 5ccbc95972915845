"""Background work on the cohort (统计人群): censuses whose day is over, and people who came since."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services.cohorts import NIGHT_JOB, census, joining
from workers.runner import JobContext, job


@job(NIGHT_JOB, queue=JobQueue.BATCH)
def night(context: JobContext) -> dict[str, int]:
    """Take due censuses and count newcomers; a second run takes none and counts nobody."""
    with transaction(context.session_factory) as session:
        n_taken = census.take_due_censuses(session)
    with transaction(context.session_factory) as session:
        n_joined = joining.catch_up(session)
    return {"n_taken": n_taken, "n_joined": n_joined}
