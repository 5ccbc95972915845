"""A fair with a hall of booths, employers that come, and who organises it."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.booths import FloorRows, make_floor
from tests.factories.drives import make_drive
from tests.factories.fairs import make_fair


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def organiser(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.FAIR_ORGANISER, union=union)


@pytest.fixture
def floor(session: Session, union: Union) -> FloorRows:
    """Give twelve booths, six employers, three hundred people."""
    fair = make_fair(session, make_drive(session, union), expected_people=300)
    return make_floor(session, fair)
