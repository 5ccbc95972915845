"""Factories of fairs: sessions, halls, booths, employers there, visitors and tickets; plain rows, no use case."""

import datetime as dt
import secrets

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.identity import mask_name
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorKind, VisitorState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall, FairPosting, FairSession
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services import sealing
from matcher.services.fair_employers.posts import number_posts
from tests.factories.accounts import numbers
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer

TICKET_BYTES = 8


def make_fair(session: Session, drive: Drive | None = None, **changes: object) -> Fair:
    """Insert a fair in preparation of a drive's union, on site, one day long, in three weeks."""
    drive = drive or make_drive(session)
    day = clock.today() + dt.timedelta(days=21)
    if "first_on" in changes:
        changes.setdefault("last_on", changes["first_on"])
    fields: dict[str, object] = {
        "token": secrets.token_urlsafe(9),
        "drive_id": drive.id,
        "union_id": drive.union_id,
        "title": f"毕业生招聘会 {next(numbers)}",
        "channel": EventChannel.ON_SITE,
        "state": FairState.DRAFT,
        "first_on": day,
        "last_on": day,
        "venue_name": "市体育馆",
        "venue_address": "银川市金凤区人民广场东街 1 号",
        "venue_region": "640106",
        "venue_capacity": 2000,
        "expected_people": 800,
        "enquiries": "0951-1234567",
        "created_at": clock.now(),
    }
    fair = Fair(**(fields | changes))
    session.add(fair)
    session.flush()
    return fair


def make_session(session: Session, fair: Fair | None = None, **changes: object) -> FairSession:
    """Insert a session of the fair's first day, 9 to 12 o'clock, for 500 people."""
    fair = fair or make_fair(session)
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "name": "上午场",
        "held_on": fair.first_on,
        "begins_minute": 9 * 60,
        "ends_minute": 12 * 60,
        "approved_number": 500,
    }
    made = FairSession(**(fields | changes))
    session.add(made)
    session.flush()
    return made


def make_hall(session: Session, fair: Fair | None = None, **changes: object) -> FairHall:
    """Insert a hall of 20 × 12 cells with one entrance."""
    fair = fair or make_fair(session)
    n = next(numbers)
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "name": f"{n} 号厅",
        "number": n,
        "n_columns": 20,
        "n_rows": 12,
        "marks": [{"column": 0, "row": 0, "kind": "entrance"}],
    }
    hall = FairHall(**(fields | changes))
    session.add(hall)
    session.flush()
    return hall


def make_fair_employer(
    session: Session, fair: Fair | None = None, employer: Employer | None = None, **changes: object
) -> FairEmployer:
    """Insert an employer that will come to the fair; a new one of the fair's union if none is given."""
    fair = fair or make_fair(session)
    employer = employer or make_employer(session, session.get_one(Union, fair.union_id))
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "employer_id": employer.id,
        "state": FairEmployerState.ACCEPTED,
        "created_at": clock.now(),
    }
    made = FairEmployer(**(fields | changes))
    session.add(made)
    session.flush()
    return made


def make_booth(
    session: Session,
    hall: FairHall | None = None,
    fair_employer: FairEmployer | None = None,
    **changes: object,
) -> Booth:
    """Insert a booth in the next free cell of a hall (new cells for each, up to its size)."""
    hall = hall or make_hall(session)
    n = next(numbers)
    cell = n % (hall.n_columns * hall.n_rows)
    fields: dict[str, object] = {
        "fair_id": hall.fair_id,
        "hall_id": hall.id,
        "label": f"A{n}",
        "column": cell % hall.n_columns,
        "row": cell // hall.n_columns,
        "fair_employer_id": fair_employer.id if fair_employer else None,
    }
    booth = Booth(**(fields | changes))
    session.add(booth)
    session.flush()
    return booth


def make_fair_posting(
    session: Session, fair_employer: FairEmployer, posting: Posting
) -> FairPosting:
    """Show a posting at a fair."""
    made = FairPosting(
        fair_employer_id=fair_employer.id, posting_id=posting.id, added_at=clock.now()
    )
    number_posts(fair_employer, [posting.id])
    session.add(made)
    session.flush()
    return made


def make_visitor(
    session: Session,
    fair: Fair | None = None,
    graduate: Graduate | None = None,
    *,
    name: str = "来访者",
    phone: str | None = None,
    **changes: object,
) -> FairVisitor:
    """Insert somebody who will come: a graduate of the drive, or anybody with a name of their own."""
    fair = fair or make_fair(session)
    ring = ring_of(session)
    fields: dict[str, object] = {
        "fair_id": fair.id,
        "graduate_id": graduate.id if graduate else None,
        "kind": VisitorKind.INVITED if graduate else VisitorKind.REGISTERED,
        "state": VisitorState.COMING,
        "created_at": clock.now(),
    }
    if graduate is None:
        fields |= {
            "name_cipher": ring.encrypt(name, "fair_visitor.name"),
            "name_masked": mask_name(name),
        }
    if phone is not None:
        sealed = sealing.sealed_phone(ring, "fair_visitor", phone)
        fields |= {
            "phone_cipher": sealed.cipher,
            "phone_index": sealed.index,
            "phone_masked": sealed.masked,
        }
    visitor = FairVisitor(**(fields | changes))
    session.add(visitor)
    session.flush()
    return visitor


def make_ticket(
    session: Session, visitor: FairVisitor, held: FairSession, **changes: object
) -> FairTicket:
    """Insert a ticket of a visitor for a session; its code is made of the serial by `ticket_codes`."""
    fields: dict[str, object] = {
        "serial": secrets.token_bytes(TICKET_BYTES),
        "visitor_id": visitor.id,
        "session_id": held.id,
        "issued_at": clock.now(),
    }
    ticket = FairTicket(**(fields | changes))
    session.add(ticket)
    session.flush()
    return ticket
