"""Who takes part in training: a union, its people, an employer with a posting, a course."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.training import Course
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer, make_posting
from tests.factories.training import make_course


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def manager(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=union)


@pytest.fixture
def graduate(session: Session, union: Union) -> Graduate:
    return make_graduate(session, union)


@pytest.fixture
def employer(session: Session, union: Union) -> Employer:
    return make_employer(session, union)


@pytest.fixture
def posting(session: Session, union: Union, employer: Employer) -> Posting:
    return make_posting(session, make_drive(session, union), employer, headcount=3)


@pytest.fixture
def course(session: Session, union: Union) -> Course:
    return make_course(session, union)
