"""A ranked posting with kept seats and the people in line for them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier, Role, SeatClass
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import rank
from tests.factories.referrals import make_referable


@dataclass(frozen=True)
class Line:
    """A ranked posting with one seat kept for zero-employment households and one for all in hardship."""

    drive: Drive
    posting: Posting
    zero: tuple[Graduate, ...]
    tiered: tuple[Graduate, ...]
    worker: Actor

    def seat(self, session: Session, kept_for: SeatClass) -> Seat:
        """Return the seat of a class as the database has it now."""
        found = sa.select(Seat).where(
            Seat.posting_id == self.posting.id, Seat.seat_class == kept_for
        )
        return session.scalars(found.execution_options(populate_existing=True)).one()


def _person(session: Session, drive: Drive, household: Household | None, places: int) -> Graduate:
    """Insert somebody of less fit the more places they name before the posting's own."""
    wanted = [*("640300", "640500")[:places], "640100"]
    union = session.get_one(Union, drive.union_id)
    person = make_graduate(session, union, household=household, intent={"places": wanted})
    return make_referable(session, drive, person)


def make_line(session_factory: SessionFactory) -> Line:
    """Insert and rank three graduates of zero-employment households, three in hardship and one of neither."""
    with transaction(session_factory) as session:
        drive = make_drive(session)
        union = session.get_one(Union, drive.union_id)
        kept = {SeatClass.ZERO_EMPLOYMENT: 1, SeatClass.HARDSHIP: 1}
        posting = make_posting(session, drive, headcount=3, reserved=kept)
        _person(session, drive, None, 0)
        tier = HardshipTier.DEEP
        tiered = tuple(
            _person(session, drive, make_household(session, union, tier=tier), n) for n in (0, 1, 2)
        )
        zero = tuple(
            _person(session, drive, make_household(session, union, zero_employment=True), n)
            for n in (2, 0, 1)
        )
        account = make_actor(session, Role.CASEWORKER, union=union)
    rank(session_factory, drive.id)
    by_fit = (zero[1], zero[2], zero[0])
    return Line(drive, posting, by_fit, tiered, account)
