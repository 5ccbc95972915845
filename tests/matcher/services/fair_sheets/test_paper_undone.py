"""Undoing entered sheets of paper: all of a batch or nothing, and never what others built on."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fair_hall import ContactState, ContactStepKind, ContactVia
from matcher.kinds.fair_reports import OutcomeSaid, PaperBatchState
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.services.doors.tickets import issue_ticket, ticket_code
from matcher.services.fair_hall.steps import NewStep, enter
from matcher.services.fair_reports import closing, figures, following
from matcher.services.fair_reports.following import Told
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.fair_sheets.undoing import undo_batch
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, make_contact
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.factories.fairs import make_visitor
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


def _again(made: HeldFair, line: int) -> bytes:
    """Return a book of one more line about the person the first book signed in, at the same booth."""
    return typed_book(contacts=[contact_line(made.fair, line, _sign(made)[0], "", YES, YES, "1")])


def test_a_batch_can_be_undone_again_once_the_later_one_on_its_contact_is_undone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    before, fair_id = counts(session), made.fair.public_id
    first = enter_book(session, organiser, made, book(made))
    second = enter_book(session, organiser, made, _again(made, 3))
    with pytest.raises(RuleBrokenError):
        undo_batch(session, organiser, fair_id, first.public_id)

    undo_batch(session, organiser, fair_id, second.public_id)
    contact = session.scalars(sa.select(FairContact).where(FairContact.intent_at.is_not(None)))
    assert contact.one().state is ContactState.INTENT, "what the first book said stands"
    undo_batch(session, organiser, fair_id, first.public_id)

    assert counts(session) == before


def test_of_three_batches_on_a_contact_the_last_that_stands_locks_the_first(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    fair_id = made.fair.public_id
    first = enter_book(session, organiser, made, book(made))
    second = enter_book(session, organiser, made, _again(made, 3))
    enter_book(session, organiser, made, _again(made, 4))

    undo_batch(session, organiser, fair_id, second.public_id)

    with pytest.raises(RuleBrokenError):
        undo_batch(session, organiser, fair_id, first.public_id)


def test_what_the_booth_undid_itself_still_stands_against_undoing_the_batch(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    batch = enter_book(session, organiser, made, book(made))
    found = sa.select(FairContact).where(FairContact.intent_at.is_not(None))
    contact = session.scalars(found).one()
    done = enter(session, contact, _at_booth(ContactStepKind.REFUSED, reason=RefusalReason.SKILL))
    assert done is not None
    enter(session, contact, _at_booth(ContactStepKind.UNDONE, undoes_id=done.id))

    with pytest.raises(RuleBrokenError):
        undo_batch(session, organiser, made.fair.public_id, batch.public_id)


def _at_booth(kind: ContactStepKind, **changes: Any) -> NewStep:
    return NewStep(kind, f"booth:{kind}", clock.now(), ContactVia.BOOTH, **changes)


def test_an_entry_can_be_undone_again_once_the_later_batch_at_a_booth_is_undone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    fair_id = made.fair.public_id
    visitor = make_visitor(session, made.fair, phone="13900009999")
    contact = make_contact(session, made.places[0], visitor)
    code = ticket_code(session, issue_ticket(session, visitor.id, made.held.id))
    signed = sign_in_line(made.fair, 1, code, "", "", "", "", "", YES)
    first = enter_book(session, organiser, made, typed_book([signed]))
    second = enter_book(session, organiser, made, _again(made, 3))
    assert contact.intent_at is not None
    with pytest.raises(RuleBrokenError):
        undo_batch(session, organiser, fair_id, first.public_id)

    undo_batch(session, organiser, fair_id, second.public_id)
    undo_batch(session, organiser, fair_id, first.public_id)

    session.refresh(made.held)
    assert made.held.n_entered == 0
