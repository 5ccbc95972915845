"""Reminders of the day (每日提醒), written into the outbox."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.services.casework import digests
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job


@job("reminders.digests", queue=JobQueue.BATCH)
def write_digests(context: JobContext) -> dict[str, int]:
    """Write the digests whose hour has come; a second run is harmless: a message's key names account and day."""
    with reading(context.session_factory) as session:
        due = digests.due_accounts(session, SYSTEM)
    n_written = 0
    for done, account_id in enumerate(due, start=1):
        with transaction(context.session_factory) as session:
            n_written += digests.write_digest(session, SYSTEM, account_id)
        context.checkpoint(done)
    return {"n_due": len(due), "n_written": n_written}
