"""A caseworker of a union, and a graduate whose subsidy is lost the day after tomorrow."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.entitlements import make_claimant


@dataclass(frozen=True)
class World:
    """Who is there."""

    union: Union
    worker: Actor
    graduate: Graduate


@pytest.fixture
def world(session: Session) -> World:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    return World(union, worker, make_claimant(session, worker, union))
