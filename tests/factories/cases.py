"""Factories of cases and their parts: plain rows, no use case in between."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate
from tests.factories.people import make_graduate


def make_case(
    session: Session, graduate: Graduate | None = None, **changes: object
) -> GraduateCase:
    """Insert an open case without an owner; the graduate is a new one if none is given."""
    graduate = graduate or make_graduate(session)
    fields: dict[str, object] = {
        "union_id": graduate.union_id,
        "graduate_id": graduate.id,
        "household_id": graduate.household_id,
        "opened_on": clock.today() - dt.timedelta(days=30),
        "created_at": clock.now(),
    }
    case = GraduateCase(**(fields | changes))
    session.add(case)
    session.flush()
    return case


def make_act(
    session: Session,
    case: GraduateCase,
    kind: ServiceKind = ServiceKind.GUIDANCE,
    **changes: object,
) -> ServiceAct:
    """Insert an act done today; the case's summary is not touched."""
    fields: dict[str, object] = {
        "case_id": case.id,
        "union_id": case.union_id,
        "kind": kind,
        "happened_on": clock.today(),
        "entered_at": clock.now(),
        "outcome": ActOutcome.DONE,
    }
    act = ServiceAct(**(fields | changes))
    session.add(act)
    session.flush()
    return act
