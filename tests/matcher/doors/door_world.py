"""A fair of today whose door is open now, for tests of the door."""

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import DoorDirection, FairState
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.answers import ScanAnswer
from matcher.services.doors.devices import Scanner
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import issue_ticket, ticket_code
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session, make_visitor

TEN = dt.time(10)


def ten_today() -> dt.datetime:
    """Return ten o'clock of today in China: the session of `make_session` is from nine to twelve."""
    return dt.datetime.combine(clock.today(), TEN, clock.CHINA)


@dataclass
class DoorWorld:
    """A fair, its session and a scanner."""

    fair: Fair
    held: FairSession
    scanner: Scanner

    def ticket(self, session: Session) -> tuple[FairTicket, str]:
        """Issue a ticket to a new visitor."""
        ticket = issue_ticket(session, make_visitor(session, self.fair).id, self.held.id)
        return ticket, ticket_code(session, ticket)


def make_door(
    session: Session, approved: int | None = 500, capacity: int | None = None, **changes: object
) -> DoorWorld:
    """Insert a fair of today with a session from nine to twelve and a scanner."""
    today = clock.today()
    fair = make_fair(session, first_on=today, state=FairState.ANNOUNCED, venue_capacity=capacity)
    held = make_session(session, fair, approved_number=approved, **changes)
    return DoorWorld(fair, held, make_scanner(session, fair))


def held_out(
    session: Session,
    world: DoorWorld,
    code: str,
    direction: DoorDirection = DoorDirection.IN,
    *,
    number: str | None = None,
    at: dt.datetime | None = None,
) -> ScanAnswer:
    """Hold a code to the world's scanner."""
    return scan(
        session,
        world.scanner,
        code,
        scan_number=number or secrets.token_hex(8),
        direction=direction,
        at=at or ten_today(),
    )


def counts(session: Session, world: DoorWorld) -> tuple[int, int, int]:
    """Return entered, inside and set aside as the database has them."""
    row = session.execute(
        sa.select(FairSession.n_entered, FairSession.n_inside, FairSession.n_set_aside).where(
            FairSession.id == world.held.id
        )
    ).one()
    return row.n_entered, row.n_inside, row.n_set_aside
