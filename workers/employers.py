"""Daily work on employers (用人单位): checks that lapse."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services import employer_checks
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job


@job("employers.rechecks", queue=JobQueue.BATCH)
def open_rechecks(context: JobContext) -> dict[str, int]:
    """Open tasks for checks that lapse; a second run is harmless: a task that is open stays the one."""
    with transaction(context.session_factory) as session:
        return {"n_due": employer_checks.open_recheck_tasks(session, SYSTEM)}
