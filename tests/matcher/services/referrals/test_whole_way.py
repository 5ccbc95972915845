"""The whole way through the use cases of every area: proposed, hired, verified, called back, left, helped again."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, Role, SeatState, TaskState
from matcher.kinds.casework import ServiceKind
from matcher.kinds.follow_ups import CallBackAnswer
from matcher.kinds.placements import (
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
    PlacementEnd,
    PlacementState,
    RevocationReason,
)
from matcher.kinds.referrals import (
    DisclosurePart,
    FallThroughReason,
    ReferralState,
    WithdrawalReason,
)
from matcher.kinds.training import TrainingState
from matcher.kinds.zero_employment import ClaimState
from matcher.models.clocks import Clock
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.models.tasks import Task
from matcher.models.training import TrainingReferral
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.policy.deadlines import add_months
from matcher.services import clocks
from matcher.services.calendar import seed_calendar_days
from matcher.services.follow_ups import answering, call_backs, job_ends
from matcher.services.follow_ups.answering import CallBackFacts
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.placements import counting, evidence, recording, reviewing, submitting
from matcher.services.placements.evidence import EvidenceInput
from matcher.services.referrals import (
    acceptance,
    arrivals,
    departures,
    employer_answers,
    proposing,
    sending,
)
from matcher.services.training import answers, hiring
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate
from tests.factories.placements import facts, pdf
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_consent
from tests.factories.training import begin_today, make_course, make_training
from tests.factories.zero_employment import bring_to, make_jobless, make_people

_R = ReferralState
_P = PlacementState

BEGIN = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.CHINA)
"""A Monday."""

FIRST_REFERRAL = "zero_employment.first_referral"


@dataclass
class Way:
    """A household without work whose child is looked after, and an employer with two postings."""

    session: Session
    drive: Drive
    employer: Employer
    posting: Posting
    other: Posting
    household: Household
    claim: ZeroEmploymentClaim
    graduate: Graduate
    case: GraduateCase
    clerk: Actor
    checker: Actor
    agent: Actor
    person: Actor

    def propose(self, posting: Posting | None = None) -> Referral:
        """Propose the person for a posting and send it as they agreed."""
        referral = proposing.propose(
            self.session,
            self.clerk,
            posting_id=(posting or self.posting).id,
            graduate_id=self.graduate.id,
            hold_seat=True,
        )
        shown = [DisclosurePart.NAME]
        sending.agree(self.session, self.person, referral.id, disclosed=shown)
        return referral

    def hire(self, referral: Referral) -> Placement:
        """Go from the interview to the first day at work."""
        session, today = self.session, clock.today()
        employer_answers.invite(session, self.agent, referral.id, on=today, note="九点")
        employer_answers.note_attendance(session, self.agent, referral.id, attended=True)
        employer_answers.offer(session, self.agent, referral.id, reports_on=today)
        acceptance.accept(session, self.person, referral.id)
        arrivals.report_for_work(session, self.agent, referral.id, on=today)
        found = sa.select(Placement).where(Placement.referral_id == referral.id)
        return session.scalars(found).one()

    def prove(self, placement: Placement) -> None:
        """Put a paper to the placement, send it to be checked and find it true, by two people."""
        session = self.session
        paper = EvidenceInput(kind=EvidenceKind.EMPLOYMENT_PROOF, content=pdf("在职证明"))
        row = evidence.add_evidence(session, self.clerk, placement.id, paper)
        submitting.submit(session, self.clerk, placement.id, reason="已向单位电话核实")
        reviewing.judge(
            session,
            self.checker,
            placement.id,
            row.public_id,
            EvidenceVerdict.GOOD,
            EvidenceMethod.CALL,
        )
        reviewing.verify(session, self.checker, placement.id)

    def call_back(self) -> CallBack:
        """Open the one call-back of the day."""
        [due] = call_backs.due_calls(self.session, SYSTEM)
        row = call_backs.open_call(self.session, SYSTEM, due)
        assert row is not None
        return row

    def task(self, rule: str) -> Task | None:
        """Return the open task of a rule."""
        found = sa.select(Task).where(Task.rule == rule, Task.state == TaskState.OPEN)
        return self.session.scalar(found)

    def seat(self) -> Seat:
        """Return the one seat of the posting."""
        found = sa.select(Seat).where(Seat.posting_id == self.posting.id)
        seat = self.session.scalars(found).one()
        self.session.refresh(seat)
        return seat

    def counted(self) -> int:
        """Return how many placements count."""
        found = sa.select(sa.func.count()).select_from(Placement).where(counting.counted())
        return self.session.scalar(found) or 0


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """Give the clock's hand: the instant in its only place."""
    hand = [BEGIN]
    monkeypatch.setattr(clock, "now", lambda: hand[0].astimezone(dt.UTC))
    return hand


@pytest.fixture
def way(session: Session, hands: list[dt.datetime]) -> Way:
    seed_calendar_days(session)
    union = make_union(session, make_union(session))
    people = make_people(session, union)
    household, members = make_jobless(session, union, n_members=2)
    household.owner_id = people["clerk"].account_id
    graduate = make_graduate(session, union, household=household)
    members[1].graduate_id = graduate.id
    session.flush()
    claim = bring_to(session, people["clerk"], household, ClaimState.AIDED, people["approver"])
    case = make_case(session, graduate, owner_id=people["clerk"].account_id)
    drive = make_drive(session, union, opens_on=clock.today(), closes_on=dt.date(2026, 12, 31))
    make_entry(session, drive, graduate)
    make_consent(session, graduate, ConsentPurpose.SERVICE)
    employer = make_employer(session, union)
    return Way(
        session,
        drive,
        employer,
        make_posting(session, drive, employer, headcount=1),
        make_posting(session, drive, make_employer(session, union), headcount=1),
        household,
        claim,
        graduate,
        case,
        clerk=people["clerk"],
        checker=make_actor(session, Role.REVIEWER, union=union),
        agent=make_actor(session, Role.EMPLOYER, employer=employer),
        person=Actor(account_id=None, role=Role.GRADUATE, graduate_id=graduate.id),
    )


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
