"""A hall with one employer and its agent at a fair of today: what tests of booths begin with."""

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactStepKind
from matcher.kinds.fairs import FairState
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services.doors.tickets import issue_ticket, ticket_code
from matcher.services.fair_hall import contacts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_hall,
    make_session,
    make_visitor,
)
from tests.factories.postings import make_employer, make_posting

EVERYTHING = [one.value for one in ShownField]


@dataclass
class HallWorld:
    """A fair that is on today, one employer accepted with a booth and a posting, its agent, the organiser."""

    session: Session
    fair: Fair
    held: FairSession
    place: FairEmployer
    posting: Posting
    agent: Actor
    organiser: Actor

    def visitor(self, graduate: Graduate | None = None, **changes: object) -> FairVisitor:
        """Return somebody who will come."""
        return make_visitor(self.session, self.fair, graduate, **changes)  # type: ignore[arg-type] # by name

    def ticket(self, visitor: FairVisitor | None = None) -> FairTicket:
        """Return the ticket of somebody, new unless given, for the fair's session."""
        return issue_ticket(self.session, (visitor or self.visitor()).id, self.held.id)

    def code(self, visitor: FairVisitor | None = None) -> str:
        """Return the code of a new ticket."""
        return ticket_code(self.session, self.ticket(visitor))

    def scan(self, visitor: FairVisitor | None = None, *, number: str = "") -> FairContact:
        """Scan a visitor's ticket at the booth."""
        return contacts.scan(
            self.session,
            self.agent,
            self.place.public_id,
            self.code(visitor),
            number=number or secrets.token_hex(6),
        )

    def act(self, contact: FairContact, kind: ContactStepKind, **how: object) -> FairContact:
        """Write a step at the booth."""
        fields: dict[str, object] = {"number": secrets.token_hex(6)}
        if kind is ContactStepKind.INTENT:
            fields["posting"] = self.posting.public_id
        return contacts.act(
            self.session,
            self.agent,
            self.place.public_id,
            contact.public_id,
            kind,
            **(fields | how),  # type: ignore[arg-type] # by name
        )

    def another(self) -> tuple[FairEmployer, Actor]:
        """Return another employer at the fair with its agent."""
        place = make_fair_employer(self.session, self.fair)
        return place, make_agent(self.session, place)


def make_agent(session: Session, place: FairEmployer) -> Actor:
    """Insert an agent of the employer of a place."""
    employer = session.get_one(Employer, place.employer_id)
    return make_actor(session, Role.EMPLOYER, employer=employer)


def make_hall_world(session: Session, **changes: object) -> HallWorld:
    """Insert a fair that is on today, the whole day, with one booth."""
    drive = make_drive(session)
    today = clock.today()
    fields: dict[str, object] = {"first_on": today, "state": FairState.ANNOUNCED}
    fair = make_fair(session, drive, **(fields | changes))
    held = make_session(
        session, fair, held_on=fair.first_on, begins_minute=1, ends_minute=24 * 60, name="全天"
    )
    organiser = make_actor(
        session, Role.FAIR_ORGANISER, union=session.get_one(Union, fair.union_id)
    )
    employer = make_employer(session, session.get_one(Union, fair.union_id))
    place = make_fair_employer(session, fair, employer)
    posting = make_posting(session, drive, employer)
    make_fair_posting(session, place, posting)
    make_booth(session, make_hall(session, fair), place)
    agent = make_actor(session, Role.EMPLOYER, employer=employer)
    return HallWorld(session, fair, held, place, posting, agent, organiser)
