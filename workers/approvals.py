"""Work on approvals (审批) nobody asks for: notices that ended, approvals that wait for nobody."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services.approvals import publicity, settling
from matcher.services.hardship import register_edits
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job


@job("approvals.notices", queue=JobQueue.BATCH)
def end_notices(context: JobContext) -> dict[str, int]:
    """End the notices whose last day is past; a second run finds none."""
    with transaction(context.session_factory) as session:
        return {"n_ended": publicity.end_due_notices(session, SYSTEM)}


@job("approvals.placing", queue=JobQueue.BATCH)
def place_anew(context: JobContext) -> dict[str, int]:
    """Place anew what waits for nobody; a second run changes nothing."""
    with transaction(context.session_factory) as session:
        return {"n_moved": settling.settle_all(session, SYSTEM)}


@job("register.edits", queue=JobQueue.BATCH)
def collect_edits(context: JobContext) -> dict[str, int]:
    """Note what was edited in files in force; a second run finds everything told."""
    n_noted, last_id = 0, 0
    while True:
        with transaction(context.session_factory) as session:
            noted, last_id = register_edits.collect_edits(session, after_id=last_id)
        n_noted += noted
        if not last_id:
            return {"n_noted": n_noted}
        context.checkpoint(n_noted)
