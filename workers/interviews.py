"""Work on interview days (面试日): making the interviews of a confirmed proposal."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue, Role
from matcher.services.interviews import arranging
from matcher.services.permissions import Actor
from workers.runner import JobContext, job


@job(arranging.NAME, queue=JobQueue.BATCH)
def arrange(
    context: JobContext,
    *,
    account: int,
    role: str,
    union: int,
    day: str,
    since: str,
    pairs: list[list[int]],
) -> dict[str, int]:
    """Make the interviews as the person who confirmed; a second run finds those of the first and makes the rest."""
    by = Actor(account_id=account, role=Role(role), union_id=union)
    n_made = n_refused = 0
    for piece in arranging.pieces(pairs):
        with transaction(context.session_factory) as session:
            context.require_lease(session)
            made, refused = arranging.make_piece(session, by, day, piece, since)
        n_made, n_refused = n_made + made, n_refused + refused
        context.checkpoint(n_made + n_refused, len(pairs))
    return {"n_made": n_made, "n_refused": n_refused}
