"""Nightly following up (回访): call-backs that come due, employers asked about seats, calls for who did not answer."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.errors import YangguangError
from matcher.kinds import JobQueue
from matcher.services.follow_ups import call_backs, seat_surveys
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job

_Row = TypeVar("_Row")
_log = logging.getLogger(__name__)


def _each(context: JobContext, rows: Sequence[_Row], act: Callable[[Session, _Row], int]) -> int:
    """Do one row a transaction; one a rule stands against is left for the next night and keeps no other back."""
    n_done, before = 0, context.done_units
    for at, row in enumerate(rows, start=1):
        try:
            with transaction(context.session_factory) as session:
                n_done += act(session, row)
        except YangguangError as error:
            _log.warning("row left", extra={"job_id": context.job_id, "code": error.code})
        context.checkpoint(before + at)
    return n_done


@job("follow_ups.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Open what came due, a short transaction each; a second run finds everything standing."""
    with transaction(context.session_factory) as session:
        n_dropped = call_backs.drop_gone(session, SYSTEM)
        n_noted = seat_surveys.note_closed(session, SYSTEM)
    with reading(context.session_factory) as session:
        calls = call_backs.due_calls(session, SYSTEM)
        employers = seat_surveys.due_employers(session, SYSTEM)
    n_opened = _each(
        context,
        calls,
        lambda session, due: int(call_backs.open_call(session, SYSTEM, due) is not None),
    )
    n_asked = _each(
        context,
        employers,
        lambda session, employer_id: seat_surveys.ask_employer(session, SYSTEM, employer_id),
    )
    with transaction(context.session_factory) as session:
        n_unanswered = seat_surveys.open_calls(session, SYSTEM)
    return {
        "n_dropped": n_dropped,
        "n_noted": n_noted,
        "n_opened": n_opened,
        "n_asked": n_asked,
        "n_unanswered": n_unanswered,
    }
