"""Nightly work on cases (帮扶个案): tasks of dates, packages, requests and pairings; proposals; the survey's lines."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services.casework import nightly
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job


@job("casework.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Bring tasks in step; a second run is harmless: open tasks, proposals and lines are found standing."""
    with transaction(context.session_factory) as session:
        return nightly.run_night(session, SYSTEM)
