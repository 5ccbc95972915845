"""A household without work, and the use cases of every area on the way of its child to a job."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, Role, TaskState
from matcher.kinds.placements import (
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
)
from matcher.kinds.referrals import (
    DisclosurePart,
)
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.placements import Placement
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.calendar import seed_calendar_days
from matcher.services.follow_ups import call_backs
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.placements import counting, evidence, reviewing, submitting
from matcher.services.placements.evidence import EvidenceInput
from matcher.services.referrals import (
    acceptance,
    arrivals,
    employer_answers,
    proposing,
    sending,
)
from tests.factories.accounts import make_actor, make_union
from tests.factories.aided import make_aided
from tests.factories.drives import make_drive, make_entry
from tests.factories.placements import pdf
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_consent


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


def make_way(session: Session) -> Way:
    """Insert the household, its claim and case, and one posting each of two employers."""
    seed_calendar_days(session)
    union = make_union(session, make_union(session))
    aided = make_aided(session, union)
    graduate = aided.graduate
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
        aided.household,
        aided.claim,
        graduate,
        aided.case,
        clerk=aided.clerk,
        checker=aided.checker,
        agent=make_actor(session, Role.EMPLOYER, employer=employer),
        person=Actor(account_id=None, role=Role.GRADUATE, graduate_id=graduate.id),
    )
