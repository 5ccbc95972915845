"""Walking in at the door: written down, given a ticket and let in by one press, or nothing is left."""

import secrets

import sqlalchemy as sa
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.fairs.ticket_codes import short_of
from matcher.kinds.fairs import EntryKind, VisitorKind
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import FairSession
from matcher.services.doors.tickets import ticket_code
from tests.web.door_browser import Door, count, door

WORLD = (door,)


def _walk_in(door: Door, **changes: str) -> TestResponse:
    fields = {
        "scan_number": secrets.token_hex(8),
        "name": "赵来访",
        "phone": "13912345678",
        "major": "会计",
        "education": "college",
        "consent": "yes",
    }
    return door.client.post("/door/walk-in", data=fields | changes)


def test_walking_in_writes_down_issues_and_lets_in_by_one_press(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    page = door.client.get("/door/walk-in")
    answer = _walk_in(door)

    assert "我同意" in page.text or "同意" in page.text
    assert "请进" in answer.text
    with reading(sqlite_factory) as session:
        visitor = session.scalars(
            sa.select(FairVisitor).where(FairVisitor.kind == VisitorKind.WALK_IN)
        ).one()
        ticket = session.scalars(
            sa.select(FairTicket).where(FairTicket.visitor_id == visitor.id)
        ).one()
        assert (visitor.major_text, visitor.shown, ticket.is_inside) == ("会计", [], True)
        assert visitor.consent_text_id is not None
        assert short_of(ticket_code(session, ticket)) in answer.text


def test_walking_in_twice_by_the_same_form_is_one_person(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    for _ in range(2):
        answer = _walk_in(door, scan_number="form-12345678", phone="")
        assert "请进" in answer.text

    with reading(sqlite_factory) as session:
        assert session.get_one(FairSession, door.held_id).n_entered == 1
    assert count(sqlite_factory, FairVisitor) == 4 + 1


def test_who_says_a_registered_name_and_number_comes_in_once_and_reads_no_page_of_theirs(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    first = _walk_in(door, scan_number="form-11111111", phone="13900007777")
    door.scan(_only_code(sqlite_factory), direction="out")
    again = _walk_in(door, scan_number="form-22222222", phone="13900007777")

    assert "<svg" in first.text
    assert "请进" in again.text
    assert "<svg" not in again.text
    assert "/v/" not in again.text
    with reading(sqlite_factory) as session:
        assert session.get_one(FairSession, door.held_id).n_entered == 1


def _only_code(factory: SessionFactory) -> str:
    with reading(factory) as session:
        walked_in = sa.select(FairTicket).join(FairVisitor, FairVisitor.id == FairTicket.visitor_id)
        ticket = session.scalars(walked_in.where(FairVisitor.kind == VisitorKind.WALK_IN)).one()
        return ticket_code(session, ticket)


def test_without_consent_nobody_is_written_down(door: Door, sqlite_factory: SessionFactory) -> None:
    answer = _walk_in(door, consent="")

    assert answer.status_code == 422
    assert "赵来访" in answer.text
    assert count(sqlite_factory, FairVisitor) == 4


def test_a_wrong_number_is_said_at_its_field(door: Door, sqlite_factory: SessionFactory) -> None:
    answer = _walk_in(door, phone="12")

    assert answer.status_code == 422
    assert 'href="#field-phone"' in answer.text
    assert count(sqlite_factory, FairEntry) == 0


def test_who_is_refused_for_a_full_hall_leaves_no_name(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    for code in door.codes[:2]:
        door.scan(code)

    answer = _walk_in(door)

    assert "停止入场" in answer.text
    assert count(sqlite_factory, FairVisitor) == 4
    with reading(sqlite_factory) as session:
        last = session.scalars(sa.select(FairEntry).order_by(FairEntry.id.desc())).first()
        assert last is not None
        assert (last.kind, last.ticket_id, last.facts) == (
            EntryKind.REFUSED,
            None,
            {"walk_in": True},
        )


def test_walking_in_as_json_gives_the_ticket(door: Door) -> None:
    said = door.client.post(
        "/door/walk-in",
        json={"scan_number": "json-1234", "name": "钱来访", "consent": "yes"},
    ).json

    assert (said["kind"], said["ticket"]["short"][0]) == ("entered", "F")
    assert "/v/" in said["ticket"]["address"]


def test_nobody_walks_in_when_no_session_runs(door: Door, sqlite_factory: SessionFactory) -> None:
    with transaction(sqlite_factory) as session:
        held = session.get_one(FairSession, door.held_id)
        held.held_on = held.held_on.replace(year=2000)

    answer = _walk_in(door)

    assert answer.status_code == 409
    assert "没有正在入场的场次" in answer.text
    assert count(sqlite_factory, FairVisitor) == 4
