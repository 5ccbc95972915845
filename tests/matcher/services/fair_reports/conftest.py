"""A fair that was held, its union, its organiser, and an intent to be followed after closing."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.kinds.fair_hall import ContactState
from matcher.models.fair_reports import FairFollow
from matcher.models.organisations import Union
from matcher.services.fair_reports import closing
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, make_contact, make_held_fair


@pytest.fixture
def made(session: Session) -> HeldFair:
    return make_held_fair(session)


@pytest.fixture
def union(session: Session, made: HeldFair) -> Union:
    return session.get_one(Union, made.fair.union_id)


@pytest.fixture
def organiser(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.FAIR_ORGANISER, union=union)


@pytest.fixture
def follow(session: Session, made: HeldFair, organiser: Actor) -> FairFollow:
    make_contact(session, made.places[0], made.visitors[0], ContactState.INTENT)
    closing.close_fair(session, organiser, made.fair.public_id)
    return session.scalars(sa.select(FairFollow)).one()
