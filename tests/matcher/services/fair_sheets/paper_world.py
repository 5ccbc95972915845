"""What tests of entered paper do: hand in a book, read what was judged, count what came of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_reports import FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.services.fair_sheets import batches
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair
from tests.factories.fair_paper import contact_line, sign_in_line, survey_line, typed_book

YES = "是"
_LOGS = (
    FairVisitor,
    FairTicket,
    FairEntry,
    FairContact,
    FairContactStep,
    FairSurveyAnswer,
    FairPaperLine,
)


def counts(session: Session) -> list[int]:
    """Return how many visitors, tickets, entries, contacts, steps, answers and paper lines there are."""
    return [session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in _LOGS]


def upload_book(session: Session, by: Actor, made: HeldFair, content: bytes) -> FairPaperBatch:
    """Hand in a book to be judged."""
    return batches.stage(session, by, made.fair.public_id, content, "补录.xlsx")


def enter_book(session: Session, by: Actor, made: HeldFair, content: bytes) -> FairPaperBatch:
    """Hand in a book and enter what was judged good."""
    batch = upload_book(session, by, made, content)
    return enter_batch(session, by, made.fair.public_id, batch.public_id)


def verdicts(session: Session, batch: FairPaperBatch) -> list[tuple[str, str]]:
    """Return verdict and problem of each row, in order."""
    found = sa.select(FairPaperRow).where(FairPaperRow.batch_id == batch.id)
    rows = session.scalars(found.order_by(FairPaperRow.id))
    return [(row.verdict.value, row.problem or "") for row in rows]


def book(made: HeldFair) -> bytes:
    """Return a book of two people, what two of them did at a booth, and one survey."""
    one = sign_in_line(made.fair, 1, "", "张三", "13911112222", "宁夏大学", "会计学", "本科", YES)
    two = sign_in_line(made.fair, 2, "", "李四", "", "", "", "", "同意")
    return typed_book(
        [one, two],
        [
            contact_line(made.fair, 1, one[0], YES, YES, YES, "1"),
            contact_line(made.fair, 1, two[0].lower(), "√", "", "", "", "技能或经历不足", number=2),
        ],
        [survey_line(made.fair, 1, "5", "4", "", "3", "A", "AC", "A", "多来几家")],
    )
