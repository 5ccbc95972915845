"""A union with a drive and its manager, on both databases."""

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive


@pytest.fixture
def union(session_factory: SessionFactory) -> Union:
    """Give a union."""
    with transaction(session_factory) as session:
        return make_union(session)


@pytest.fixture
def manager(session_factory: SessionFactory, union: Union) -> Actor:
    """Give a drive manager of the union."""
    with transaction(session_factory) as session:
        return make_actor(session, union=union)


@pytest.fixture
def drive_id(session_factory: SessionFactory, union: Union) -> int:
    """Give an open drive of the union."""
    with transaction(session_factory) as session:
        return make_drive(session, union).id
