"""Undoing entered sheets of paper: all of a batch or nothing, and never what others built on."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_reports import OutcomeSaid, PaperBatchState
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_reports import FairFollow, FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_reports import closing, figures, following
from matcher.services.fair_reports.following import Told
from matcher.services.fair_sheets import batches
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.fair_sheets.undoing import undo_batch
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, make_contact, make_held_fair
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


@pytest.fixture
def made(session: Session) -> HeldFair:
    seed_consent_texts(session)
    return make_held_fair(session, n_visitors=0)


@pytest.fixture
def organiser(session: Session, made: HeldFair) -> Actor:
    union = session.get_one(Union, made.fair.union_id)
    return make_actor(session, Role.FAIR_ORGANISER, union=union)


def _counts(session: Session) -> list[int]:
    return [session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in _LOGS]


def _upload(session: Session, by: Actor, made: HeldFair, content: bytes) -> FairPaperBatch:
    return batches.stage(session, by, made.fair.public_id, content, "补录.xlsx")


def _enter(session: Session, by: Actor, made: HeldFair, content: bytes) -> FairPaperBatch:
    batch = _upload(session, by, made, content)
    return enter_batch(session, by, made.fair.public_id, batch.public_id)


def _verdicts(session: Session, batch: FairPaperBatch) -> list[tuple[str, str]]:
    found = sa.select(FairPaperRow).where(FairPaperRow.batch_id == batch.id)
    rows = session.scalars(found.order_by(FairPaperRow.id))
    return [(row.verdict.value, row.problem or "") for row in rows]


def _book(made: HeldFair) -> bytes:
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


def test_undone_it_is_as_if_it_had_never_been_and_can_be_entered_again(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    before = _counts(session)
    batch = _enter(session, organiser, made, _book(made))
    undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    assert _counts(session) == before
    assert batch.state is PaperBatchState.UNDONE
    session.refresh(made.held)
    assert made.held.n_entered == 0
    with pytest.raises(RuleBrokenError):
        enter_batch(session, organiser, made.fair.public_id, batch.public_id)
    _enter(session, organiser, made, _book(made))
    assert figures.count_all(session, made.fair)["intents"] == 1


def test_steps_at_a_contact_of_the_booth_are_undone_by_steps(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    _enter(session, organiser, made, typed_book([_sign(made)]))
    visitor = session.scalars(sa.select(FairVisitor)).one()
    contact = make_contact(session, made.places[0], visitor)
    lines = [contact_line(made.fair, 1, _sign(made)[0], "", "", YES)]
    batch = _enter(session, organiser, made, typed_book(contacts=lines))
    assert contact.intent_at is not None

    undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    session.refresh(contact)
    assert contact.intent_at is None


def _sign(made: HeldFair) -> list[str]:
    return sign_in_line(made.fair, 1, "", "张三", "", "", "", "", YES)


def test_what_others_built_on_is_not_undone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    batch = _enter(session, organiser, made, _book(made))
    closing.close_fair(session, organiser, made.fair.public_id)
    follow = session.scalars(sa.select(FairFollow)).one()
    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.HIRED))

    with pytest.raises(RuleBrokenError) as refused:
        undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    assert refused.value.details["codes"] == [contact_line(made.fair, 1)[0]]
