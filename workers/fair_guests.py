"""Work on who comes to a fair: invitations in two turns, routes, reminders and calls of the night."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.services.fair_guests import calls_before, inviting, nightly, routing
from workers.runner import JobContext, job

_PART = 200


@job(inviting.JOB, queue=JobQueue.BATCH)
def invite(context: JobContext, *, invitation: int) -> dict[str, int]:
    """Make visitors and routes, then let the first messages leave; a second run finds them and makes the rest.

    Progress and result count people asked, never messages: how many leave first is nobody's business.
    """
    with reading(context.session_factory) as session:
        wanted = inviting.still_wanted(session, invitation)
        if wanted is None:
            return {"n_asked": 0}
        fair_id, left = wanted.fair_id, inviting.candidates(session, wanted)
    n_asked = 0
    for part in _parts(left):
        with transaction(context.session_factory) as session:
            context.require_lease(session)
            standing = inviting.still_wanted(session, invitation)
            n_asked += inviting.add_visitors(session, standing, part) if standing else 0
        context.checkpoint(n_asked, len(left))
    _make_routes(context, fair_id)
    with reading(context.session_factory) as session:
        standing = inviting.still_wanted(session, invitation)
        first = inviting.first_to_tell(session, standing) if standing else []
    _tell(context, invitation, first)
    with transaction(context.session_factory) as session:
        standing = inviting.still_wanted(session, invitation)
        if standing is not None:
            inviting.ask_for_rest(session, standing)
            calls_before.open_calls(session)
    return {"n_asked": n_asked}


@job(inviting.REST_JOB, queue=JobQueue.BATCH)
def invite_rest(context: JobContext, *, invitation: int) -> dict[str, int]:
    """Let all other messages of a round leave; a second run finds who was told."""
    with reading(context.session_factory) as session:
        standing = inviting.still_wanted(session, invitation)
        left = inviting.all_to_tell(session, standing) if standing else []
    _tell(context, invitation, left)
    return {}


@job(inviting.ROUTES_JOB, queue=JobQueue.BATCH)
def make_routes(context: JobContext, *, fair: int) -> dict[str, int]:
    """Make all routes of a fair anew; a second run makes the same ones."""
    return {"n_routes": _make_routes(context, fair)}


@job("fair_guests.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Remind who comes tomorrow, open calls to who has not answered; a second run finds both standing."""
    return _each(context, nightly.STEPS)


def _each(
    context: JobContext, steps: Sequence[tuple[str, Callable[[Session], int]]]
) -> dict[str, int]:
    found = {}
    for name, step in steps:
        with transaction(context.session_factory) as session:
            found[name] = step(session)
    return found


def _make_routes(context: JobContext, fair_id: int) -> int:
    with reading(context.session_factory) as session:
        routes, fits = routing.plan(session, fair_id)
    for part in routing.parts(routes):
        with transaction(context.session_factory) as session:
            context.require_lease(session)
            routing.store(session, fair_id, part, fits)
    return len(routes)


def _tell(context: JobContext, invitation: int, visitor_ids: Sequence[int]) -> None:
    for part in _parts(visitor_ids):
        with transaction(context.session_factory) as session:
            context.require_lease(session)
            if inviting.still_wanted(session, invitation) is not None:
                inviting.tell(session, part)


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _PART] for start in range(0, len(ids), _PART)]
