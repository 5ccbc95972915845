"""What is held of a visitor goes when asked: everywhere, at once, once; what stays are counts that name nobody."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import NotFoundError
from matcher.kinds import MessageState, Role
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fair_hall import QueueState
from matcher.kinds.fairs import VisitorKind, VisitorState
from matcher.kinds.interviews import InterviewState
from matcher.models.drives import Drive
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_guests import FairBooking, FairBookingCount, FairRoute
from matcher.models.fair_queues import FairInterview, FairQueuePlace
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.people_rights import StorageOnly
from matcher.services import outbox
from matcher.services.consents import seed_consent_texts
from matcher.services.doors.tickets import ticket_code
from matcher.services.fair_guests import answers, bookings, forgetting, guest_links, lists, telling
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.fair_hall import contacts, people
from matcher.services.fair_reports import asking
from matcher.services.fair_reports.rows import FORGOTTEN
from matcher.services.fair_sheets.prints import _registered
from matcher.services.people_rights import anonymising, deletions, keeping, personal_columns, rights
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor
from tests.factories.drives import make_entry
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.factories.fair_met import NAME, PHONE, graduate_visitor, met, outside_visitor
from tests.factories.people_rights import make_caseload


@pytest.fixture
def world(session: Session) -> HallWorld:
    seed_consent_texts(session)
    return make_hall_world(session)


@pytest.mark.parametrize("who", [graduate_visitor, outside_visitor])
def test_nothing_of_the_person_stays_in_the_row_or_around_it(world: HallWorld, who) -> None:  # type: ignore[no-untyped-def] # one of two above
    session, visitor = world.session, who(world)
    contact = met(world, visitor)

    forgetting.forget(session, visitor)

    personal = ("graduate_id", "name_cipher", "name_masked", "phone_cipher", "phone_index",
                "phone_masked", "person_index", "school", "major_text", "education")  # fmt: skip
    assert {name: getattr(visitor, name) for name in personal} == dict.fromkeys(personal)
    assert visitor.shown == []
    assert contact.note_cipher is None
    assert session.scalar(sa.select(FairRoute)) is None
    assert session.scalars(sa.select(FairQueuePlace.state)).one() is QueueState.LEFT
    assert session.scalars(sa.select(FairInterview.state)).one() is InterviewState.CANCELLED
    ticket = session.scalars(sa.select(FairTicket)).one()
    assert ticket.revoked_at is not None


@pytest.mark.parametrize("who", [graduate_visitor, outside_visitor])
def test_booth_organiser_and_paper_read_no_name_any_more(world: HallWorld, who) -> None:  # type: ignore[no-untyped-def] # one of two above
    session, visitor = world.session, who(world)
    contact = met(world, visitor)

    forgetting.forget(session, visitor)

    seen = people.find_met(session, world.agent, world.place.public_id, contact.public_id)
    assert (seen.name, seen.phone_masked, seen.school, seen.majors) == (FORGOTTEN, None, None, None)
    with pytest.raises(NotFoundError):
        people.reveal_phone(session, world.agent, world.place.public_id, contact.public_id)
    listed = lists.list_guests(session, world.organiser, world.fair.public_id).rows
    assert [(one.name, one.school, one.major) for one in listed] == [("*", "", "")]
    assert _registered(session, world.held) == []


def test_what_was_counted_stays(world: HallWorld) -> None:
    session, visitor = world.session, outside_visitor(world)
    ticket = session.scalars(sa.select(FairTicket)).one()
    ticket.admitted_at = clock.now()
    contact = met(world, visitor)
    steps = session.scalar(sa.select(sa.func.count()).select_from(FairContactStep))

    forgetting.forget(session, visitor)

    assert visitor.state is VisitorState.COMING
    assert session.get_one(FairBookingCount, world.held.id).n_booked == 1
    assert contact.intent_at is not None
    assert session.scalar(sa.select(sa.func.count()).select_from(FairContactStep)) == steps


def test_who_did_not_come_leaves_the_place_to_who_waits(world: HallWorld) -> None:
    session = world.session
    world.held.approved_number = 1
    first = outside_visitor(world)
    second = register_visitor(
        session,
        SYSTEM,
        world.fair,
        VisitorInput(name="张三丰", phone="13800001111", consent_text_id=consent_text(session).id),
        kind=VisitorKind.REGISTERED,
        session_ids=[world.held.id],
    )
    assert second.state is VisitorState.WAITING

    forgetting.forget(session, first)

    assert first.state is VisitorState.CANCELLED
    assert second.state is VisitorState.COMING
    states = sa.select(FairBooking.state).order_by(FairBooking.id)
    assert list(session.scalars(states)) == [BookingState.ENDED, BookingState.BOOKED]


def test_messages_that_wait_do_not_leave_and_no_number_stays_in_any(world: HallWorld) -> None:
    session, visitor = world.session, outside_visitor(world)
    telling.tell_link(session, visitor)
    telling.tell_eve(session, visitor, clock.today())
    asking.ask_visitor(session, visitor.id)
    messages = session.scalars(sa.select(OutboxMessage)).all()
    assert len(messages) == 3
    messages[0].state = MessageState.SENT
    for one in messages:
        one.send_after = clock.now() - dt.timedelta(minutes=1)
    session.flush()

    forgetting.forget(session, visitor)

    assert [outbox.take(session, one.id) for one in messages] == [None] * 3
    assert {(one.address_cipher, one.secret_cipher) for one in messages} == {(None, None)}
    assert messages[0].state is MessageState.SENT


def test_the_link_the_code_and_the_question_after_the_fair_end(world: HallWorld) -> None:
    session, visitor = world.session, outside_visitor(world)
    ticket = session.scalars(sa.select(FairTicket)).one()
    code, link = ticket_code(session, ticket), guest_links.token_of(session, visitor)
    hall = guest_links.hall_token_of(session, visitor)
    after = asking.token_of(session, asking.SurveySide.VISITOR, visitor.public_id)
    asking.ask_visitor(session, visitor.id)
    assert asking.look(session, after)

    forgetting.forget_by_link(session, link)

    for fails in (
        lambda: guest_links.look(session, link),
        lambda: guest_links.look_in_hall(session, hall),
        lambda: asking.look(session, after),
        lambda: contacts.scan(session, world.agent, world.place.public_id, code, number="x"),
    ):
        with pytest.raises(NotFoundError):
            fails()


def test_a_line_of_paper_forgets_what_was_written_of_this_person_alone(world: HallWorld) -> None:
    session, visitor = world.session, outside_visitor(world)
    batch = FairPaperBatch(fair_id=world.fair.id, sha256="0" * 64, uploaded_at=clock.now())
    session.add(batch)
    session.flush()
    for number, whose in ((1, visitor.id), (2, None)):
        session.add_all(_paper(session, batch, number, whose))
    session.flush()

    forgetting.forget(session, visitor)

    kept = sa.select(FairPaperRow.values_cipher.is_(None)).order_by(FairPaperRow.line_number)
    assert list(session.scalars(kept)) == [True, False]


def _paper(session: Session, batch: FairPaperBatch, number: int, visitor: int | None) -> list:  # type: ignore[type-arg] # two kinds of rows
    return [
        FairPaperRow(
            batch_id=batch.id, sheet="sign_in", sheet_name="签到表 1", line_number=number,
            code=f"A{number}", verdict="new", values_cipher=ring_of(session).encrypt("张三", "x"),
        ),
        FairPaperLine(
            fair_id=batch.fair_id, batch_id=batch.id, code=f"A{number}", content_mark="m",
            visitor_id=visitor,
        ),
    ]  # fmt: skip


def test_a_graduate_who_deleted_a_visit_may_come_again_as_somebody_new(world: HallWorld) -> None:
    session, visitor = world.session, graduate_visitor(world)
    graduate = _graduate_of(session, visitor)
    actor = make_actor(session, Role.GRADUATE, graduate=graduate)
    make_entry(session, session.get_one(Drive, world.fair.drive_id), graduate)
    forgetting.forget(session, visitor)

    with pytest.raises(NotFoundError):
        answers.get_own(session, actor, visitor.public_id)
    again = answers.come(session, actor, world.fair.public_id)

    assert (again.id != visitor.id, again.shown) == (True, [])


def _graduate_of(session: Session, visitor: FairVisitor) -> Graduate:
    return session.get_one(Graduate, visitor.graduate_id or 0)


@pytest.mark.parametrize("is_kept", [True, False])
def test_asked_by_the_person_all_visits_go_whether_anonymous_or_only_stored(
    world: HallWorld, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    session, visitor = world.session, graduate_visitor(world)
    contact = met(world, visitor)
    link, graduate = guest_links.token_of(session, visitor), _graduate_of(session, visitor)
    load = make_caseload(session)
    graduate.union_id = load.union.id
    own = make_actor(session, Role.GRADUATE, graduate=graduate)
    request = rights.ask_own(session, own, kind="deletion", words="请删除")
    if not is_kept:
        monkeypatch.setattr(keeping, "graduate_kept", lambda *_: None)

    deletions.delete_or_block(session, load.officer, request)

    assert (session.scalar(sa.select(StorageOnly.id)) is not None) is is_kept
    assert (visitor.graduate_id, contact.note_cipher) == (None, None)
    with pytest.raises(NotFoundError):
        guest_links.look(session, link)


def test_a_record_that_runs_out_takes_its_visits_with_it(world: HallWorld) -> None:
    session, visitor = world.session, graduate_visitor(world)
    met(world, visitor)
    graduate_id = visitor.graduate_id
    assert graduate_id is not None

    anonymising.anonymise_graduate(session, graduate_id, "test", clock.today())

    gone = session.scalars(sa.select(FairVisitor).where(FairVisitor.id == visitor.id)).one()
    assert (gone.graduate_id, gone.shown) == (None, [])
    assert gone.forgotten_at is not None


def test_the_number_of_a_step_is_random_or_names_a_row_and_never_tells_of_a_person(
    world: HallWorld,
) -> None:
    """`step_number` is harmless in `personal_columns` for what all who write it put there."""
    visitor = graduate_visitor(world)
    met(world, visitor)
    contacts.undo(
        world.session, world.agent, world.place.public_id,
        world.session.scalars(sa.select(FairContact.public_id)).one(),
    )  # fmt: skip

    numbers = list(world.session.scalars(sa.select(FairContactStep.step_number)))

    assert "step_number" in personal_columns.HARMLESS
    assert len(numbers) == len(set(numbers)) == 4
    for told in (NAME, PHONE, str(visitor.public_id)):
        assert not any(told in one for one in numbers)


def test_forgetting_twice_changes_nothing(world: HallWorld) -> None:
    session, visitor = world.session, graduate_visitor(world)
    graduate_id = visitor.graduate_id or 0
    assert forgetting.forget_graduate(session, graduate_id) == 1

    assert forgetting.forget_graduate(session, graduate_id) == 0
    assert bookings.bookings_of(session, [visitor.id]) == []
