"""The report's workbook of a large fair (报告表和明细), made in the background; a small one is handed out at once.

A province's fair has some 230,000 rows behind its figures: more than somebody should wait for with a page that stands
still. The workbook shows the figures of the moment it is made, and says which.
"""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobState
from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.models.fair_papers import FairPrint
from matcher.models.fairs import Fair
from matcher.models.jobs import Job
from matcher.policy.limits import get_limit
from matcher.services.fair_employers import prints
from matcher.services.fair_reports import figures, papers, reporting
from matcher.services.fair_reports.sight import get_fair
from matcher.services.permissions import SYSTEM, Actor, Permission

N_SHEETS = len(figures.REPORT)
"""Sheets of rows, one of each figure."""


def ask_long_book(session: Session, by: Actor, public_id: str) -> FairPrint | None:
    """Ask for the workbook of a fair with many rows; None: it is short, `papers.report_book` has it at once.

    Who asks while one is being made gets that one.
    """
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS, lock=True)
    most = get_limit("fair.report_rows_at_once", fair.venue_region, clock.today()).value
    if count_rows(session, fair) <= most:
        return None
    row = _being_made(session, fair)
    if row is None:
        row = prints.open_print(session, by, fair, FairPrintKind.REPORT, is_long=True)
    return row


def _being_made(session: Session, fair: Fair) -> FairPrint | None:
    found = (
        sa.select(FairPrint)
        .join(Job, Job.id == FairPrint.job_id)
        .where(
            FairPrint.fair_id == fair.id,
            FairPrint.kind == FairPrintKind.REPORT,
            FairPrint.state == FairPrintState.WAITING,
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        )
    )
    return session.scalars(found.order_by(FairPrint.id.desc()).limit(1)).one_or_none()


def count_rows(session: Session, fair: Fair) -> int:
    """Return how many rows the workbook's sheets have together."""
    listed = [one.select(fair) for one in figures.REPORT]
    listed += [one.nameless(fair) for one in figures.REPORT if one.nameless is not None]
    return sum(figures.count_rows(session, ids) for ids in listed)


def make(session: Session, row: FairPrint, *, written: Callable[[int], None]) -> bytes:
    """Return the workbook a print waits for; reads only.

    Parameters
    ----------
    written : told how many of the `N_SHEETS` sheets are begun
    """
    fair = session.get_one(Fair, row.fair_id)
    view = reporting.read_report(session, SYSTEM, fair.public_id)
    return papers.book_of(session, view, written=written)
