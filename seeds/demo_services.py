"""What follows the referrals of the demo: a course (培训班), an interview day (面试日), papers to check, a statement.

All of it by the use cases, after `demo_referrals`; what a rule forbids in a city of other chances is left out.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.documents.letters import LetterForm, compile_letter
from matcher.errors import YangguangError
from matcher.kinds import ConsentPurpose
from matcher.kinds.employer_side import StatedStatus, SubsidyClaim
from matcher.kinds.placements import EvidenceKind, EvidenceMethod, EvidenceVerdict
from matcher.kinds.training import CertificateKind, CourseKind, CoursePayer, TradeLevel
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.services.consents import current_text
from matcher.services.interviews import confirming, days, planning
from matcher.services.interviews.days import DayInput
from matcher.services.permissions import Actor
from matcher.services.placements import evidence, reviewing, submitting
from matcher.services.placements.evidence import EvidenceInput
from matcher.services.referrals import status_disclosures
from matcher.services.referrals.status_disclosures import HIRED, ClaimWish
from matcher.services.training import answers, courses, proposing, providers
from matcher.services.training.courses import CourseInput
from matcher.services.training.providers import ProviderInput

_SOON = dt.timedelta(days=12)
_LONG = dt.timedelta(days=40)
_NEXT_WEEK = dt.timedelta(days=7)
_NINE = 9 * 60
_IN_CLASS = 6
_COMPANIES = 4
_REGION = "371602"


@dataclass(frozen=True, slots=True)
class People:
    """Whose work it is, and whom the accounts of the two other sides belong to."""

    caseworker: Actor
    manager: Actor
    reviewer: Actor
    employer_id: int
    graduate_id: int


def add_services(factory: SessionFactory, drive_id: int, people: People) -> None:
    """Do what follows the referrals, each by itself: what is forbidden is left out alone."""
    acts: tuple[Callable[[Session, People], object], ...] = (
        _training,
        lambda session, who: _interviews(session, drive_id, who),
        _placements,
        _statement,
    )
    for act in acts:
        with suppress(YangguangError), transaction(factory) as session:
            act(session, people)


def _training(session: Session, people: People) -> None:
    """A course with an order of the demo's employer, full and with a waiting list, and one to be answered."""
    clerk = people.caseworker
    first = clock.today() + _SOON
    order = CourseInput(
        provider_id=_school(session, clerk),
        kind=CourseKind.SKILL,
        title="软件测试订单班",
        trade="软件测试",
        level=TradeLevel.FOUR,
        planned_hours=120,
        starts_on=first,
        ends_on=first + _LONG,
        place_text="滨城区黄河五路，启明学校三楼",
        region_code=_REGION,
        places=_IN_CLASS - 2,
        cost_fen=280_000,
        payer=CoursePayer.GOVERNMENT,
        certificate="计算机等级二级",
        employer_id=people.employer_id,
        promised_posts=2,
    )
    _enrol(session, clerk, courses.add_course(session, clerk, order).id)
    open_to = replace(
        order,
        title="初级会计职称辅导班",
        trade="会计",
        level=None,
        places=20,
        payer=CoursePayer.UNION,
        certificate="初级会计",
        certificate_kind=CertificateKind.QUALIFICATION,
        employer_id=None,
        promised_posts=0,
    )
    course = courses.add_course(session, clerk, open_to)
    proposing.propose(session, clerk, course_id=course.id, graduate_id=people.graduate_id)


def _school(session: Session, clerk: Actor) -> int:
    facts = ProviderInput(
        name="滨城区启明职业培训学校（演示）",
        region_code=_REGION,
        address="滨城区黄河五路",
        contact_name="马老师",
    )
    return providers.add_provider(session, clerk, facts).id


def _enrol(session: Session, clerk: Actor, course_id: int) -> None:
    found = sa.select(GraduateCase.graduate_id).where(GraduateCase.closed_on.is_(None))
    chosen = session.scalars(found.order_by(GraduateCase.id.desc()).limit(_IN_CLASS)).all()
    made = [
        proposing.propose(session, clerk, course_id=course_id, graduate_id=one, agreed=True)
        for one in chosen
    ]
    for one in made[: _IN_CLASS // 2]:
        answers.accept(session, clerk, one.id)


def _interviews(session: Session, drive_id: int, people: People) -> None:
    """A day with a few employers, the demo's among them, arranged and told."""
    manager = people.manager
    day = days.plan_day(
        session,
        manager,
        drive_id,
        DayInput(
            held_on=clock.today() + _NEXT_WEEK,
            place="滨州市总工会三楼会议室",
            first_minute=_NINE,
            slot_minutes=20,
            slots_each=4,
        ),
    )
    come = [one for one, _ in days.may_come(session, manager, day.public_id)]
    come.sort(key=lambda one: one.id != people.employer_id)
    chosen = [one.public_id for one in come[:_COMPANIES]]
    days.add_employers(session, manager, day.public_id, chosen)
    proposal = planning.propose(session, manager, day.public_id)
    confirming.confirm(session, manager, day.public_id, proposal.digest)


def _placements(session: Session, people: People) -> None:
    """Two jobs with their proof: one waits for its check, one is found true and is called back about."""
    found = sa.select(Placement).where(Placement.referral_id.is_not(None)).order_by(Placement.id)
    for n, placement in enumerate(session.scalars(found.limit(2)).all()):
        content = _proof(session, placement)
        paper = EvidenceInput(kind=EvidenceKind.EMPLOYMENT_PROOF, content=content)
        evidence.add_evidence(session, people.caseworker, placement.id, paper)
        submitting.submit(session, people.caseworker, placement.id, reason="已电话核对")
        if n == 0:
            _verify(session, people.reviewer, placement)


def _verify(session: Session, reviewer: Actor, placement: Placement) -> None:
    for one in evidence.evidence_of(session, [placement.id]):
        reviewing.judge(
            session,
            reviewer,
            placement.id,
            one.public_id,
            EvidenceVerdict.GOOD,
            EvidenceMethod.ORIGINAL,
        )
    reviewing.verify(session, reviewer, placement.id, close_case=False)


def _proof(session: Session, placement: Placement) -> bytes:
    """Return a proof of employment (用人证明) a reviewer can read."""
    name = session.get_one(Graduate, placement.graduate_id).name
    return compile_letter(
        LetterForm(
            title="用人证明（演示）",
            number=f"演示第 {placement.id} 号",
            addressee="滨州市总工会",
            paragraphs=(
                f"{name}自 {placement.started_on.isoformat()} 起在我单位工作，岗位为{placement.job_title}。",
                "本件是演示数据，没有效力。",
            ),
            sender=placement.employer_name or "",
            written_on=placement.started_on.isoformat(),
        )
    )


def _statement(session: Session, people: People) -> None:
    """State to one employer, the demo's if it may be, what somebody it hired agreed to on paper."""
    text = current_text(session, ConsentPurpose.HARDSHIP_DISCLOSURE, clock.today())
    found = sa.select(Referral).where(Referral.state.in_(HIRED)).order_by(Referral.id)
    hired = sorted(session.scalars(found), key=lambda one: one.employer_id != people.employer_id)
    for referral in hired:
        with suppress(YangguangError), session.begin_nested():
            _state(session, people.caseworker, referral.id, text.id)
            return


def _state(session: Session, clerk: Actor, referral_id: int, text_id: int) -> None:
    wish = ClaimWish(SubsidyClaim.SOCIAL_INSURANCE)
    agreed = status_disclosures.agree(
        session, clerk, referral_id, wish, text_id=text_id, on_paper=True
    )
    status_disclosures.make_statement(session, clerk, agreed.id, StatedStatus.HARDSHIP_FILE)
