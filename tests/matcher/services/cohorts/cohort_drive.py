"""A drive whose census was taken, with people in it."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.cohorts import LeaveReason
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services import drive_entries
from matcher.services.cohorts import log
from matcher.services.cohorts.correcting import CorrectedPlace
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import make_census, make_cohort_act
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.support.noon import TODAY

CENSUS = TODAY - dt.timedelta(days=20)


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def manager(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=union)


@pytest.fixture
def drive(session: Session, union: Union) -> Drive:
    made = make_drive(session, union, opens_on=CENSUS, census_on=CENSUS)
    make_census(session, made, counted_on=CENSUS)
    return made


def make_hardship_graduate(session: Session, union: Union, **household: object) -> Graduate:
    home = make_household(session, union, **household)  # type: ignore[arg-type] # by name
    return make_graduate(session, union, household=home)


def counted(session: Session, drive: Drive, union: Union, **changes: object) -> CohortAct:
    person = make_hardship_graduate(session, union)
    long_ago = clock.now() - dt.timedelta(days=30)
    make_entry(session, drive, person, entered_at=long_ago)
    days = {"since_on": CENSUS, "happened_on": CENSUS}
    return make_cohort_act(session, drive, person, **(days | changes))


def leave(
    session: Session, by: Actor, act: CohortAct, reason: LeaveReason, **given: dt.date
) -> CohortAct:
    drive_entries.leave_drive(
        session, by, act.drive_id, act.graduate_id, reason=reason, words="本人来电", **given
    )
    found = log.find_newest(session, act.drive_id, act.graduate_id)
    assert found is not None
    return found


def place_of(act: CohortAct, **changes: object) -> CorrectedPlace:
    stands = {name: getattr(act, name) for name in CorrectedPlace.__dataclass_fields__}
    return CorrectedPlace(**(stands | changes))
