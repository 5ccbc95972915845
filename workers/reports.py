"""Work on reporting (上报) nobody asks for: drafts of new units, reminders, locks."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services.permissions import SYSTEM
from matcher.services.reports import nightly
from workers.runner import JobContext, job


@job("reports.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Lock periods whose last day is past and remind who owes a sheet; a second run finds all of it done."""
    with transaction(context.session_factory) as session:
        return nightly.run_night(session, SYSTEM)
