"""Rules of a scan at the door, on both databases: exact counts, reasons, once only."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.fairs import DoorDirection, EntryKind, EntryRefusal, FairState
from matcher.models.fair_visitors import DoorLoan, FairEntry
from tests.factories.doors import make_loan, make_scanner
from tests.matcher.doors.door_world import counts, held_out, make_door, ten_today

IN, OUT = DoorDirection.IN, DoorDirection.OUT


def test_a_good_ticket_comes_in_and_is_counted_once(session: Session) -> None:
    world = make_door(session)
    ticket, code = world.ticket(session)

    answer = held_out(session, world, code)

    assert (answer.kind, answer.refusal) == (EntryKind.ENTERED, None)
    assert answer.counts is not None
    assert (answer.counts.n_entered, answer.counts.n_inside, answer.counts.left) == (1, 1, 499)
    session.refresh(ticket)
    assert (ticket.is_inside, ticket.admitted_at) == (True, ten_today())


def test_a_ticket_that_is_in_is_refused_with_time_and_door(session: Session) -> None:
    world = make_door(session)
    _, code = world.ticket(session)
    held_out(session, world, code)

    answer = held_out(session, world, code)

    assert (answer.kind, answer.refusal) == (EntryKind.REFUSED, EntryRefusal.ALREADY_IN)
    assert answer.before is not None
    assert (answer.before.at, answer.before.door) == (ten_today(), world.scanner.name)
    assert counts(session, world) == (1, 1, 0)


def test_going_out_and_coming_back_counts_one_person(session: Session) -> None:
    world = make_door(session)
    _, code = world.ticket(session)

    kinds = [held_out(session, world, code, way).kind for way in (IN, OUT, IN, OUT, IN)]

    left, back = EntryKind.LEFT, EntryKind.RETURNED
    assert kinds == [EntryKind.ENTERED, left, back, left, back]
    assert counts(session, world) == (1, 1, 0)


def test_the_same_scan_sent_again_is_answered_as_before_and_counted_once(session: Session) -> None:
    world = make_door(session)
    _, code = world.ticket(session)
    first = held_out(session, world, code, number="scan-0001")

    second = held_out(session, world, code, number="scan-0001")

    assert (second.kind, second.at, second.is_repeat) == (first.kind, first.at, True)
    assert counts(session, world) == (1, 1, 0)
    assert session.scalar(sa.select(sa.func.count(FairEntry.id))) == 1


def test_a_refusal_sent_again_stays_a_refusal(session: Session) -> None:
    world = make_door(session)
    _, code = world.ticket(session)
    early = ten_today() - dt.timedelta(hours=3)
    held_out(session, world, code, number="scan-0001", at=early)

    again = held_out(session, world, code, number="scan-0001")

    assert (again.kind, again.refusal) == (EntryKind.REFUSED, EntryRefusal.TOO_EARLY)
    assert counts(session, world) == (0, 0, 0)


def test_the_number_of_a_scan_serves_one_ticket_only(session: Session) -> None:
    world = make_door(session)
    held_out(session, world, world.ticket(session)[1], number="scan-0001")

    with pytest.raises(InvalidInputError):
        held_out(session, world, world.ticket(session)[1], number="scan-0001")


def test_entry_stops_at_the_approved_number(session: Session) -> None:
    world = make_door(session, approved=3)
    codes = [world.ticket(session)[1] for _ in range(5)]

    answers = [held_out(session, world, code) for code in codes]

    assert [one.kind for one in answers] == [EntryKind.ENTERED] * 3 + [EntryKind.REFUSED] * 2
    assert {(one.refusal, one.is_full_hall) for one in answers[3:]} == {(EntryRefusal.FULL, False)}
    assert counts(session, world) == (3, 3, 0)


def test_who_was_counted_comes_back_though_the_number_is_reached(session: Session) -> None:
    world = make_door(session, approved=1)
    _, code = world.ticket(session)
    held_out(session, world, code)
    held_out(session, world, code, OUT)

    assert held_out(session, world, world.ticket(session)[1]).refusal is EntryRefusal.FULL
    assert held_out(session, world, code).kind is EntryKind.RETURNED


def test_a_full_hall_waits_until_somebody_leaves(session: Session) -> None:
    world = make_door(session, approved=10, capacity=1)
    first, second = world.ticket(session)[1], world.ticket(session)[1]
    held_out(session, world, first)

    refused = held_out(session, world, second)
    held_out(session, world, first, OUT)
    let_in = held_out(session, world, second)

    assert (refused.refusal, refused.is_full_hall) == (EntryRefusal.FULL, True)
    assert let_in.kind is EntryKind.ENTERED
    assert held_out(session, world, first).refusal is EntryRefusal.FULL


def test_places_lent_to_another_scanner_are_not_given_away(session: Session) -> None:
    world = make_door(session, approved=2)
    loan = make_loan(session, make_scanner(session, world.fair), world.held, 1)
    codes = [world.ticket(session)[1] for _ in range(2)]

    answers = [held_out(session, world, code) for code in codes]

    assert [one.kind for one in answers] == [EntryKind.ENTERED, EntryKind.REFUSED]
    assert counts(session, world) == (1, 1, 1)
    assert session.scalar(sa.select(DoorLoan.n_used).where(DoorLoan.id == loan.id)) == 0


def test_a_scanner_uses_its_own_lent_places_when_no_other_is_left(session: Session) -> None:
    world = make_door(session, approved=2)
    loan = make_loan(session, world.scanner, world.held, 1)
    codes = [world.ticket(session)[1] for _ in range(3)]

    answers = [held_out(session, world, code, number=f"scan-{code}") for code in codes]
    again = held_out(session, world, codes[1], number=f"scan-{codes[1]}")

    assert [one.kind for one in answers] == [EntryKind.ENTERED] * 2 + [EntryKind.REFUSED]
    assert [one.own_place for one in answers] == [False, True, False]
    assert (again.is_repeat, again.own_place) == (True, True)
    assert counts(session, world) == (2, 2, 0)
    assert session.scalar(sa.select(DoorLoan.n_used).where(DoorLoan.id == loan.id)) == 1


def test_without_an_approved_number_everybody_comes_in(session: Session) -> None:
    world = make_door(session, approved=None)

    answer = held_out(session, world, world.ticket(session)[1])

    assert answer.counts is not None
    assert (answer.kind, answer.counts.left) == (EntryKind.ENTERED, None)


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        (-24, EntryRefusal.WRONG_DAY),
        (24, EntryRefusal.WRONG_DAY),
        (-2, EntryRefusal.TOO_EARLY),
        (2, EntryRefusal.OVER),
    ],
)
def test_another_hour_is_refused_and_the_session_named(
    session: Session, hours: int, why: EntryRefusal
) -> None:
    world = make_door(session)

    answer = held_out(
        session, world, world.ticket(session)[1], at=ten_today() + dt.timedelta(hours=hours)
    )

    assert answer.refusal is why
    assert answer.session is not None
    assert answer.session.name == world.held.name


@pytest.mark.parametrize(
    ("state", "why"),
    [(FairState.CANCELLED, EntryRefusal.CANCELLED), (FairState.CLOSED, EntryRefusal.OVER)],
)
def test_a_fair_called_off_or_closed_lets_nobody_in(
    session: Session, state: FairState, why: EntryRefusal
) -> None:
    world = make_door(session)
    _, code = world.ticket(session)
    world.fair.state = state
    session.flush()

    assert held_out(session, world, code).refusal is why


def test_leaving_without_having_come_in_is_refused(session: Session) -> None:
    world = make_door(session)

    answer = held_out(session, world, world.ticket(session)[1], OUT)

    assert answer.refusal is EntryRefusal.NOT_INSIDE
    assert counts(session, world) == (0, 0, 0)


def test_every_scan_is_in_the_log_with_its_scanner(session: Session) -> None:
    world = make_door(session)
    ticket, code = world.ticket(session)
    held_out(session, world, code)
    held_out(session, world, code)

    rows = session.scalars(sa.select(FairEntry).order_by(FairEntry.id)).all()

    assert [(row.kind, row.refusal) for row in rows] == [
        (EntryKind.ENTERED, None),
        (EntryKind.REFUSED, EntryRefusal.ALREADY_IN),
    ]
    assert {(row.ticket_id, row.device_id, row.is_offline) for row in rows} == {
        (ticket.id, world.scanner.id, False)
    }
    assert all(row.entered_at <= clock.now() for row in rows)
