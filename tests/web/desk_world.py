"""What tests of the desk's pages of referrals share: referrals of its own people, and the form of a step."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.support.pages import PageClient
from tests.web.house import House


@dataclass(frozen=True)
class Made:
    """A referral with the person's name."""

    public_id: str
    name: str
    graduate: str


def add_posting(house: House) -> str:
    """Insert a posting of its own with seats enough."""
    with transaction(house.factory) as session:
        first = session.get_one(Posting, house.own.posting_id)
        drive, employer = first.drive_id, first.employer_id
        made = make_posting(
            session, session.get_one(Drive, drive), session.get_one(Employer, employer), headcount=5
        )
        return made.public_id


def add_referral(
    house: House, state: ReferralState, posting: str | None = None, **changes: object
) -> Made:
    """Insert a referral of a new person to a posting, a new one if none is named."""
    where = posting or add_posting(house)
    with transaction(house.factory) as session:
        offer = session.scalars(sa.select(Posting).where(Posting.public_id == where)).one()
        graduate = make_referable(session, session.get_one(Drive, offer.drive_id))
        referral = make_referral(session, offer, graduate, state=state, **changes)  # type: ignore[arg-type]  # columns by name
        return Made(referral.public_id, graduate.name, graduate.public_id)


def state_of(house: House, public_id: str) -> ReferralState:
    """Return the state of a referral."""
    with reading(house.factory) as session:
        return row_of(session, public_id).state


def row_of(session: Session, public_id: str) -> Referral:
    """Return a referral by its public number."""
    return session.scalars(sa.select(Referral).where(Referral.public_id == public_id)).one()


def take_step(client: PageClient, made: Made, step: str, **fields: object) -> int:
    """Send the form of a step and return the status."""
    return client.submit(f"/referrals/{made.public_id}/steps/{step}", **fields).status_code
