"""What follows from a check for case and household, and how it is taken back by correcting steps."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import CaseClosing
from matcher.kinds.households import FileState, WorkStatus
from matcher.kinds.placements import (
    EvidenceMethod,
    EvidenceVerdict,
    PlacementEnd,
    PlacementState,
    RevocationReason,
)
from matcher.kinds.zero_employment import ClaimState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.tasks import Task
from matcher.services.casework import cases
from matcher.services.permissions import Actor
from matcher.services.placements import (
    counting,
    ending,
    evidence,
    household_effects,
    recording,
    reviewing,
)
from matcher.services.zero_employment.claims import open_claim_of
from tests.factories.accounts import make_actor, make_union
from tests.factories.aided import make_aided
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.placements import (
    bring_to_check,
    facts,
    verify_placement,
)

_P = PlacementState


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def checker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.REVIEWER, union=union)


def _counted(session: Session) -> int:
    found = sa.select(sa.func.count()).select_from(Placement).where(counting.counted())
    return session.scalar(found) or 0


def _open_task(session: Session, rule: str) -> Task | None:
    return session.scalar(sa.select(Task).where(Task.rule == rule, Task.state == TaskState.OPEN))


def _hardship_graduate(
    session: Session, union: Union
) -> tuple[Graduate, GraduateCase, int, dict[str, Actor]]:
    made = make_aided(session, union)
    return made.graduate, made.case, made.household.id, {"clerk": made.clerk}


def test_a_verified_job_clears_the_household_and_a_revoked_one_opens_it_again(
    session: Session, union: Union, checker: Actor
) -> None:
    graduate, case, household_id, people = _hardship_graduate(session, union)

    placement = verify_placement(session, people["clerk"], checker, graduate)

    claim = open_claim_of(session, household_id)
    assert claim is not None
    assert claim.state is ClaimState.ONE_WORKING
    stretch = session.get_one(MemberEmployment, placement.member_employment_id)
    assert (stretch.status, stretch.from_on, stretch.unit) == (
        WorkStatus.EMPLOYED,
        placement.started_on,
        placement.employer_name,
    )

    reviewing.revoke(session, checker, placement.id, RevocationReason.UNTRUE, "单位和本人都否认")

    session.refresh(claim)
    session.refresh(stretch)
    assert claim.state is ClaimState.AIDED
    assert (stretch.status, stretch.from_on) == (WorkStatus.UNEMPLOYED, placement.started_on)
    assert case.closed_on is not None
    again = session.scalars(sa.select(GraduateCase).where(GraduateCase.closed_on.is_(None))).one()
    assert (again.graduate_id, again.owner_id) == (graduate.id, case.owner_id)
    task = _open_task(session, "placement.case_reopened")
    assert task is not None
    assert task.due_on == clock.today()


def test_a_job_that_ended_opens_case_and_household_again(
    session: Session, union: Union, checker: Actor
) -> None:
    graduate, _, household_id, people = _hardship_graduate(session, union)
    placement = verify_placement(session, people["clerk"], checker, graduate)
    last = clock.today() - dt.timedelta(days=1)

    ending.end(session, people["clerk"], placement.id, on=last, reason=PlacementEnd.QUIT)

    claim = open_claim_of(session, household_id)
    assert claim is not None
    assert claim.state is ClaimState.AIDED
    assert _open_task(session, "placement.case_reopened") is not None
    assert (_counted(session), placement.is_live) == (1, False)


def test_a_file_that_cannot_take_it_now_is_caught_up_with(
    session: Session, union: Union, checker: Actor
) -> None:
    graduate, _, household_id, people = _hardship_graduate(session, union)
    member = household_effects.member_of(session, graduate.id)
    assert member is not None
    file = session.get_one(Household, household_id)
    file.state = FileState.IN_APPROVAL
    session.flush()

    placement = verify_placement(session, people["clerk"], checker, graduate)
    assert placement.member_employment_id is None
    assert _open_task(session, "placement.household_work") is not None

    file.state = FileState.ACTIVE
    session.flush()
    assert household_effects.record(session, checker, placement)
    assert not household_effects.record(session, checker, placement)


def test_a_job_that_begins_later_is_written_when_it_begins(
    session: Session, union: Union, checker: Actor
) -> None:
    graduate, case, _, people = _hardship_graduate(session, union)
    later = facts(started_on=clock.today() + dt.timedelta(days=20))

    placement = verify_placement(session, people["clerk"], checker, graduate, later)

    assert _counted(session) == 1
    assert placement.member_employment_id is None
    session.refresh(case)
    assert case.closed_on is None


def test_verifying_a_job_that_is_over_leaves_case_and_household_as_they_are(
    session: Session, union: Union, checker: Actor
) -> None:
    graduate, case, household_id, people = _hardship_graduate(session, union)
    placement = bring_to_check(session, people["clerk"], graduate)
    last = clock.today() - dt.timedelta(days=1)
    ending.end(session, people["clerk"], placement.id, on=last, reason=PlacementEnd.QUIT)
    [row] = evidence.evidence_of(session, [placement.id])
    good = (EvidenceVerdict.GOOD, EvidenceMethod.ORIGINAL)
    reviewing.judge(session, checker, placement.id, row.public_id, *good)

    reviewing.verify(session, checker, placement.id, close_case=True)

    session.refresh(case)
    claim = open_claim_of(session, household_id)
    assert claim is not None
    assert (case.closed_on, placement.closed_case) == (None, False)
    assert claim.state is ClaimState.AIDED
    assert placement.member_employment_id is None
    assert _counted(session) == 1


@pytest.mark.parametrize("closing", [CaseClosing.EMPLOYED, CaseClosing.NO_WISH])
def test_a_case_closed_by_hand_is_opened_again_when_an_unverified_job_ends(
    session: Session, union: Union, closing: CaseClosing
) -> None:
    graduate, case, _, people = _hardship_graduate(session, union)
    placement = recording.record(session, people["clerk"], graduate.id, facts())
    cases.close_case(session, people["clerk"], case.id, closing)

    on = clock.today()
    ending.end(session, people["clerk"], placement.id, on=on, reason=PlacementEnd.QUIT)

    again = session.scalars(sa.select(GraduateCase).where(GraduateCase.closed_on.is_(None))).one()
    assert (again.graduate_id, again.owner_id) == (graduate.id, case.owner_id)
    task = _open_task(session, "placement.case_reopened")
    assert task is not None
    assert (task.subject_id, task.due_on) == (again.id, clock.today())


def test_the_end_of_a_job_opens_no_case_for_who_never_had_one_or_has_one_open(
    session: Session, union: Union, clerk: Actor
) -> None:
    other = make_graduate(session, union)
    mistake = make_graduate(session, union)
    closed = {"closed_on": clock.today(), "closing_reason": CaseClosing.MISTAKE}
    make_case(session, mistake, **closed)
    served = make_graduate(session, union)
    open_case = make_case(session, served)

    for graduate in (other, mistake, served):
        placement = recording.record(session, clerk, graduate.id, facts(), reason="核对过")
        ending.end(session, clerk, placement.id, on=clock.today(), reason=PlacementEnd.QUIT)

    found = sa.select(GraduateCase.id).where(GraduateCase.closed_on.is_(None))
    assert session.scalars(found).all() == [open_case.id]
