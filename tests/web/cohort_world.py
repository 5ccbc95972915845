"""An office of the figures: a union with a drive, somebody in it and a posting; clients of its roles."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier, Role
from matcher.models.organisations import Union
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

TODAY = clock.today()


@dataclass(frozen=True)
class Office:
    """A union with a drive, somebody in it and a posting."""

    union: Union
    drive_id: int
    person: str
    posting: str
    employer_id: int


@pytest.fixture
def office(sqlite_factory: SessionFactory) -> Office:
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(
            session, union, opens_on=TODAY - dt.timedelta(days=9), census_on=TODAY, name="阳光"
        )
        home = make_household(session, union, tier=HardshipTier.DEEP)
        person = make_graduate(session, union, household=home, name="张小辰")
        make_entry(session, drive, person)
        make_entry(session, drive, make_graduate(session, union))
        employer = make_employer(session, union)
        posting = make_posting(session, drive, employer)
        return Office(union, drive.id, person.public_id, posting.public_id, employer.id)


@pytest.fixture
def enter(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, office: Office
) -> Callable[[Role], PageClient]:
    def go(role: Role) -> PageClient:
        with transaction(sqlite_factory) as session:
            actor = make_actor(session, role, union=office.union)
        return signed_in_as(actor)

    return go


Enter = Callable[[Role], PageClient]


def send(client: PageClient, address: str, **fields: object) -> int:
    data = {"csrf_token": client.token(), **fields}
    return client.post(address, data=data).status_code
