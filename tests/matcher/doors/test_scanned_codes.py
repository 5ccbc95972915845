"""Rules of the codes of tickets at the door, on both databases: whose they are, forged, typed short, taken back."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.fairs.ticket_codes import code_of, short_of, ticket_key
from matcher.kinds.fairs import DoorDirection, EntryKind, EntryRefusal
from matcher.models.fair_visitors import FairEntry, FairTicket
from matcher.services.doors.tickets import issue_ticket, revoke_ticket, ticket_code
from tests.factories.fairs import make_session
from tests.matcher.doors.door_world import counts, held_out, make_door

IN, OUT = DoorDirection.IN, DoorDirection.OUT


def test_a_ticket_of_another_fair_is_refused_and_leaves_no_trace_there(session: Session) -> None:
    world, other = make_door(session), make_door(session)
    ticket, code = other.ticket(session)

    answer = held_out(session, world, code)

    assert answer.refusal is EntryRefusal.OTHER_FAIR
    row = session.scalars(sa.select(FairEntry)).one()
    assert (row.fair_id, row.session_id, row.ticket_id) == (world.fair.id, None, ticket.id)


def test_a_ticket_taken_back_is_refused_and_a_new_one_comes_in(session: Session) -> None:
    world = make_door(session)
    ticket, old = world.ticket(session)
    revoke_ticket(session, ticket.id)
    session.refresh(ticket)
    refused = held_out(session, world, old)

    renewed = issue_ticket(session, ticket.visitor_id, ticket.session_id)

    assert refused.refusal is EntryRefusal.CANCELLED
    assert renewed.id == ticket.id
    assert held_out(session, world, old).refusal is EntryRefusal.UNKNOWN
    assert held_out(session, world, ticket_code(session, renewed)).kind is EntryKind.ENTERED


def test_codes_nobody_issued_are_told_apart_from_forged_ones(session: Session) -> None:
    world = make_door(session)
    key = ticket_key(session.info["ring"].signing_key)
    unknown, forged = code_of(b"\x05" * 8, key), code_of(b"\x05" * 8, b"not the key")

    refusals = [held_out(session, world, code).refusal for code in (unknown, forged, "你好")]

    assert refusals == [EntryRefusal.UNKNOWN, EntryRefusal.FORGED, EntryRefusal.UNKNOWN]
    assert session.scalar(sa.select(sa.func.count(FairEntry.id))) == 3


def test_a_serial_that_stands_with_a_wrong_signature_lets_nobody_in(session: Session) -> None:
    world = make_door(session)
    ticket, _ = world.ticket(session)

    answer = held_out(session, world, code_of(ticket.serial, b"not the key"))

    assert (answer.kind, answer.refusal) == (EntryKind.REFUSED, EntryRefusal.FORGED)
    assert counts(session, world) == (0, 0, 0)


def test_a_typed_short_code_lets_in_at_its_own_fair_alone(session: Session) -> None:
    world, other = make_door(session), make_door(session)
    _, code = world.ticket(session)

    elsewhere = held_out(session, other, short_of(code))
    here = held_out(session, world, short_of(code))

    assert (elsewhere.refusal, here.kind) == (EntryRefusal.UNKNOWN, EntryKind.ENTERED)


def test_a_short_code_of_two_tickets_lets_nobody_in(session: Session) -> None:
    world = make_door(session)
    (one, code), (two, _) = world.ticket(session), world.ticket(session)
    two.serial = one.serial[:7] + bytes([one.serial[7] ^ 1])
    session.flush()

    assert held_out(session, world, short_of(code)).refusal is EntryRefusal.UNKNOWN


def test_one_visitor_has_one_ticket_for_a_session_and_another_for_the_next(
    session: Session,
) -> None:
    world = make_door(session)
    ticket, _ = world.ticket(session)
    afternoon = make_session(session, world.fair, begins_minute=14 * 60, ends_minute=17 * 60)

    same = issue_ticket(session, ticket.visitor_id, world.held.id)
    next_one = issue_ticket(session, ticket.visitor_id, afternoon.id)

    assert same.id == ticket.id
    assert next_one.id != ticket.id
    assert session.scalar(sa.select(sa.func.count(FairTicket.id))) == 2
