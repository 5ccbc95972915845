"""Work on training (培训): the night's reminders, ends and orders; what would help a group most."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue, Role
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import group_jobs, silence
from workers.runner import JobContext, job


@job("training.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Remind, end what nobody answered, look at orders; each part by itself, and a second run changes nothing."""
    done: dict[str, int] = {}
    for name, part in silence.PARTS.items():
        with transaction(context.session_factory) as session:
            done[name] = part(session, SYSTEM)
        context.checkpoint(len(done), len(silence.PARTS))
    return done


@job(group_jobs.NAME, queue=JobQueue.BATCH)
def count_group(context: JobContext, account: int, role: str, union: int) -> dict[str, object]:
    """Count what would help the people of a caseworker; it only reads, so a second run is harmless."""
    by = Actor(account_id=account, role=Role(role), union_id=union)
    with reading(context.session_factory) as session:
        return group_jobs.count(session, by, context.checkpoint)
