"""Background work on referrals (推荐): silence, seats handed on or opened, what lost its ground, employers' digests.

Every row is looked at in a short transaction of its own; a job killed in the middle goes on where it was when it is
run again, since what was done shows in the rows.
"""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.errors import YangguangError
from matcher.kinds import JobQueue
from matcher.services.permissions import SYSTEM
from matcher.services.referrals import cascade, departures, digests, releases, silence
from matcher.services.referrals.looks import DEPARTURES_JOB, HAND_ON_JOB
from workers.runner import JobContext, job

_Row = TypeVar("_Row")
_log = logging.getLogger(__name__)


def _each(
    context: JobContext, rows: Iterable[_Row], look: Callable[[Session, _Row], bool], *, before: int
) -> int:
    """Look at rows one transaction at a time; one a rule stands against is left for the next night."""
    n_done = 0
    for at, row in enumerate(rows, start=1):
        try:
            with transaction(context.session_factory) as session:
                n_done += look(session, row)
        except YangguangError as error:
            _log.warning("row left", extra={"job_id": context.job_id, "code": error.code})
        context.checkpoint(before + at)
    return n_done


@job(DEPARTURES_JOB, queue=JobQueue.LIVE)
def take_back(context: JobContext, **of: int) -> dict[str, int]:
    """Take back what lost its ground; a second run finds it taken back."""
    with reading(context.session_factory) as session:
        gone = departures.due(session, SYSTEM, **of)
    n_done = _each(
        context,
        gone,
        lambda session, row: departures.take_back(session, SYSTEM, *row),
        before=context.done_units,
    )
    return {"n_due": len(gone), "n_done": n_done}


@job(HAND_ON_JOB, queue=JobQueue.LIVE)
def hand_on(context: JobContext, seat_id: int) -> dict[str, int]:
    """Hand a kept seat that came back on; a second run finds it held, or the same task standing."""
    return {"n_done": _hand_on(context, [seat_id])}


def _hand_on(context: JobContext, seat_ids: list[int]) -> int:
    return _each(
        context,
        seat_ids,
        lambda session, seat_id: cascade.hand_on(session, SYSTEM, seat_id) is not None,
        before=context.done_units,
    )


@job("referrals.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Do what a night asks for, ends before silence, silence before seats; a second run finds it done."""
    told = {"n_taken_back": take_back(context)["n_done"]}
    with reading(context.session_factory) as session:
        silent = silence.due_ids(session, SYSTEM)
    told["n_silent"] = _each(context, silent, _look, before=context.done_units)
    with reading(context.session_factory) as session:
        exhausted = releases.due_tasks(session, SYSTEM)
    told["n_opened"] = _each(
        context,
        exhausted,
        lambda session, task_id: releases.look_at(session, SYSTEM, task_id),
        before=context.done_units,
    )
    with reading(context.session_factory) as session:
        waiting = cascade.waiting_seats(session, SYSTEM)
    told["n_handed_on"] = _hand_on(context, waiting)
    return told


def _look(session: Session, referral_id: int) -> bool:
    looked = silence.look_at(session, SYSTEM, referral_id)
    return looked.is_told or looked.is_lapsed or looked.is_called or looked.is_expired


@job("referrals.digests", queue=JobQueue.BATCH)
def write_digests(context: JobContext) -> dict[str, int]:
    """Write the employers' digests of the morning; a second run is harmless: keys name employer, day and account."""
    with reading(context.session_factory) as session:
        employers = digests.due_employers(session, SYSTEM)
    n_written = _each(
        context,
        employers,
        lambda session, employer_id: digests.write_digest(session, SYSTEM, employer_id),
        before=0,
    )
    return {"n_due": len(employers), "n_written": n_written}
