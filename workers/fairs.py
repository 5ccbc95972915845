"""Work on fairs (招聘会): telling everybody who counts on one that it moved or is cancelled."""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.errors import YangguangError
from matcher.kinds import JobQueue
from matcher.services.fairs import telling
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job

_PIECE = 100
"""People told in one short transaction."""

_log = logging.getLogger(__name__)


@job(telling.JOB, queue=JobQueue.BATCH)
def tell(context: JobContext, *, fair_id: int, matter: str, version: int) -> dict[str, int]:
    """Write a message to each employer and visitor; a second run finds them written, by their keys."""
    with reading(context.session_factory) as session:
        if not telling.is_due(session, fair_id, matter):
            return {"n_employers": 0, "n_visitors": 0}
        employers = telling.employers_to_tell(session, fair_id)
        visitors = telling.visitors_to_tell(session, fair_id)
    total = len(employers) + len(visitors)
    n_employers = _each(
        context,
        employers,
        lambda session, one: telling.tell_employer(
            session, SYSTEM, one, matter=matter, version=version
        ),
        begun=0,
        total=total,
    )
    n_visitors = _each(
        context,
        visitors,
        lambda session, one: telling.tell_visitor(
            session, SYSTEM, one, matter=matter, version=version
        ),
        begun=len(employers),
        total=total,
    )
    return {"n_employers": n_employers, "n_visitors": n_visitors}


def _each(
    context: JobContext,
    rows: Sequence[int],
    act: Callable[[Session, int], int],
    *,
    begun: int,
    total: int,
) -> int:
    """Tell a piece a transaction; one a rule stands against keeps no other back."""
    told = 0
    for first in range(0, len(rows), _PIECE):
        piece = rows[first : first + _PIECE]
        with transaction(context.session_factory) as session:
            for one in piece:
                try:
                    with session.begin_nested():
                        told += act(session, one)
                except YangguangError as error:
                    _log.warning(
                        "nobody told", extra={"job_id": context.job_id, "code": error.code}
                    )
        context.checkpoint(begun + first + len(piece), total)
    return told
