"""A correction: the person is asked anew, the file says what was verified last, and dates stay in order."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import Role
from matcher.kinds.households import WorkStatus
from matcher.kinds.placements import (
    DoubtReason,
    PersonAnswer,
    PlacementEnd,
    PlacementSource,
    PlacementState,
)
from matcher.kinds.referrals import ReferralState
from matcher.kinds.zero_employment import ClaimState
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberEmployment
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.placements import Placement, PlacementStep
from matcher.services.casework.sealed_words import unseal
from matcher.services.permissions import Actor
from matcher.services.placements import (
    ending,
    from_referral,
    nightly,
    own,
    recording,
    reviewing,
    stepping,
    submitting,
)
from matcher.services.placements.facts import PlacementFacts
from tests.factories.accounts import make_actor
from tests.factories.aided import Aided, make_aided
from tests.factories.placements import bring_to_check, facts
from tests.factories.referrals import make_referral

_DAY = dt.timedelta(days=1)


@pytest.fixture
def aided(session: Session) -> Aided:
    return make_aided(session)


def _stretch(session: Session, placement: Placement) -> MemberEmployment:
    row = session.get_one(MemberEmployment, placement.member_employment_id)
    session.refresh(row)
    return row


def _doubt_and_correct(aided: Aided, placement: Placement, given: PlacementFacts) -> None:
    reviewing.doubt(aided.session, aided.checker, placement.id, DoubtReason.EMPLOYER, "查无此人")
    recording.change(aided.session, aided.clerk, placement.id, given, reason="核对过")


def _check_again(aided: Aided, placement: Placement) -> None:
    submitting.submit(aided.session, aided.clerk, placement.id, reason="核对过", words="查清了")
    reviewing.verify(aided.session, aided.checker, placement.id)


@pytest.mark.parametrize("earlier", [-3, 3])
def test_a_corrected_job_verified_again_stands_in_the_file(
    session: Session, aided: Aided, earlier: int
) -> None:
    placement = aided.verified()
    begins = placement.started_on - earlier * _DAY
    _doubt_and_correct(aided, placement, facts(employer_name="银川某软件公司", started_on=begins))

    _check_again(aided, placement)

    row = _stretch(session, placement)
    assert (row.unit, row.from_on, row.to_on) == ("银川某软件公司", begins, None)
    assert aided.claim_state() is ClaimState.ONE_WORKING
    before = session.scalars(
        sa.select(MemberEmployment).where(
            MemberEmployment.member_id == aided.member.id, MemberEmployment.to_on.is_not(None)
        )
    ).one()
    session.refresh(before)
    assert before.to_on == begins - _DAY
    assert nightly.catch_up(session) == 0


def test_a_corrected_job_that_begins_later_is_no_work_until_then(
    session: Session, aided: Aided
) -> None:
    placement = aided.verified()
    later = facts(started_on=clock.today() + 5 * _DAY)
    _doubt_and_correct(aided, placement, later)

    _check_again(aided, placement)

    assert placement.member_employment_id is None
    assert aided.claim_state() is ClaimState.AIDED
    found = sa.select(MemberEmployment.status).where(
        MemberEmployment.member_id == aided.member.id, MemberEmployment.to_on.is_(None)
    )
    assert session.scalars(found).one() is WorkStatus.UNEMPLOYED


def _agreed(session: Session, clerk: Actor, graduate: Graduate) -> Placement:
    """Record a job the graduate said to be true, sent back for papers."""
    placement = bring_to_check(session, clerk, graduate)
    person = Actor(account_id=None, role=Role.GRADUATE, graduate_id=graduate.id)
    own.answer(session, person, placement.id, PersonAnswer.TRUE, "是这家")
    union = session.get_one(Union, graduate.union_id)
    checker = make_actor(session, Role.REVIEWER, union=union)
    submitting.send_back(session, checker, placement.id, "缺盖章页")
    return placement


@pytest.mark.parametrize(
    "changes",
    [
        {"destination": "graduate_destination:27"},
        {"employer_name": "另一家公司"},
        {"job_title": "保安"},
        {"started_on": dt.date(2026, 1, 5)},
    ],
)
def test_an_answer_to_other_facts_is_asked_for_anew(
    session: Session, aided: Aided, changes: dict[str, object]
) -> None:
    placement = _agreed(session, aided.clerk, aided.graduate)

    recording.change(session, aided.clerk, placement.id, facts(**changes), reason="核对过")

    assert (placement.person_answer, placement.person_answered_at) == (None, None)
    assert placement.person_words_cipher is None
    newest = sa.select(PlacementStep).order_by(PlacementStep.id.desc()).limit(1)
    said = unseal(session, session.scalars(newest).one().words_cipher, stepping.WORDS)
    assert said == "更正前本人答复：属实，是这家"
    submitting.submit(session, aided.clerk, placement.id, reason="核对过")
    written = sa.select(sa.func.count()).select_from(OutboxMessage)
    assert session.scalar(written) == 2


def test_an_answer_to_the_same_facts_stands(session: Session, aided: Aided) -> None:
    placement = _agreed(session, aided.clerk, aided.graduate)

    recording.change(session, aided.clerk, placement.id, facts(pay_fen=500000))
    submitting.submit(session, aided.clerk, placement.id)

    assert placement.person_answer is PersonAnswer.TRUE
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


def test_a_referred_person_who_went_to_another_employer_was_not_helped_by_the_referral(
    session: Session,
) -> None:
    referral = make_referral(session, state=ReferralState.REPORTED, reported_on=clock.today())
    employer = session.get_one(Employer, referral.employer_id)
    union = session.get_one(Union, referral.union_id)
    clerk = make_actor(session, Role.CASEWORKER, union=union)
    placement = from_referral.begin(session, clerk, referral)
    assert placement is not None
    assert placement.source is PlacementSource.REFERRAL
    same = facts(employer_name=employer.name, credit_code=employer.credit_code)
    other = facts(employer_name="自己找的公司")

    recording.change(session, clerk, placement.id, same, reason="核对过")
    assert placement.is_helped
    recording.change(session, clerk, placement.id, other, reason="核对过")
    assert not placement.is_helped


def test_a_job_that_ended_cannot_begin_after_its_end(session: Session, aided: Aided) -> None:
    placement = recording.record(session, aided.clerk, aided.graduate.id, facts())
    last = clock.today() - 5 * _DAY
    ending.end(session, aided.clerk, placement.id, on=last, reason=PlacementEnd.QUIT)
    assert placement.state is PlacementState.REPORTED

    with pytest.raises(InvalidInputError) as refused:
        recording.change(session, aided.clerk, placement.id, facts(started_on=last + _DAY))

    assert "started_on" in refused.value.details["fields"]  # type: ignore[operator] # a mapping
