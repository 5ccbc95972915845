"""Work on employers at fairs (参会单位) nobody waits for: the night's reminders and forgetting, long prints."""

import logging

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.errors import NotFoundError, YangguangError
from matcher.kinds import JobQueue
from matcher.kinds.fair_papers import FairPrintState
from matcher.models.fair_papers import FairPrint
from matcher.services.fair_employers import nightly, prints
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job

_log = logging.getLogger(__name__)


@job(nightly.NIGHT_JOB, queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Look at every fair to come, then forget what is over; a second run finds it said and forgotten.

    A fair in its own transaction: one a rule stands against is left for the next night.
    """
    with reading(context.session_factory) as session:
        pieces = [(fair_id, nightly.look_at) for fair_id in nightly.open_fairs(session, SYSTEM)]
        pieces += [(fair_id, nightly.forget) for fair_id in nightly.over_fairs(session, SYSTEM)]
    n_done = 0
    for at, (fair_id, look) in enumerate(pieces, start=1):
        try:
            with transaction(context.session_factory) as session:
                n_done += look(session, SYSTEM, fair_id)
        except YangguangError as error:
            _log.warning("fair left", extra={"job_id": context.job_id, "code": error.code})
        context.checkpoint(at, len(pieces))
    return {"n_fairs": len(pieces), "n_done": n_done}


@job(prints.MAKE_JOB, queue=JobQueue.BATCH)
def make_print(context: JobContext, print_id: int) -> dict[str, int]:
    """Make and store a print; a second run is harmless: one that was kept is not made again."""
    context.checkpoint(0, 2)
    with reading(context.session_factory) as session:
        row = session.get(FairPrint, print_id)
        if row is None:
            raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
        if row.state is not FairPrintState.WAITING:
            return {"kept": 0}
        made = _made(session, row)
    context.checkpoint(1)
    with transaction(context.session_factory) as session:
        context.require_lease(session)
        if isinstance(made, YangguangError):
            prints.fail(session, print_id, made.code)
            return {"kept": 0}
        prints.keep(session, print_id, made)
    context.progress(2)
    return {"kept": 1}


def _made(session: Session, row: FairPrint) -> bytes | YangguangError:
    try:
        return prints.make(session, row)
    except YangguangError as error:
        return error
