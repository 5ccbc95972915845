"""Factories of employers before a fair: calls, posts shown there, papers; plain rows, no use case."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState, FairPrintKind, FairPrintState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairCall, FairPaper, FairPrint
from matcher.models.fairs import Fair, FairEmployer, FairPosting
from matcher.models.postings import Posting
from tests.factories.fairs import make_fair, make_fair_employer, make_fair_posting
from tests.factories.postings import make_posting


def make_call(session: Session, fair: Fair | None = None, **changes: object) -> FairCall:
    """Insert what a fair offers: ten booths, a week to apply, ten days for papers."""
    fair = fair or make_fair(session)
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "n_booths": 10,
        "apply_until": clock.today() + dt.timedelta(days=7),
        "papers_until": clock.today() + dt.timedelta(days=10),
    }
    call = FairCall(**(fields | changes))
    session.add(call)
    session.flush()
    return call


def make_shown_posting(
    session: Session, row: FairEmployer, posting: Posting | None = None
) -> FairPosting:
    """Insert a posting its employer shows at the fair."""
    if posting is None:
        fair = session.get_one(Fair, row.fair_id)
        drive = session.get_one(Drive, fair.drive_id)
        posting = make_posting(session, drive, session.get_one(Employer, row.employer_id))
    return make_fair_posting(session, row, posting)


def make_paper(
    session: Session,
    row: FairEmployer | None = None,
    kind: FairPaperKind = FairPaperKind.LICENCE,
    **changes: object,
) -> FairPaper:
    """Insert a paper that was handed in."""
    row = row or make_fair_employer(session)
    fields: dict[str, object] = {
        "fair_employer_id": row.id,
        "kind": kind,
        "state": FairPaperState.HANDED_IN,
        "handed_in_at": clock.now(),
    }
    paper = FairPaper(**(fields | changes))
    session.add(paper)
    session.flush()
    return paper


def make_pack(
    session: Session, row: FairEmployer, state: FairPaperState = FairPaperState.ACCEPTED
) -> list[FairPaper]:
    """Insert the four papers every employer needs, all in one state."""
    return [
        make_paper(session, row, kind, state=state)
        for kind in FairPaperKind
        if kind is not FairPaperKind.POSTER
    ]


def make_print(session: Session, fair: Fair | None = None, **changes: object) -> FairPrint:
    """Insert a print of a fair that was made and has expired."""
    fair = fair or make_fair(session)
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "kind": FairPrintKind.BOOKLET,
        "state": FairPrintState.READY,
        "asked_at": clock.now(),
    }
    made = FairPrint(**(fields | changes))
    session.add(made)
    session.flush()
    return made
