"""Nightly following up (回访): call-backs that come due, employers asked about seats, calls for who did not answer."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.services.follow_ups import call_backs, seat_surveys
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job


@job("follow_ups.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Open what came due, a short transaction each; a second run finds everything standing."""
    with transaction(context.session_factory) as session:
        n_dropped = call_backs.drop_gone(session, SYSTEM)
        n_noted = seat_surveys.note_closed(session, SYSTEM)
    with reading(context.session_factory) as session:
        calls = call_backs.due_calls(session, SYSTEM)
        employers = seat_surveys.due_employers(session, SYSTEM)
    n_opened = n_asked = 0
    for at, due in enumerate(calls, start=1):
        with transaction(context.session_factory) as session:
            n_opened += call_backs.open_call(session, SYSTEM, due) is not None
        context.checkpoint(at)
    for at, employer_id in enumerate(employers, start=len(calls) + 1):
        with transaction(context.session_factory) as session:
            n_asked += seat_surveys.ask_employer(session, SYSTEM, employer_id)
        context.checkpoint(at)
    with transaction(context.session_factory) as session:
        n_unanswered = seat_surveys.open_calls(session, SYSTEM)
    return {
        "n_dropped": n_dropped,
        "n_noted": n_noted,
        "n_opened": n_opened,
        "n_asked": n_asked,
        "n_unanswered": n_unanswered,
    }
