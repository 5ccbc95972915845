"""Chains as data (审批链): the default, a union's own, and editions that running approvals keep."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.approvals import Decision, StepKind, StepLevel
from matcher.policy.chains import ChainStep, chain_names, default_chain
from matcher.policy.deadlines import get_deadline
from matcher.services.approvals import chains, placing, steps
from matcher.services.approvals.limits import last_day
from matcher.services.calendar import seed_calendar_days
from matcher.services.hardship.applications import submit_file
from matcher.services.permissions import Permission
from tests.factories.accounts import make_actor
from tests.factories.approvals import Office, make_draft, make_office

VISIT = ChainStep(StepKind.VISIT, StepLevel.GRASSROOTS, "edit_files", "approval.visit")
SHEET = ChainStep(
    StepKind.PUBLICITY, StepLevel.GRASSROOTS, "edit_files", "publicity.union_practice"
)
COUNTY = ChainStep(StepKind.DECISION, StepLevel.COUNTY, "approve_files", "approval.decision")
CITY = ChainStep(StepKind.DECISION, StepLevel.CITY, "approve_files", "approval.decision")


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


def _set(session: Session, office: Office, *wanted: ChainStep, source: str = "某文件") -> None:
    administrator = make_actor(session, Role.ADMINISTRATOR, union=office.county)
    chains.set_chain(
        session,
        administrator,
        "hardship_file",
        wanted,
        union_id=office.county.id,
        source=source,
    )


def test_the_default_goes_from_the_visit_over_publicity_to_county_and_city() -> None:
    chain = default_chain("hardship_file", "640104", clock.today())

    assert [(step.kind, step.level) for step in chain.steps] == [
        (StepKind.VISIT, StepLevel.GRASSROOTS),
        (StepKind.PUBLICITY, StepLevel.GRASSROOTS),
        (StepKind.DECISION, StepLevel.COUNTY),
        (StepKind.DECISION, StepLevel.CITY),
    ]


@pytest.mark.parametrize("name", chain_names())
def test_every_default_names_limits_and_permissions_there_are(name: str) -> None:
    for step in default_chain(name, None, clock.today()).steps:
        assert get_deadline(step.limit_rule, None, clock.today()).source
        assert Permission(step.permission)


def test_the_lengths_of_publicity_are_data_with_their_source() -> None:
    today = clock.today()
    lengths = {
        rule: get_deadline(rule, "640100", today)
        for rule in ("publicity.first", "publicity.union_practice", "publicity.again")
    }

    assert {rule: (one.value, one.unit) for rule, one in lengths.items()} == {
        "publicity.first": (7, "days"),
        "publicity.union_practice": (5, "working_days"),
        "publicity.again": (3, "days"),
    }
    assert all("[A]" in one.source or "[U]" in one.source for one in lengths.values())


def test_a_union_below_takes_the_chain_of_the_nearest_union_above(
    session: Session, office: Office
) -> None:
    _set(session, office, VISIT, SHEET, COUNTY)

    chain = chains.chain_for(session, "hardship_file", office.unit.id)

    assert chain.union_id == office.county.id
    assert [step.kind for step in chains.steps_of(session, chain.id)] == [
        StepKind.VISIT,
        StepKind.PUBLICITY,
        StepKind.DECISION,
    ]


def test_a_running_approval_keeps_the_chain_it_began_with(session: Session, office: Office) -> None:
    household = make_draft(session, office.unit, entered_by=office.chair)
    approval = submit_file(session, office.chair, household.id)
    _set(session, office, COUNTY)
    _set(session, office, VISIT, COUNTY)

    placing.place(session, approval, 3)
    steps.decide(session, office.county_approver, approval.id, Decision.PASS)

    assert approval.waits_at_id == office.city.id
    assert chains.chain_for(session, "hardship_file", office.unit.id).edition == 2


@pytest.mark.parametrize(
    "wanted",
    [(VISIT, SHEET), (CITY, COUNTY), (COUNTY, COUNTY), (COUNTY, VISIT)],
    ids=["no decision", "downwards", "one level twice", "visit not first"],
)
def test_a_chain_that_cannot_work_is_refused(
    session: Session, office: Office, wanted: tuple[ChainStep, ...]
) -> None:
    with pytest.raises(InvalidInputError):
        _set(session, office, *wanted)


def test_a_chain_says_where_it_is_written(session: Session, office: Office) -> None:
    with pytest.raises(InvalidInputError):
        _set(session, office, COUNTY, source=" ")


def test_chains_are_set_by_administrators_for_their_own_unions(
    session: Session, office: Office
) -> None:
    stranger = make_actor(session, Role.ADMINISTRATOR)
    given = {"union_id": office.county.id, "source": "某文件"}
    with pytest.raises(NotFoundError):
        chains.set_chain(session, stranger, "hardship_file", [COUNTY], **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError):
        chains.set_chain(session, office.chair, "hardship_file", [COUNTY], **given)  # type: ignore[arg-type]


def test_a_limit_in_working_days_skips_the_spring_festival(session: Session) -> None:
    seed_calendar_days(session)
    start = dt.date(2026, 2, 13)

    assert last_day(session, "approval.publish", "640104", start).day > start.replace(day=20)
