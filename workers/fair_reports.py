"""Work after a fair: both sides are asked, intents are followed night by night, old fairs lose their personal parts."""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.errors import InvalidInputError, NotFoundError, YangguangError
from matcher.kinds import JobQueue
from matcher.kinds.fair_papers import FairPrintState
from matcher.models.fair_papers import FairPrint
from matcher.models.fairs import Fair
from matcher.services.fair_employers import prints
from matcher.services.fair_reports import asking, books, closing, keeping, nights
from workers.runner import JobContext, job

_log = logging.getLogger(__name__)


@job(closing.ASK_JOB, queue=JobQueue.BATCH)
def ask_after(context: JobContext, *, fair_id: int) -> dict[str, int]:
    """Ask employers and visitors of a closed fair, one a transaction; a second run asks nobody again."""
    with reading(context.session_factory) as session:
        fair = session.get_one(Fair, fair_id)
        places = asking.places_to_ask(session, fair)
        visitors = asking.visitors_to_ask(session, fair)
    n_places = _each(context, places, asking.ask_place)
    n_visitors = _each(context, visitors, asking.ask_visitor, before=len(places))
    return {"n_places": n_places, "n_visitors": n_visitors}


@job("fairs.after_night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Ask for closing, follow intents, forget what is over; a second run finds everything standing."""
    with transaction(context.session_factory) as session:
        n_to_close = closing.remind_to_close(session, clock.today())
    with reading(context.session_factory) as session:
        followed = nights.fairs_followed(session)
        over = keeping.fairs_to_forget(session)
    n_followed = _each(context, followed, lambda session, one: bool(nights.follow_up(session, one)))
    n_forgotten = _each(
        context, over, lambda session, one: keeping.forget(session, one) > 0, before=len(followed)
    )
    return {"n_to_close": n_to_close, "n_followed": n_followed, "n_forgotten": n_forgotten}


@job(prints.REPORT_JOB, queue=JobQueue.BATCH)
def make_book(context: JobContext, print_id: int) -> dict[str, int]:
    """Make and store a report's workbook; a second run is harmless: one that was kept is not made again."""
    steps = books.N_SHEETS + 1
    context.checkpoint(0, steps)
    with reading(context.session_factory) as session:
        row = session.get(FairPrint, print_id)
        if row is None:
            raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
        if row.state is not FairPrintState.WAITING:
            return {"kept": 0}
        content = books.make(session, row, written=context.checkpoint)
    try:
        with transaction(context.session_factory) as session:
            context.require_lease(session)
            prints.keep(session, print_id, content)
    except InvalidInputError as error:  # larger than a file may be: the next try would be too
        with transaction(context.session_factory) as session:
            prints.fail(session, print_id, error.code)
        return {"kept": 0}
    context.progress(steps)
    return {"kept": 1}


def _each(
    context: JobContext,
    ids: Sequence[int],
    act: Callable[[Session, int], bool],
    *,
    before: int = 0,
) -> int:
    """Do one a transaction; one a rule stands against keeps no other back."""
    n_done = 0
    for at, number in enumerate(ids, start=1):
        try:
            with transaction(context.session_factory) as session:
                n_done += act(session, number)
        except YangguangError as error:
            _log.warning("row left", extra={"job_id": context.job_id, "code": error.code})
        context.checkpoint(before + at)
    return n_done
