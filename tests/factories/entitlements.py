"""Factories of people of whom enough is known to claim something, and of applications by the use case."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.entitlements import EntitlementState
from matcher.kinds.household_facts import SchoolLevel
from matcher.models.entitlements import EntitlementApplication, EntitlementStep
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.entitlements import answers, applications, facts, sight
from matcher.services.entitlements.answers import Offered
from matcher.services.entitlements.facts import About
from matcher.services.permissions import Actor
from tests.factories.cases import make_case
from tests.factories.people import make_graduate, make_household, make_member

TOMORROW = {
    "receives_minimum": "yes",
    "received.job_seeking": "no",
    "wants_project": "yes",
}
"""Answers that open 求职补贴 (closing tomorrow), 工会求职资助 and 基层项目 to somebody of a hardship file."""


def make_claimant(
    session: Session,
    worker: Actor,
    union: Union,
    *,
    name: str = "马小兰",
    closes_in: int = 1,
    ask: bool = True,
) -> Graduate:
    """Insert a graduate of a hardship household with a case of the worker's, who graduates soon."""
    household = make_household(session, union, owner_id=worker.account_id)
    graduates_on = clock.today() + dt.timedelta(days=closes_in + 1)
    graduate = make_graduate(
        session, union, household=household, name=name, graduates_on=graduates_on
    )
    make_member(session, household, name=name, relation="女儿", graduate_id=graduate.id)
    make_case(session, graduate, owner_id=worker.account_id)
    if ask:
        facts.record_facts(session, worker, About(graduate_id=graduate.id), TOMORROW)
    return graduate


def offered(session: Session, worker: Actor, graduate: Graduate, code: str) -> Offered:
    """Return one entitlement of somebody as it is answered now."""
    person = sight.find_graduate(session, worker, graduate.public_id)
    found = answers.overview(session, worker, person).offered
    return next(one for one in found if one.answer.code == code)


def make_application(
    session: Session, worker: Actor, graduate: Graduate, code: str = "job_seeking"
) -> EntitlementApplication:
    """Begin an application by the use case."""
    person = sight.find_graduate(session, worker, graduate.public_id)
    given = offered(session, worker, graduate, code)
    return applications.start(session, worker, person, given, words="测试里照常办理")


def make_student(
    session: Session,
    union: Union,
    *,
    year: int,
    household: Household | None = None,
    **changes: object,
) -> HouseholdMember:
    """Insert a child of a hardship household who finishes university in a year."""
    household = household or make_household(session, union)
    child = make_member(session, household, name="王小明", relation="儿子", **changes)
    study = MemberSchooling(
        member_id=child.id,
        school="宁夏大学",
        level=SchoolLevel.BACHELOR,
        expected_graduation_on=dt.date(year, 6, 30),
        entered_at=clock.now(),
    )
    session.add(study)
    session.flush()
    return child


def make_application_row(session: Session, graduate: Graduate, worker: Actor) -> str:
    """Insert an application followed by a worker, with its first step; returns its public number."""
    row = EntitlementApplication(
        union_id=graduate.union_id,
        graduate_id=graduate.id,
        owner_id=worker.account_id,
        entitlement="job_seeking",
        rule_from_on=dt.date(2015, 1, 1),
        year=clock.today().year,
        state=EntitlementState.PREPARING,
        opened_at=clock.now(),
        opened_by_id=worker.account_id,
    )
    session.add(row)
    session.flush()
    session.add(
        EntitlementStep(
            application_id=row.id,
            act="opened",
            after=row.state,
            happened_on=clock.today(),
            entered_at=clock.now(),
            actor_id=worker.account_id,
        )
    )
    session.flush()
    return row.public_id
