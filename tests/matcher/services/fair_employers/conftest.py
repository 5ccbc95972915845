"""A fair with a call, its organiser, and an employer's agent."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.kinds.fairs import FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services.fair_employers.sight import Place
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fair_papers import make_call
from tests.factories.fairs import make_fair, make_fair_employer
from tests.factories.postings import make_employer


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def organiser(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.FAIR_ORGANISER, union=union)


@pytest.fixture
def fair(session: Session, union: Union) -> Fair:
    return make_fair(session, make_drive(session, union), state="announced")


@pytest.fixture
def call(session: Session, fair: Fair) -> FairCall:
    """Offer two booths."""
    return make_call(session, fair, n_booths=2)


@pytest.fixture
def employer(session: Session, union: Union) -> Employer:
    return make_employer(session, union)


@pytest.fixture
def agent(session: Session, employer: Employer) -> Actor:
    return make_actor(session, Role.EMPLOYER, employer=employer)


@pytest.fixture
def place(session: Session, fair: Fair, call: FairCall, employer: Employer) -> Place:
    row = make_fair_employer(session, fair, employer, state=FairEmployerState.APPLIED)
    return Place(fair, row, employer)
