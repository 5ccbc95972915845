"""A destination is recorded with its list, once a live one a person; what looks wrong goes on with a reason only."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.placements import (
    PlacementEnd,
    PlacementSource,
    PlacementState,
    PlacementWarning,
    RevocationReason,
)
from matcher.kinds.referrals import ReferralState
from matcher.models.organisations import Union
from matcher.models.placements import Placement, PlacementStep
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from matcher.services.placements import ending, from_referral, recording, reviewing
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.placements import CREDIT_CODE, facts, make_placement
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referral


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def test_a_recorded_job_is_self_reported_and_asks_for_its_papers(
    session: Session, union: Union, clerk: Actor
) -> None:
    graduate = make_graduate(session, union)
    case = make_case(session, graduate, owner_id=clerk.account_id)

    made = recording.record(session, clerk, graduate.id, facts())

    assert (made.state, made.case_id, made.recorded_by_id) == (
        PlacementState.REPORTED,
        case.id,
        clerk.account_id,
    )
    assert (made.destination_list, made.destination_code, made.is_outcome) == (
        "graduate_destination",
        "11",
        True,
    )
    task = session.scalars(sa.select(Task).where(Task.rule == "placement.evidence")).one()
    assert (task.assignee_id, task.state) == (clerk.account_id, TaskState.OPEN)
    step = session.scalars(sa.select(PlacementStep)).one()
    assert (step.act, step.before, step.after) == ("recorded", None, PlacementState.REPORTED)


@pytest.mark.parametrize("code", ["11", ":11", "graduate_destination:", "other_list:11"])
def test_a_code_without_its_list_is_refused(
    session: Session, union: Union, clerk: Actor, code: str
) -> None:
    graduate = make_graduate(session, union)

    with pytest.raises(InvalidInputError) as refused:
        recording.record(session, clerk, graduate.id, facts(destination=code))

    assert refused.value.code == "destination_without_list"


@pytest.mark.parametrize("code", ["71", "72", "70"])
def test_not_looking_for_work_never_counts(
    session: Session, union: Union, clerk: Actor, code: str
) -> None:
    graduate = make_graduate(session, union)

    made = recording.record(
        session, clerk, graduate.id, facts(destination=f"graduate_destination:{code}")
    )

    assert not made.is_outcome


def test_one_person_is_not_at_two_employers(session: Session, union: Union, clerk: Actor) -> None:
    graduate = make_graduate(session, union)
    first = recording.record(session, clerk, graduate.id, facts())

    with pytest.raises(RuleBrokenError) as refused:
        recording.record(session, clerk, graduate.id, facts(employer_name="另一家公司"))

    assert refused.value.code == "placement_elsewhere"
    assert refused.value.details["placement"] == first.public_id


def test_a_placement_out_of_sight_is_not_named(session: Session, union: Union) -> None:
    graduate = make_graduate(session, union)
    make_placement(session, graduate, union_id=make_union(session).id)
    clerk = make_actor(session, Role.CASEWORKER, union=union)

    with pytest.raises(RuleBrokenError) as refused:
        recording.record(session, clerk, graduate.id, facts())

    assert refused.value.code == "placement_elsewhere"
    assert "placement" not in refused.value.details


def test_the_index_holds_what_the_message_says(session: Session, union: Union) -> None:
    graduate = make_graduate(session, union)
    make_placement(session, graduate)

    with pytest.raises(IntegrityError), session.begin_nested():
        make_placement(session, graduate)


def test_after_an_end_or_a_revocation_a_new_one_is_recorded(
    session: Session, union: Union, clerk: Actor
) -> None:
    graduate = make_graduate(session, union)
    first = recording.record(session, clerk, graduate.id, facts())
    ending.end(session, clerk, first.id, on=clock.today(), reason=PlacementEnd.QUIT)
    second = recording.record(session, clerk, graduate.id, facts())
    reviewing.revoke(session, clerk, second.id, RevocationReason.MISTAKE, "录错了人")

    third = recording.record(session, clerk, graduate.id, facts())

    assert {first.id, second.id} != {third.id}
    assert [one.is_live for one in (first, second, third)] == [False, False, True]


def test_waiting_for_a_job_gives_way_to_the_job(
    session: Session, union: Union, clerk: Actor
) -> None:
    graduate = make_graduate(session, union)
    waiting = recording.record(
        session,
        clerk,
        graduate.id,
        facts(destination="graduate_destination:70", started_on=dt.date(2026, 7, 1)),
    )

    job = recording.record(session, clerk, graduate.id, facts())

    assert job.is_live
    assert (waiting.ended_on, waiting.end_reason) == (
        job.started_on - dt.timedelta(days=1),
        PlacementEnd.CHANGED,
    )


def test_the_employer_on_file_gives_name_and_code(
    session: Session, union: Union, clerk: Actor
) -> None:
    graduate = make_graduate(session, union)
    employer = make_employer(session, union, credit_code=CREDIT_CODE)

    made = recording.record(
        session, clerk, graduate.id, facts(employer_id=employer.id, employer_name="别名")
    )

    assert (made.employer_id, made.employer_name, made.credit_code) == (
        employer.id,
        employer.name,
        CREDIT_CODE,
    )


def test_an_employer_is_known_again_by_its_code(
    session: Session, union: Union, clerk: Actor
) -> None:
    employer = make_employer(session, make_union(session), credit_code=CREDIT_CODE)

    made = recording.record(session, clerk, make_graduate(session, union).id, facts())

    assert made.employer_id == employer.id
    assert made.employer_name == "银川某科技有限公司"


def test_fields_that_are_wrong_are_named(session: Session, union: Union, clerk: Actor) -> None:
    graduate, today = make_graduate(session, union), clock.today()
    wrong = {
        "employer_name": facts(employer_name=" "),
        "signed_on": facts(signed_on=today + dt.timedelta(days=1)),
        "contract_until_on": facts(contract_until_on=today - dt.timedelta(days=60)),
        "started_on": facts(started_on=today + dt.timedelta(days=500)),
        "unit_nature": facts(unit_nature="31"),
        "pay_yuan": facts(pay_fen=0),
        "job_title": facts(destination="graduate_destination:76", job_title=None),
    }

    for field, given in wrong.items():
        with pytest.raises(InvalidInputError) as refused:
            recording.record(session, clerk, graduate.id, given)
        assert field in refused.value.details["fields"], field


def test_only_who_records_records_and_only_in_the_own_part_of_the_tree(
    session: Session, union: Union
) -> None:
    graduate = make_graduate(session, union)
    reviewer = make_actor(session, Role.REVIEWER, union=union)
    elsewhere = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotAllowedError):
        recording.record(session, reviewer, graduate.id, facts())
    with pytest.raises(NotFoundError):
        recording.record(session, elsewhere, graduate.id, facts())


def test_a_referral_begins_one_placement_however_often_it_is_said(
    session: Session, clerk: Actor
) -> None:
    referral = make_referral(session, state=ReferralState.REPORTED, reported_on=clock.today())

    first = from_referral.begin(session, clerk, referral)
    again = from_referral.begin(session, clerk, referral)

    assert first is not None
    assert again is first
    assert (first.source, first.is_helped, first.employer_id) == (
        PlacementSource.REFERRAL,
        True,
        referral.employer_id,
    )
    assert first.destination_code == "12"
    assert PlacementWarning.CREDIT_CODE_MISSING.value in first.warnings


def test_an_internship_is_a_service_and_begins_no_placement(session: Session, clerk: Actor) -> None:
    posting = make_posting(session, work_form="见习")
    referral = make_referral(session, posting, state=ReferralState.REPORTED)

    assert from_referral.begin(session, clerk, referral) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Placement)) == 0


def test_a_correction_is_possible_before_the_check_only(
    session: Session, union: Union, clerk: Actor
) -> None:
    made = recording.record(session, clerk, make_graduate(session, union).id, facts())

    recording.change(session, clerk, made.id, facts(job_title="实施工程师"))
    assert made.job_title == "实施工程师"

    made.state, made.verified_at = PlacementState.VERIFIED, clock.now()
    session.flush()
    with pytest.raises(RuleBrokenError) as refused:
        recording.change(session, clerk, made.id, facts(job_title="销售"))
    assert refused.value.code == "placement_settled"
