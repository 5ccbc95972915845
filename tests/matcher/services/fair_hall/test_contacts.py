"""A booth scans and writes: once, its own people only, on the fair's days; and takes back within seconds."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds.fair_hall import ContactState, ContactStepKind, QueueState
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_queues import FairQueuePlace
from matcher.services.fair_hall import contacts, queues
from tests.factories.fair_hall import make_hall_world
from tests.factories.fairs import make_ticket, make_visitor
from tests.factories.postings import make_posting

_K = ContactStepKind


def _kinds(session: Session) -> list[ContactStepKind]:
    return list(session.scalars(sa.select(FairContactStep.kind).order_by(FairContactStep.id)))


def test_two_scans_of_a_visitor_are_one_meeting_and_two_lines_of_the_log(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    code = world.code(visitor)

    for number in ("one", "two", "two"):
        contacts.scan(session, world.agent, world.place.public_id, code, number=number)

    assert session.scalar(sa.select(sa.func.count()).select_from(FairContact)) == 1
    assert _kinds(session) == [_K.SCANNED, _K.SCANNED]


def test_a_ticket_of_another_fair_is_not_known(session: Session) -> None:
    world, other = make_hall_world(session), make_hall_world(session)
    code = other.code()

    with pytest.raises(NotFoundError, match="查不到"):
        contacts.scan(session, world.agent, world.place.public_id, code, number="1")


def test_another_employer_neither_scans_here_nor_sees_who_was_met(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan()
    _place, stranger = world.another()

    with pytest.raises(NotFoundError):
        contacts.scan(session, stranger, world.place.public_id, world.code(), number="1")
    with pytest.raises(NotFoundError):
        contacts.act(
            session,
            stranger,
            world.place.public_id,
            contact.public_id,
            _K.INTERVIEWED,
            number="2",
        )


@pytest.mark.parametrize(
    "state", [one for one in FairEmployerState if one is not FairEmployerState.ACCEPTED]
)
def test_only_an_accepted_employer_has_a_booth(session: Session, state: FairEmployerState) -> None:
    world = make_hall_world(session)
    world.place.state = state
    session.flush()

    with pytest.raises(NotFoundError):
        world.scan()


def test_on_other_days_nothing_is_scanned_and_after_closing_nothing_is_written(
    session: Session,
) -> None:
    world = make_hall_world(session)
    contact = world.scan()
    world.fair.first_on = world.fair.last_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    with pytest.raises(RuleBrokenError, match="今天不是"):
        world.scan()
    assert world.act(contact, _K.INTENT).state is ContactState.INTENT

    world.fair.state = FairState.CLOSED
    session.flush()
    with pytest.raises(RuleBrokenError, match="已经结束"):
        world.act(contact, _K.INTERVIEWED)


def test_the_row_says_what_the_steps_come_to(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan()

    world.act(contact, _K.RESUME)
    world.act(contact, _K.INTERVIEWED)
    assert contact.state is ContactState.INTERVIEWED
    world.act(contact, _K.INTENT)
    assert (contact.state, contact.posting_id) == (ContactState.INTENT, world.posting.id)
    world.act(contact, _K.REFUSED, reason=RefusalReason.SKILL)

    assert contact.state is ContactState.REFUSED
    assert contact.refusal_reason is RefusalReason.SKILL
    assert contact.intent_at is None
    assert contact.resume_at is not None


def test_an_intent_is_for_a_posting_the_employer_shows_here(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan()
    elsewhere = make_posting(session)

    for posting in (elsewhere.public_id, None):
        with pytest.raises(InvalidInputError, match="意向岗位"):
            world.act(contact, _K.INTENT, posting=posting)


def test_a_refusal_says_why(session: Session) -> None:
    world = make_hall_world(session)

    with pytest.raises(InvalidInputError, match="原因"):
        world.act(world.scan(), _K.REFUSED)


def test_a_step_sent_twice_is_kept_once_and_never_for_another_person(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan()

    world.act(contact, _K.INTERVIEWED, number="same")
    world.act(contact, _K.INTERVIEWED, number="same")
    with pytest.raises(InvalidInputError, match="已经用过"):
        world.act(world.scan(), _K.INTERVIEWED, number="same")

    assert _kinds(session).count(_K.INTERVIEWED) == 1


def test_within_seconds_the_last_step_is_taken_back_and_stays_in_the_log(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan()
    world.act(contact, _K.INTERVIEWED)
    world.act(contact, _K.REFUSED, reason=RefusalReason.MAJOR)

    for _ in range(2):
        contacts.undo(session, world.agent, world.place.public_id, contact.public_id)

    assert contact.state is ContactState.INTERVIEWED
    assert _kinds(session)[-1] is _K.UNDONE
    assert _kinds(session).count(_K.UNDONE) == 1


def test_after_the_seconds_another_step_says_what_is_right(session: Session) -> None:
    start = clock.now()
    with clock.set_by_hand(start) as hands:
        world = make_hall_world(session)
        contact = world.scan()
        world.act(contact, _K.INTENT)
        hands.move_to(start + dt.timedelta(seconds=16))

        with pytest.raises(RuleBrokenError, match="撤销时间已过"):
            contacts.undo(session, world.agent, world.place.public_id, contact.public_id)
        world.act(contact, _K.REFUSED, reason=RefusalReason.OTHER)

    assert contact.state is ContactState.REFUSED


def test_a_note_is_kept_closed_and_only_its_length_is_in_the_log(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan()
    where = (world.agent, world.place.public_id, contact.public_id)

    contacts.write_note(session, *where, " 沟通好，周三前回话 ", number="n1")

    step = session.scalars(sa.select(FairContactStep).order_by(FairContactStep.id.desc())).first()
    assert contacts.note_of(session, contact) == "沟通好，周三前回话"
    assert "沟通".encode() not in (contact.note_cipher or b"")
    assert step is not None
    assert step.facts == {"length": 9}
    contacts.write_note(session, *where, "", number="n2")
    assert contact.note_cipher is None


def test_who_is_scanned_leaves_the_queue(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor()
    queues.take(session, world.place, visitor.id)

    world.scan(visitor)

    row = session.scalars(sa.select(FairQueuePlace)).one()
    session.refresh(row)
    assert row.state is QueueState.SERVED
    assert row.called_at is not None


def test_a_ticket_taken_back_is_not_known(session: Session) -> None:
    world = make_hall_world(session)
    ticket = make_ticket(session, make_visitor(session, world.fair), world.held)
    ticket.revoked_at = clock.now()
    session.flush()

    with pytest.raises(NotFoundError):
        contacts.scan(session, world.agent, world.place.public_id, ticket.serial.hex(), number="1")
