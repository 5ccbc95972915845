"""Work on training (培训): the night's reminders, ends and orders; what would help a group most."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue, Role
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import group_jobs, silence
from workers.runner import JobContext, job


@job("training.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Remind, end what nobody answered, look at orders; a second run changes nothing."""
    with transaction(context.session_factory) as session:
        return silence.run_night(session, SYSTEM)


@job(group_jobs.NAME, queue=JobQueue.BATCH)
def count_group(context: JobContext, account: int, role: str, union: int) -> dict[str, object]:
    """Count what would help the people of a caseworker; reads only, so that doing it again is harmless."""
    by = Actor(account_id=account, role=Role(role), union_id=union)
    with reading(context.session_factory) as session:
        return group_jobs.count(session, by, context.checkpoint)
