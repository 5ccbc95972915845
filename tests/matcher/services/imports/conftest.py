"""A union with a drive and its manager, on both databases."""

from pathlib import Path

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.services.imports.roster_house import House, make_id


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


@pytest.fixture
def numbers() -> dict[str, str]:
    """Give identity numbers of two families."""
    return {
        "马大": make_id(1975),
        "丁二": make_id(1977),
        "马小": make_id(2004),
        "王大": make_id(1972),
        "王小": make_id(2005),
        "李大": make_id(1970),
        "李小": make_id(2003),
    }


@pytest.fixture
def house(session_factory: SessionFactory, manager: Actor, drive_id: int, tmp_path: Path) -> House:
    """Give the office."""
    return House(session_factory, manager, drive_id, tmp_path)
