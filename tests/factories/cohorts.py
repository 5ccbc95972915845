"""Factories of phases, censuses, rows of the cohort, service events and marks: plain rows, no use case in between."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import HardshipTier
from matcher.kinds.cohorts import (
    CohortActKind,
    CohortStanding,
    EventChannel,
    EventKind,
    MarkKind,
    StandingBasis,
)
from matcher.models.cohorts import Census, CohortAct
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.service_events import EmployerMark, ServiceEvent


def make_census(session: Session, drive: Drive, **changes: object) -> Census:
    """Insert a census taken today, without rows of people."""
    fields: dict[str, object] = {
        "drive_id": drive.id,
        "counted_on": clock.today(),
        "taken_at": clock.now(),
        "n_people": 0,
        "n_households": 0,
        "n_not_counted": 0,
        "digest": "0" * 64,
    }
    census = Census(**(fields | changes))
    session.add(census)
    session.flush()
    return census


def make_cohort_act(
    session: Session, drive: Drive, graduate: Graduate, **changes: object
) -> CohortAct:
    """Insert the row of somebody counted today, of a relative-hardship household, standing unknown."""
    fields: dict[str, object] = {
        "drive_id": drive.id,
        "graduate_id": graduate.id,
        "kind": CohortActKind.COUNTED,
        "union_id": graduate.union_id,
        "household_id": graduate.household_id,
        "tier": HardshipTier.RELATIVE,
        "is_zero_employment": False,
        "is_earlier_year": False,
        "standing": CohortStanding.UNKNOWN,
        "standing_basis": StandingBasis.NOTHING,
        "since_on": clock.today(),
        "counts_out": False,
        "happened_on": clock.today(),
        "entered_at": clock.now(),
    }
    act = CohortAct(**(fields | changes))
    session.add(act)
    session.flush()
    return act


def make_event(
    session: Session, union: Union, drive: Drive | None = None, **changes: object
) -> ServiceEvent:
    """Insert a fair of one day with its counts."""
    day = clock.today() - dt.timedelta(days=3)
    fields: dict[str, object] = {
        "union_id": union.id,
        "drive_id": drive.id if drive else None,
        "kind": EventKind.FAIR,
        "channel": EventChannel.ON_SITE,
        "title": "春季招聘会",
        "happened_on": day,
        "until_on": day,
        "n_employers": 20,
        "n_posts": 300,
        "n_distinct_posts": 120,
        "n_visitors": 450,
        "n_intents": 60,
        "entered_at": clock.now(),
    }
    event = ServiceEvent(**(fields | changes))
    session.add(event)
    session.flush()
    return event


def make_mark(session: Session, employer: Employer, **changes: object) -> EmployerMark:
    """Insert a mark of a model worker's firm since last year."""
    fields: dict[str, object] = {
        "employer_id": employer.id,
        "kind": MarkKind.MODEL_WORKER,
        "from_on": clock.today() - dt.timedelta(days=365),
        "source": "自治区劳模创新企业名单",
        "entered_at": clock.now(),
    }
    mark = EmployerMark(**(fields | changes))
    session.add(mark)
    session.flush()
    return mark


def fields_of(error: InvalidInputError) -> set[str]:
    """Return the fields a refusal names."""
    fields = error.details["fields"]
    assert isinstance(fields, dict)
    return set(fields)
