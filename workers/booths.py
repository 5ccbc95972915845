"""Work on the plan of booths (展位图): computing a plan."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue, Role
from matcher.kinds.booth_plans import PlanScope
from matcher.services.booths import planning
from matcher.services.permissions import Actor
from workers.runner import JobContext, job


@job(planning.NAME, queue=JobQueue.BATCH)
def plan(
    context: JobContext, *, account: int, role: str, union: int, fair: str, scope: str
) -> dict[str, int]:
    """Compute a plan as the person who asked; a second run replaces the plan nobody has taken."""
    by = Actor(account_id=account, role=Role(role), union_id=union)
    with reading(context.session_factory) as session:
        given = planning.read(session, by, fair, PlanScope(scope))
    computed, figures = planning.compute(given)
    with transaction(context.session_factory) as session:
        context.require_lease(session)
        planning.keep(session, by, given, computed, figures)
    context.checkpoint(1, 1)
    return {"n_unplaced": len(computed.unplaced)}
