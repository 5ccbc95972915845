"""A fair that was held without anybody at its door, and its organiser: all there is comes from paper."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, make_held_fair


@pytest.fixture
def made(session: Session) -> HeldFair:
    seed_consent_texts(session)
    return make_held_fair(session, n_visitors=0)


@pytest.fixture
def organiser(session: Session, made: HeldFair) -> Actor:
    union = session.get_one(Union, made.fair.union_id)
    return make_actor(session, Role.FAIR_ORGANISER, union=union)
