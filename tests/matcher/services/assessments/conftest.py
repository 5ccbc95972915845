"""Fixtures of assessments: a union, its caseworker, a family of three measured by a line of 650."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.kinds import HardshipTier, Role
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.assessments import make_line
from tests.factories.people import make_household, make_member


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def household(session: Session, union: Union) -> Household:
    """Give a household of three, measured by a line of 650."""
    made = make_household(session, union, tier=HardshipTier.NONE)
    make_member(session, made, is_holder=True)
    make_member(session, made)
    make_member(session, made)
    make_line(session, union.id)
    return made


@pytest.fixture
def local(session: Session) -> Iterator[Path]:
    """Give the place of a rule set of the office's own, and clear it away."""
    folder = settings_of(session).data / "tiers"
    folder.mkdir(exist_ok=True)
    path = folder / "local.toml"
    yield path
    path.unlink()
