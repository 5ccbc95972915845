"""A fixed day, a union below another one, its people, and a household that is being helped."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.zero_employment import ClaimState
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.permissions import Actor
from tests.factories.accounts import make_union
from tests.factories.zero_employment import DAY, bring_to, make_jobless, make_people


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> list[dt.date]:
    day = [DAY]
    monkeypatch.setattr(clock, "today", lambda: day[0])
    return day


@pytest.fixture
def union(session: Session, today: list[dt.date]) -> Union:
    return make_union(session, make_union(session))


@pytest.fixture
def people(session: Session, union: Union) -> dict[str, Actor]:
    return make_people(session, union)


@pytest.fixture
def aided(
    session: Session, union: Union, people: dict[str, Actor]
) -> tuple[Household, HouseholdMember, ZeroEmploymentClaim]:
    household, (member,) = make_jobless(session, union)
    return household, member, bring_to(session, people["clerk"], household, ClaimState.AIDED)
