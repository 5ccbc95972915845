"""A fair on its day and one that is over, beside the house's own, which is three weeks off; and more of everything.

Pages of a fair show other things before, on the day and afterwards; the walk that looks at pages looks at all three.
The walk over lists lets the house's own fair grow.
"""

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import transaction
from matcher.kinds.fair_guests import ShownField, StopReason
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fairs import EntryRefusal, FairState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_sheets import FairPaperBatch
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairPosting, FairSession
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services.fair_guests import bookings
from tests.factories.booths import make_floor
from tests.factories.doors import make_conflict, make_loan, make_scanner
from tests.factories.drives import make_entry
from tests.factories.fair_after import HeldFair, come_in, make_contact, refuse
from tests.factories.fair_hall_rows import make_announcement
from tests.factories.fair_papers import make_pack, make_print
from tests.factories.fair_rows import make_fair_rows
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_hall,
    make_session,
)
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.web.house import House, Place

_OVER = dt.timedelta(days=10)


@dataclass(frozen=True)
class Stages:
    """The house's place with each of its fairs, and the token of a scanner at today's door."""

    places: list[Place]
    scanner: str


def add_stages(house: House) -> Stages:
    """Add a fair of today and one that was closed to the house's own place."""
    scanner = "scanner-of-today"
    with transaction(house.factory) as session:
        today = _place(session, house.own, clock.today(), FairState.ANNOUNCED)
        over = _place(session, house.own, clock.today() - _OVER, FairState.CLOSED)
        session.get_one(Fair, over.fairs.fair_id).closed_at = clock.now()
        make_scanner(session, session.get_one(Fair, today.fairs.fair_id), token=scanner)
    return Stages([house.own, today, over], scanner)


def _place(session: Session, own: Place, day: dt.date, state: FairState) -> Place:
    """Return the place with another fair, held the whole of a day, with all that happens at one."""
    posting = session.scalars(
        sa.select(Posting)
        .join(FairPosting, FairPosting.posting_id == Posting.id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .where(FairEmployer.fair_id == own.fairs.fair_id)
    ).one()
    rows = make_fair_rows(
        session,
        session.get_one(Drive, own.drive_id),
        session.get_one(Employer, own.employer_id),
        posting,
        session.get_one(Graduate, own.graduate_id),
        first_on=day,
        state=state,
    )
    fair = session.get_one(Fair, rows.fair_id)
    held = session.scalars(sa.select(FairSession).where(FairSession.fair_id == fair.id)).one()
    held.begins_minute, held.ends_minute = 1, 24 * 60
    for visitor in _visitors(session, fair):
        visitor.shown = [one.value for one in ShownField]
        if state is FairState.ANNOUNCED:
            bookings.book(session, visitor, [held.id])
    _happen(session, HeldFair(fair, held), posting)
    return replace(own, fairs=rows)


def _visitors(session: Session, fair: Fair) -> list[FairVisitor]:
    found = sa.select(FairVisitor).where(FairVisitor.fair_id == fair.id)
    return list(session.scalars(found.order_by(FairVisitor.id)))


def _happen(session: Session, made: HeldFair, posting: Posting) -> None:
    """Fill the hall, let people in, turn some away, and let booths meet them; two visitors have a route."""
    floor = make_floor(session, made.fair, n_booths=12, n_employers=8)
    for booth, place in zip(floor.booths, floor.employers, strict=False):
        booth.fair_employer_id = place.id
    stops = [
        {
            "fair_employer": place.id,
            "postings": [posting.id],
            "reasons": [StopReason.MAJOR.value, StopReason.PLACE.value],
        }
        for place in floor.employers[:4]
    ]
    for visitor in _visitors(session, made.fair):
        session.add(FairRoute(visitor_id=visitor.id, stops=stops, made_at=clock.now()))
    for number in range(6):
        visitor = come_in(session, made)
        for place, state in zip(floor.employers[number % 2 :], ContactState, strict=False):
            make_contact(session, place, visitor, state)
    for reason in (EntryRefusal.ALREADY_IN, EntryRefusal.FULL):
        refuse(session, made, reason)


def grow_fair(session: Session, place: Place, number: int) -> None:
    """Insert one more of everything a fair's lists show, at the place's own fair, and one more fair."""
    drive = session.get_one(Drive, place.drive_id)
    fair = session.get_one(Fair, place.fairs.fair_id)
    held = session.scalars(
        sa.select(FairSession).where(FairSession.fair_id == fair.id).order_by(FairSession.id)
    ).first()
    assert held is not None
    own = session.scalars(
        sa.select(FairEmployer).where(
            FairEmployer.fair_id == fair.id, FairEmployer.employer_id == place.employer_id
        )
    ).one()
    make_fair(session, drive, state=FairState.ANNOUNCED)
    make_session(session, fair, begins_minute=8 * 60 + number, name=f"{number} 场")
    another = make_fair_employer(session, fair)
    employer = session.get_one(Employer, another.employer_id)
    for at, owner in ((another, employer), (own, session.get_one(Employer, place.employer_id))):
        make_fair_posting(session, at, make_posting(session, drive, owner))
    make_booth(session, make_hall(session, fair), another)
    make_pack(session, another)
    make_print(session, fair)
    _meet(session, HeldFair(fair, held), [own, another], number)
    scanner = make_scanner(session, fair)
    make_loan(session, scanner, held, 1)
    make_conflict(session, scanner, held)
    refuse(session, HeldFair(fair, held), EntryRefusal.FULL)
    make_announcement(session, fair.id)


def _meet(session: Session, made: HeldFair, places: list[FairEmployer], number: int) -> None:
    """Let one more visitor of either kind come in, stand in line, be met, followed, and have a route."""
    graduate = make_graduate(session, session.get_one(Union, made.fair.union_id))
    make_entry(session, session.get_one(Drive, made.fair.drive_id), graduate)
    for visitor in (come_in(session, made, graduate), come_in(session, made)):
        stops = [{"fair_employer": one.id, "postings": [], "reasons": []} for one in places]
        session.add(FairRoute(visitor_id=visitor.id, stops=stops, made_at=clock.now()))
        for place in places:
            contact = make_contact(session, place, visitor, ContactState.INTENT)
            session.add(
                FairFollow(
                    fair_id=made.fair.id,
                    contact_id=contact.id,
                    fair_employer_id=place.id,
                    visitor_id=visitor.id,
                    due_on=clock.today(),
                    opened_at=clock.now(),
                )
            )
    session.add(
        FairQueuePlace(
            fair_employer_id=places[0].id,
            visitor_id=visitor.id,
            held_on=clock.today(),
            number=100 + number,
            taken_at=clock.now(),
        )
    )
    session.add(
        FairPaperBatch(fair_id=made.fair.id, sha256=f"{number:064d}", uploaded_at=clock.now())
    )
    session.flush()
