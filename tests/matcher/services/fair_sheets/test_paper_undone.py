"""Undoing entered sheets of paper: all of a batch or nothing, and never what others built on."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.fair_reports import OutcomeSaid, PaperBatchState
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.services.fair_reports import closing, figures, following
from matcher.services.fair_reports.following import Told
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.fair_sheets.undoing import undo_batch
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, make_contact
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.matcher.services.fair_sheets.paper_world import YES, book, counts, enter_book


def test_undone_it_is_as_if_it_had_never_been_and_can_be_entered_again(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    before = counts(session)
    batch = enter_book(session, organiser, made, book(made))
    undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    assert counts(session) == before
    assert batch.state is PaperBatchState.UNDONE
    session.refresh(made.held)
    assert made.held.n_entered == 0
    with pytest.raises(RuleBrokenError):
        enter_batch(session, organiser, made.fair.public_id, batch.public_id)
    enter_book(session, organiser, made, book(made))
    assert figures.count_all(session, made.fair)["intents"] == 1


def test_steps_at_a_contact_of_the_booth_are_undone_by_steps(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    enter_book(session, organiser, made, typed_book([_sign(made)]))
    visitor = session.scalars(sa.select(FairVisitor)).one()
    contact = make_contact(session, made.places[0], visitor)
    lines = [contact_line(made.fair, 1, _sign(made)[0], "", "", YES)]
    batch = enter_book(session, organiser, made, typed_book(contacts=lines))
    assert contact.intent_at is not None

    undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    session.refresh(contact)
    assert contact.intent_at is None


def _sign(made: HeldFair) -> list[str]:
    return sign_in_line(made.fair, 1, "", "张三", "", "", "", "", YES)


def test_what_others_built_on_is_not_undone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    batch = enter_book(session, organiser, made, book(made))
    closing.close_fair(session, organiser, made.fair.public_id)
    follow = session.scalars(sa.select(FairFollow)).one()
    following.tell(session, organiser, follow.public_id, Told(OutcomeSaid.HIRED))

    with pytest.raises(RuleBrokenError) as refused:
        undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    assert refused.value.details["codes"] == [contact_line(made.fair, 1)[0]]
