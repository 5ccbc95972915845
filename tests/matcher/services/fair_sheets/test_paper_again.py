"""Paper entered or undone again, by two at once, or half: nothing twice, nothing lost, nothing of others touched."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, Role
from matcher.kinds.fair_hall import ContactStepKind, ContactVia
from matcher.kinds.fairs import EntryKind, VisitorKind
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.organisations import Union
from matcher.services.consents import current_text, seed_consent_texts
from matcher.services.doors.tickets import issue_ticket
from matcher.services.fair_guests.registering import VisitorInput, register_visitor
from matcher.services.fair_hall.steps import NewStep, enter, meet
from matcher.services.fair_sheets import batches
from matcher.services.fair_sheets.entering import begins_at, enter_batch
from matcher.services.fair_sheets.undoing import undo_batch
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, let_in, make_contact, make_held_fair
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.factories.fairs import make_session
from tests.matcher.services.fair_sheets.paper_world import (
    YES,
    book,
    counts,
    enter_book,
    upload_book,
    verdicts,
)
from tests.support.at_once import all_at_once, committed

_ZHANG = ("", "张三", "13911112222", "", "", "", YES)


def _signed(made: HeldFair) -> bytes:
    return typed_book([sign_in_line(made.fair, 1, *_ZHANG)])


def test_a_batch_entered_or_undone_twice_stays_as_once_left_it(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    batch = upload_book(session, organiser, made, book(made))
    for act in (enter_batch, undo_batch):
        act(session, organiser, made.fair.public_id, batch.public_id)
        once = (batch.version_id, batch.entered_at, batch.undone_at, verdicts(session, batch))

        act(session, organiser, made.fair.public_id, batch.public_id)

        assert (batch.version_id, batch.entered_at, batch.undone_at) == once[:3]
        assert verdicts(session, batch) == once[3]


def test_a_line_that_stands_in_two_uploaded_books_is_entered_once(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    first, second = (upload_book(session, organiser, made, book(made)) for _ in range(2))
    enter_batch(session, organiser, made.fair.public_id, first.public_id)
    once = counts(session)

    enter_batch(session, organiser, made.fair.public_id, second.public_id)

    assert counts(session) == once
    assert {verdict for verdict, _ in verdicts(session, second)} == {"same"}


def test_many_who_enter_one_book_at_once_leave_what_one_leaves(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        session.expire_on_commit = False
        seed_consent_texts(session)
        made = make_held_fair(session, n_visitors=0)
        union = session.get_one(Union, made.fair.union_id)
        by = make_actor(session, Role.FAIR_ORGANISER, union=union)
        fair = made.fair.public_id
        staged = [upload_book(session, by, made, book(made)).public_id for _ in range(2)]

    def enters(batch: str) -> Callable[[Session], object]:
        return lambda session: enter_batch(session, by, fair, batch)

    ended = all_at_once([committed(connect(), enters(one)) for one in staged * 3])

    assert ended == {"done": 6}
    with reading(session_factory) as session:
        assert counts(session) == [2, 2, 2, 2, 7, 1, 5]


def test_who_found_no_place_any_more_leaves_no_visitor_and_no_ticket(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    made.held.approved_number = 1
    session.flush()
    batch = upload_book(session, organiser, made, _signed(made))
    made.held.n_entered = 1
    session.flush()

    enter_batch(session, organiser, made.fair.public_id, batch.public_id)

    assert [verdict for verdict, _ in verdicts(session, batch)] == ["refused"]
    assert counts(session) == [0] * 7


def test_who_wrote_on_paper_came_when_the_session_began(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    enter_book(session, organiser, made, book(made))

    at = begins_at(made.held)
    assert set(session.scalars(sa.select(FairEntry.at))) == {at}
    assert set(session.scalars(sa.select(FairTicket.admitted_at))) == {at}
    assert set(session.scalars(sa.select(FairContact.met_at))) == {at}


def _registered(session: Session, by: Actor, made: HeldFair) -> FairVisitor:
    text = current_text(session, ConsentPurpose.FAIR, clock.today())
    facts = VisitorInput(name="张三", phone="13911112222", consent_text_id=text.id)
    return register_visitor(session, by, made.fair, facts, kind=VisitorKind.REGISTERED)


def test_undoing_leaves_who_was_registered_before_with_the_ticket(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    visitor = _registered(session, organiser, made)
    ticket = issue_ticket(session, visitor.id, made.held.id)
    batch = enter_book(session, organiser, made, _signed(made))
    session.refresh(ticket)
    assert ticket.admitted_at is not None

    undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    left = session.scalars(sa.select(FairTicket)).one()
    assert (left.visitor_id, left.admitted_at) == (visitor.id, None)
    assert session.scalars(sa.select(FairVisitor.id)).all() == [visitor.id]


def _steps(session: Session, contact: FairContact) -> None:
    new = NewStep(ContactStepKind.RESUME, "at the booth", clock.now(), ContactVia.BOOTH)
    enter(session, contact, new)


def _booth_goes_on(session: Session, made: HeldFair, visitor: FairVisitor) -> None:
    _steps(session, meet(session, made.places[0], visitor.id, at=clock.now()))


def _another_booth(session: Session, made: HeldFair, visitor: FairVisitor) -> None:
    make_contact(session, made.places[1], visitor)


def _another_session(session: Session, made: HeldFair, visitor: FairVisitor) -> None:
    later = make_session(session, made.fair, begins_minute=780, ends_minute=1020)
    issue_ticket(session, visitor.id, later.id)


def _the_door(session: Session, made: HeldFair, visitor: FairVisitor) -> None:
    ticket = session.scalars(sa.select(FairTicket).where(FairTicket.visitor_id == visitor.id)).one()
    let_in(session, made, ticket).kind = EntryKind.LEFT


@pytest.mark.parametrize("later", [_booth_goes_on, _another_booth, _another_session, _the_door])
def test_what_door_booth_or_visitor_added_since_is_never_lost_by_undoing(
    session: Session,
    made: HeldFair,
    organiser: Actor,
    later: Callable[[Session, HeldFair, FairVisitor], None],
) -> None:
    signed = sign_in_line(made.fair, 1, *_ZHANG)
    met = [contact_line(made.fair, 1, signed[0], "", YES)]
    batch = enter_book(session, organiser, made, typed_book([signed], met))
    later(session, made, session.scalars(sa.select(FairVisitor)).one())
    session.flush()
    before = counts(session)

    with pytest.raises(RuleBrokenError) as refused:
        undo_batch(session, organiser, made.fair.public_id, batch.public_id)

    assert refused.value.code == "fair_batch_touched"
    assert counts(session) == before


def test_a_booths_later_step_holds_the_sheet_of_the_booth_alone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    signed = sign_in_line(made.fair, 1, *_ZHANG)
    enter_book(session, organiser, made, typed_book([signed]))
    met = contact_line(made.fair, 1, signed[0], "", YES)
    batch = enter_book(session, organiser, made, typed_book(contacts=[met]))
    _steps(session, session.scalars(sa.select(FairContact)).one())

    with pytest.raises(RuleBrokenError):
        undo_batch(session, organiser, made.fair.public_id, batch.public_id)


def test_a_batch_is_reached_through_its_own_fair_by_who_runs_fairs_alone(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    batch = upload_book(session, organiser, made, _signed(made))
    union = session.get_one(Union, made.fair.union_id)
    caseworker = make_actor(session, Role.CASEWORKER, union=union)
    other = make_held_fair(session, n_visitors=0)
    there = make_actor(
        session, Role.FAIR_ORGANISER, union=session.get_one(Union, other.fair.union_id)
    )

    for use in (enter_batch, undo_batch, batches.get_batch):
        with pytest.raises(NotAllowedError):
            use(session, caseworker, made.fair.public_id, batch.public_id)
        with pytest.raises(NotFoundError):
            use(session, there, other.fair.public_id, batch.public_id)
    assert batches.list_batches(session, there, other.fair.public_id) == []
    assert counts(session) == [0] * 7
