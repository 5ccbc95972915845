"""What scanners did without network is brought home: nothing lost, nobody twice, contradictions shown, counts exact."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_doors import DoorConflictReason
from matcher.kinds.fairs import DoorDirection, EntryKind, EntryRefusal
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import DoorLoan, FairEntry, FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.brought import Brought
from matcher.services.doors.devices import Scanner
from matcher.services.doors.reconciling import bring_home
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import revoke_ticket, ticket_code
from tests.factories.doors import make_loan, make_scanner
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor


@dataclass
class Door:
    """A fair today with a session the whole day, two doors, and tickets."""

    session: Session
    fair: Fair
    held: FairSession
    east: Scanner
    west: Scanner

    def ticket(self) -> FairTicket:
        """Return a new ticket."""
        return make_ticket(self.session, make_visitor(self.session, self.fair), self.held)

    def code(self, ticket: FairTicket) -> str:
        """Return what the ticket's QR holds."""
        return ticket_code(self.session, ticket)

    def brought(
        self, ticket: FairTicket | str, kind: EntryKind, minutes_ago: int, number: str = ""
    ) -> Brought:
        """Return a scan made without network."""
        code = ticket if isinstance(ticket, str) else self.code(ticket)
        return Brought(
            number or f"{kind}-{minutes_ago}-{code[:9]}",
            code,
            self.held.public_id,
            kind,
            EntryRefusal.UNKNOWN if kind is EntryKind.REFUSED else None,
            clock.now() - dt.timedelta(minutes=minutes_ago),
        )

    def online(self, ticket: FairTicket, *, by: Scanner | None = None, ago: int = 0, **how: object):
        """Scan a ticket with network."""
        fields: dict[str, object] = {"scan_number": f"online-{ticket.id}-{ago}-{how}"}
        return scan(
            self.session,
            by or self.west,
            self.code(ticket),
            at=clock.now() - dt.timedelta(minutes=ago),
            **(fields | how),
        )

    def counts(self) -> tuple[int, int, int]:
        """Return entered, inside and set aside, from the database."""
        self.session.flush()
        self.session.refresh(self.held)
        return self.held.n_entered, self.held.n_inside, self.held.n_set_aside

    def kinds(self) -> list[EntryKind]:
        """Return the kinds of the log in order of writing."""
        found = sa.select(FairEntry.kind).order_by(FairEntry.id)
        return list(self.session.scalars(found))


@pytest.fixture
def door(session: Session) -> Door:
    """Give a fair of today for 20 people, open now at any hour."""
    fair = make_fair(session, first_on=clock.today())
    held = make_session(
        session,
        fair,
        begins_minute=0,
        ends_minute=1440,
        approved_number=20,
        opens_minutes_before=0,
    )
    return Door(session, fair, held, make_scanner(session, fair), make_scanner(session, fair))


def test_who_was_let_in_on_a_lent_place_is_counted_once_however_often_it_is_sent(
    door: Door,
) -> None:
    loan, ticket = make_loan(door.session, door.east, door.held, 5), door.ticket()
    scans = [door.brought(ticket, EntryKind.ENTERED, 5)]

    first = bring_home(door.session, door.east, scans)
    second = bring_home(door.session, door.east, scans)

    assert first == second
    assert list(first.outcomes.values()) == [EntryKind.ENTERED]
    assert door.counts() == (1, 1, 4)
    assert loan.n_used == 1
    assert ticket.is_inside


def test_a_ticket_let_in_by_two_doors_is_a_conflict_that_keeps_its_place(door: Door) -> None:
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()
    door.online(ticket, ago=10)

    told = bring_home(door.session, door.east, [door.brought(ticket, EntryKind.ENTERED, 20)])

    assert told.n_conflicts == 1
    conflict = door.session.scalars(sa.select(DoorConflict)).one()
    assert conflict.reason is DoorConflictReason.SECOND_ADMISSION
    other = door.session.get_one(FairEntry, conflict.other_entry_id)
    assert (other.ticket_id, other.device_id) == (ticket.id, door.west.id)
    assert conflict.holds_place
    assert door.counts() == (1, 1, 5)


def test_in_by_one_door_out_again_and_in_by_another_is_one_person_and_no_conflict(
    door: Door,
) -> None:
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()
    door.online(ticket, ago=5)
    scans = [
        door.brought(ticket, EntryKind.ENTERED, 30),
        door.brought(ticket, EntryKind.LEFT, 20),
    ]

    told = bring_home(door.session, door.east, scans)

    assert told.n_conflicts == 0
    assert door.counts() == (1, 1, 5)
    assert door.kinds() == [EntryKind.ENTERED, EntryKind.RETURNED, EntryKind.LEFT]


def test_nobody_is_lost_if_the_answer_was_lost_after_the_server_let_in(door: Door) -> None:
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()
    door.online(ticket, by=door.east, scan_number="one")

    told = bring_home(door.session, door.east, [door.brought(ticket, EntryKind.ENTERED, 0, "one")])

    assert told.outcomes == {"one": EntryKind.ENTERED}
    assert door.counts() == (1, 1, 5)


def test_who_the_server_refused_and_the_scanner_let_in_is_counted(door: Door) -> None:
    door.held.approved_number = 5
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()
    refused = door.online(ticket, by=door.west, scan_number="one")
    assert refused.refusal is EntryRefusal.FULL

    scans = [door.brought(ticket, EntryKind.ENTERED, 0, "one")]
    bring_home(door.session, door.east, scans)
    bring_home(door.session, door.east, scans)

    assert door.counts() == (1, 1, 4)
    assert door.kinds() == [EntryKind.REFUSED, EntryKind.ENTERED]


def test_who_the_server_let_in_and_the_scanner_refused_is_not_inside(door: Door) -> None:
    ticket = door.ticket()
    door.online(ticket, by=door.east, scan_number="one")

    scans = [door.brought(ticket, EntryKind.REFUSED, 0, "one")]
    bring_home(door.session, door.east, scans)
    bring_home(door.session, door.east, scans)

    assert door.counts() == (1, 0, 0)
    assert not ticket.is_inside
    row = door.session.scalars(sa.select(FairEntry).where(FairEntry.kind == EntryKind.LEFT)).one()
    assert row.facts == {"not_let_in": True}


def test_a_leaving_refused_meanwhile_counts_once_the_entry_is_brought_home(door: Door) -> None:
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()
    left = door.online(ticket, ago=1, direction=DoorDirection.OUT)
    assert left.refusal is EntryRefusal.NOT_INSIDE
    scans = [door.brought(ticket, EntryKind.ENTERED, 30)]

    bring_home(door.session, door.east, scans)
    bring_home(door.session, door.east, scans)

    assert door.counts() == (1, 0, 4)
    assert door.kinds() == [EntryKind.REFUSED, EntryKind.ENTERED, EntryKind.LEFT]


def test_a_ticket_taken_back_before_it_was_let_in_is_a_conflict(door: Door) -> None:
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()
    revoke_ticket(door.session, ticket.id)
    door.session.refresh(ticket)
    ticket.revoked_at = clock.now() - dt.timedelta(minutes=30)

    told = bring_home(door.session, door.east, [door.brought(ticket, EntryKind.ENTERED, 5)])

    assert told.n_conflicts == 1
    assert door.counts() == (0, 0, 5)
    assert not ticket.is_inside


def test_a_code_nobody_knows_is_written_down_as_a_conflict(door: Door) -> None:
    told = bring_home(door.session, door.east, [door.brought("F0000", EntryKind.ENTERED, 5)])

    assert told.n_conflicts == 1
    conflict = door.session.scalars(sa.select(DoorConflict)).one()
    assert conflict.reason is DoorConflictReason.UNKNOWN
    assert not conflict.holds_place


def test_beyond_its_loan_a_scanner_takes_free_places_and_then_none_beyond_the_number(
    door: Door,
) -> None:
    door.held.approved_number = 3
    make_loan(door.session, door.east, door.held, 1)
    scans = [door.brought(door.ticket(), EntryKind.ENTERED, 9 - n) for n in range(5)]

    told = bring_home(door.session, door.east, scans)

    assert list(told.outcomes.values()).count(EntryKind.ENTERED) == 3
    assert told.n_conflicts == 2
    assert door.counts() == (3, 3, 0)


def test_two_scanners_offline_bring_home_the_same_people_in_any_order(door: Door) -> None:
    make_loan(door.session, door.east, door.held, 5)
    make_loan(door.session, door.west, door.held, 5)
    ticket = door.ticket()
    bring_home(door.session, door.west, [door.brought(ticket, EntryKind.LEFT, 10, "west out")])
    assert door.counts() == (0, 0, 10)

    bring_home(door.session, door.east, [door.brought(ticket, EntryKind.ENTERED, 30, "east in")])

    assert door.counts() == (1, 0, 9)


def test_times_ahead_of_ours_are_ours(door: Door) -> None:
    make_loan(door.session, door.east, door.held, 5)
    ticket = door.ticket()

    bring_home(door.session, door.east, [door.brought(ticket, EntryKind.ENTERED, -600)])

    entry = door.session.scalars(sa.select(FairEntry)).one()
    assert entry.at <= clock.now()
    assert entry.is_offline


def test_a_scan_refused_without_network_is_in_the_log(door: Door) -> None:
    told = bring_home(
        door.session, door.east, [door.brought("not a code", EntryKind.REFUSED, 5, "one")]
    )

    assert told.outcomes == {"one": EntryKind.REFUSED}
    entry = door.session.scalars(sa.select(FairEntry)).one()
    assert (entry.refusal, entry.is_offline) == (EntryRefusal.UNKNOWN, True)


def test_a_loan_taken_back_lends_nothing_any_more(door: Door) -> None:
    loan = make_loan(door.session, door.east, door.held, 5)
    loan.settled_at = clock.now()
    door.held.n_set_aside = 0
    door.held.approved_number = 1

    told = bring_home(
        door.session,
        door.east,
        [door.brought(door.ticket(), EntryKind.ENTERED, 3 - n, f"s{n}") for n in range(2)],
    )

    assert told.n_conflicts == 1
    assert door.counts() == (1, 1, 0)
    assert door.session.scalar(sa.select(sa.func.sum(DoorLoan.n_used))) == 0
