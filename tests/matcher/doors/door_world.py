"""A fair of today whose door is open now, for tests of the door."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.devices import Scanner
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
