"""The service ledger of fairs (服务台账): kept two years and longer as counts, its personal parts forgotten in time.

How long is a dated rule (`fair.ledger`). What is forgotten: names, numbers, schools, who on file somebody was, notes
of booths, words of surveys, what stood on sheets of paper. What stays: every count and every row it rests on.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_reports import FairFollow, FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.policy.deadlines import get_deadline
from matcher.services import audit
from matcher.services.permissions import SYSTEM

LEDGER_RULE = "fair.ledger"

_OF_VISITOR = (
    "graduate_id",
    "name_cipher",
    "name_masked",
    "phone_cipher",
    "phone_index",
    "phone_masked",
    "person_index",
    "school",
    "major_text",
)
"""What a visitor's row holds of a person."""

_LEFT = (
    sa.exists().where(FairVisitor.fair_id == Fair.id, FairVisitor.forgotten_at.is_(None)),
    sa.exists().where(FairRoute.visitor_id == FairVisitor.id, FairVisitor.fair_id == Fair.id),
    sa.exists().where(FairContact.fair_id == Fair.id, FairContact.note_cipher.is_not(None)),
    sa.exists().where(
        FairSurveyAnswer.fair_id == Fair.id, FairSurveyAnswer.words_cipher.is_not(None)
    ),
    sa.exists().where(
        FairPaperBatch.fair_id == Fair.id,
        FairPaperRow.batch_id == FairPaperBatch.id,
        FairPaperRow.values_cipher.is_not(None),
    ),
)
"""Where a fair may hold words about people."""

_QUIET = {"synchronize_session": False}


def kept_until(fair: Fair) -> dt.date:
    """Return the last day the ledger of a fair must be kept with everything in it."""
    return get_deadline(LEDGER_RULE, fair.venue_region, fair.last_on).after(fair.last_on)


def fairs_to_forget(session: Session) -> list[int]:
    """Return the fairs whose time is over and that still hold personal parts, closed or never closed."""
    found = sa.select(Fair).where(sa.or_(*_LEFT)).order_by(Fair.id)
    today = clock.today()
    return [fair.id for fair in session.scalars(found) if kept_until(fair) < today]


def forget(session: Session, fair_id: int) -> int:
    """Forget the personal parts of a fair; return of how many visitors. Figures stay as they were."""
    _empty_around(session, fair_id)
    gone = session.scalars(
        sa.update(FairVisitor)
        .where(FairVisitor.fair_id == fair_id, FairVisitor.forgotten_at.is_(None))
        .values(dict.fromkeys(_OF_VISITOR) | {"shown": [], "forgotten_at": clock.now()})
        .returning(FairVisitor.id),
        execution_options=_QUIET,
    ).all()
    audit.record(session, SYSTEM, "fair.forgotten", subject=("fair", fair_id), n=len(gone))
    session.flush()
    return len(gone)


def _empty_around(session: Session, fair_id: int) -> None:
    """Empty what was written about visitors elsewhere: at booths, of their jobs, in surveys, on paper."""
    batches = sa.select(FairPaperBatch.id).where(FairPaperBatch.fair_id == fair_id)
    visitors = sa.select(FairVisitor.id).where(FairVisitor.fair_id == fair_id)
    for change in (
        sa.update(FairContact).where(FairContact.fair_id == fair_id).values(note_cipher=None),
        sa.update(FairFollow).where(FairFollow.fair_id == fair_id).values(placement_id=None),
        sa.update(FairSurveyAnswer)
        .where(FairSurveyAnswer.fair_id == fair_id)
        .values(words_cipher=None),
        sa.update(FairPaperRow)
        .where(FairPaperRow.batch_id.in_(batches))
        .values(values_cipher=None),
        sa.update(FairPaperBatch).where(FairPaperBatch.fair_id == fair_id).values(file_name=""),
        sa.update(FairPaperLine).where(FairPaperLine.fair_id == fair_id).values(content_mark=""),
        sa.delete(FairRoute).where(FairRoute.visitor_id.in_(visitors)),
    ):
        session.execute(change, execution_options=_QUIET)
