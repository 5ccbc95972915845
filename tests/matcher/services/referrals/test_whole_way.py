"""The whole way through the use cases of every area: proposed, hired, verified, called back, left, helped again."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import SeatState
from matcher.kinds.casework import ServiceKind
from matcher.kinds.follow_ups import CallBackAnswer
from matcher.kinds.placements import (
    PlacementEnd,
    PlacementState,
    RevocationReason,
)
from matcher.kinds.referrals import (
    FallThroughReason,
    ReferralState,
    WithdrawalReason,
)
from matcher.kinds.training import TrainingState
from matcher.kinds.zero_employment import ClaimState
from matcher.models.clocks import Clock
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.referrals import Referral, SeatHold
from matcher.models.training import TrainingReferral
from matcher.policy.deadlines import add_months
from matcher.services import clocks
from matcher.services.follow_ups import answering, call_backs, job_ends
from matcher.services.follow_ups.answering import CallBackFacts
from matcher.services.permissions import SYSTEM
from matcher.services.placements import nightly, recording
from matcher.services.referrals import (
    arrivals,
    departures,
    proposing,
    sending,
)
from matcher.services.training import answers, hiring
from tests.factories.placements import facts
from tests.factories.training import begin_today, make_course, make_training
from tests.factories.whole_way import Way, make_way

_R = ReferralState
_P = PlacementState

BEGIN = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.CHINA)
"""A Monday."""

FIRST_REFERRAL = "zero_employment.first_referral"


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """Give the clock's hand: the instant in its only place."""
    hand = [BEGIN]
    monkeypatch.setattr(clock, "now", lambda: hand[0].astimezone(dt.UTC))
    return hand


@pytest.fixture
def way(session: Session, hands: list[dt.datetime]) -> Way:
    return make_way(session)


def test_from_the_proposal_to_a_job_that_counts_lasts_and_ends(
    way: Way, hands: list[dt.datetime]
) -> None:
    session = way.session
    other = way.propose(way.other)
    referral = way.propose()

    placement = way.hire(referral)
    assert (referral.state, way.seat().state) == (_R.REPORTED, SeatState.FILLED)
    assert (other.state, other.ended_by_id) == (_R.WITHDRAWN, referral.id)
    assert (placement.state, placement.case_id, way.counted()) == (_P.REPORTED, way.case.id, 0)

    way.prove(placement)
    session.refresh(way.case)
    session.refresh(way.claim)
    assert (placement.state, way.counted()) == (_P.VERIFIED, 1)
    assert way.case.closed_on == clock.today()
    assert way.claim.state is ClaimState.ONE_WORKING

    for months in (1, 3, 6):
        day = add_months(placement.started_on, months)
        hands[0] = dt.datetime.combine(day, dt.time(9), tzinfo=clock.CHINA)
        row = way.call_back()
        task = way.task(call_backs.ANSWER_RULE)
        assert task is not None
        assert (row.months, task.subject_id, task.assignee_id) == (
            months,
            row.id,
            way.clerk.account_id,
        )
        if months < 6:
            still = CallBackFacts(answer=CallBackAnswer.STILL_THERE)
            answering.answer_call(session, way.clerk, row.public_id, still)

    last = clock.today() - dt.timedelta(days=3)
    left = CallBackFacts(answer=CallBackAnswer.LEFT, left_on=last, reason=PlacementEnd.QUIT)
    answering.answer_call(session, way.clerk, row.public_id, left)
    _helped_again(way, referral, placement, last)


def test_a_job_called_back_about_that_ends_today_opens_the_household_again_by_tomorrow(
    way: Way, hands: list[dt.datetime]
) -> None:
    session = way.session
    placement = way.hire(referral := way.propose())
    way.prove(placement)
    day = add_months(placement.started_on, 1)
    hands[0] = dt.datetime.combine(day, dt.time(9), tzinfo=clock.CHINA)

    left = CallBackFacts(answer=CallBackAnswer.LEFT, left_on=day, reason=PlacementEnd.QUIT)
    answering.answer_call(session, way.clerk, way.call_back().public_id, left)
    nightly.catch_up(session)
    session.refresh(way.claim)
    assert way.claim.state is ClaimState.ONE_WORKING  # today is still worked

    hands[0] += dt.timedelta(days=1)
    assert nightly.catch_up(session) == 1
    session.refresh(way.claim)
    assert (referral.left_on, placement.ended_on) == (day, day)
    assert way.claim.state is ClaimState.AIDED
    assert way.claim.reopened_on == day + dt.timedelta(days=1)
    assert clocks.running_clock(session, FIRST_REFERRAL, ("household", way.household.id))


def _helped_again(way: Way, referral: Referral, placement: Placement, last: dt.date) -> None:
    """Check that the job is over everywhere, and that the person is looked after again today."""
    session = way.session
    session.refresh(way.household)
    session.refresh(way.claim)
    assert (placement.ended_on, referral.left_on, way.seat().state) == (last, last, SeatState.OPEN)
    again = session.scalars(
        sa.select(GraduateCase).where(
            GraduateCase.graduate_id == way.graduate.id, GraduateCase.closed_on.is_(None)
        )
    ).one()
    task = way.task("placement.case_reopened")
    assert task is not None
    assert (task.subject_id, task.due_on) == (again.id, clock.today())
    assert again.owner_id == way.clerk.account_id
    assert way.claim.state is ClaimState.AIDED
    assert way.household.is_zero_employment
    assert clocks.running_clock(session, FIRST_REFERRAL, ("household", way.household.id))
    assert way.propose(way.other).state is _R.SENT


def test_a_referral_sent_is_a_recommendation_and_stops_the_clock_of_the_first(way: Way) -> None:
    session, subject = way.session, ("household", way.household.id)
    assert clocks.running_clock(session, FIRST_REFERRAL, subject) is not None

    referral = proposing.propose(
        session, way.clerk, posting_id=way.posting.id, graduate_id=way.graduate.id
    )
    assert clocks.running_clock(session, FIRST_REFERRAL, subject) is not None
    sending.agree(session, way.person, referral.id)

    act = session.scalars(sa.select(ServiceAct)).one()
    assert (act.kind, act.case_id, act.credited_to_id) == (
        ServiceKind.RECOMMENDATION,
        way.case.id,
        way.clerk.account_id,
    )
    found = sa.select(Clock).where(Clock.rule == FIRST_REFERRAL)
    stopped = session.scalars(found.execution_options(populate_existing=True)).one()
    assert (stopped.stopped_on, stopped.outcome) == (clock.today(), "referred")


def test_a_job_that_never_began_revokes_its_placement_and_gives_back_what_it_ended(
    way: Way,
) -> None:
    other = way.propose(way.other)
    placement = way.hire(referral := way.propose())

    arrivals.fall_through(way.session, way.agent, referral.id, reason=FallThroughReason.PERSON)

    assert (placement.state, placement.revocation_reason) == (
        _P.REVOKED,
        RevocationReason.NOT_BEGUN,
    )
    assert (other.state, way.seat().state) == (_R.SENT, SeatState.OPEN)
    task = way.task("referral.fell_through")
    assert task is not None
    assert (task.subject_id, task.due_on) == (way.case.id, clock.today())


def test_the_end_of_a_placement_ends_its_referral_and_frees_the_seat(way: Way) -> None:
    placement = way.hire(referral := way.propose())

    job_ends.end_job(
        way.session, way.clerk, placement.id, on=clock.today(), reason=PlacementEnd.QUIT
    )

    assert (placement.ended_on, placement.end_reason) == (clock.today(), PlacementEnd.QUIT)
    assert (referral.left_on, way.seat().state) == (clock.today(), SeatState.OPEN)
    way.session.refresh(way.claim)
    assert way.claim.state is ClaimState.AIDED  # nothing was verified: never cleared
    assert way.propose(way.other).state is _R.SENT


def test_a_job_found_elsewhere_takes_back_what_waits(way: Way) -> None:
    session = way.session
    waiting = way.propose()

    recording.record(session, way.clerk, way.graduate.id, facts())
    for referral_id, reason in departures.due(session, SYSTEM, graduate_id=way.graduate.id):
        departures.take_back(session, SYSTEM, referral_id, reason)

    session.refresh(waiting)
    assert (waiting.state, waiting.withdrawal_reason) == (_R.WITHDRAWN, WithdrawalReason.PLACED)
    assert way.seat().state is SeatState.OPEN
    held = sa.select(SeatHold).where(SeatHold.ended_at.is_(None))
    assert session.scalars(held).all() == []


def test_who_reports_for_work_after_a_training_is_hired_after_it(way: Way) -> None:
    session = way.session
    course = make_course(session, session.get_one(Union, way.drive.union_id))
    begin_today(session, course)
    training = make_training(session, way.clerk, course, way.graduate)
    for step in (answers.accept, answers.start, answers.finish):
        step(session, way.clerk, training.id)

    placement = way.hire(referral := way.propose())
    assert hiring.link_found(session, SYSTEM) == 1

    row = session.get_one(TrainingReferral, training.id)
    assert (row.state, row.placement_id, row.hired_referral_id) == (
        TrainingState.HIRED,
        placement.id,
        referral.id,
    )
