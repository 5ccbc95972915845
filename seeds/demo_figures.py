"""What the figures of the demo stand on: survey answers, phases, a census, service events, marks, people who left.

All of it by the use cases, before the drive is ranked; what a rule forbids in a city of other chances is left out.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import YangguangError
from matcher.kinds.casework import NotNowReason, SurveyDestination, SurveyStanding, SurveyState
from matcher.kinds.cohorts import (
    CohortStanding,
    EventChannel,
    EventKind,
    LeaveReason,
    MarkKind,
    PhaseKind,
)
from matcher.kinds.sheets import PeriodKind
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.households import HouseholdMember
from matcher.models.organisations import UnionClosure
from matcher.models.surveys import SurveyPerson, SurveyVisit
from matcher.services import drive_entries, drive_phases, employer_marks, service_events
from matcher.services.casework import survey
from matcher.services.casework.survey import PersonAnswer, VisitInput
from matcher.services.cohorts import census, correcting, log
from matcher.services.cohorts.correcting import CorrectedPlace
from matcher.services.drive_phases import PhaseInput
from matcher.services.employer_marks import MarkInput
from matcher.services.permissions import Actor
from matcher.services.reports import periods
from matcher.services.reports.periods import PeriodInput
from matcher.services.service_events import EventInput

_MOST_VISITS = 120
_HEARD = (
    SurveyDestination.SEEKING,
    SurveyDestination.SEEKING,
    SurveyDestination.SIGNED,
    SurveyDestination.SEEKING,
    SurveyDestination.FURTHER_STUDY,
    SurveyDestination.NOT_NOW,
)
"""What graduates of the demo say, in turn."""

_LEFT = (LeaveReason.NO_WISH, LeaveReason.MOVED, LeaveReason.OUT_OF_REACH)


_HELD: list[tuple[int, dict[str, object]]] = [
    (
        26,
        {
            "kind": EventKind.FAIR,
            "channel": EventChannel.ON_SITE,
            "title": "毕业生专场招聘会",
            "place": "滨州市人力资源市场",
            "n_intents": 186,
            "n_employers": 62,
            "n_posts": 1_840,
            "n_distinct_posts": 410,
            "n_visitors": 1_210,
        },
    ),
    (
        19,
        {
            "kind": EventKind.FAIR,
            "channel": EventChannel.LIVESTREAM,
            "title": "直播带岗第一场",
            "place": "职工之家 APP",
            "n_employers": 14,
            "n_posts": 520,
            "n_visitors": 6_300,
        },
    ),
    (
        12,
        {
            "kind": EventKind.POLICY_TALK,
            "channel": EventChannel.ON_SITE,
            "title": "求职补贴和社保补贴政策宣讲",
            "place": "渤海纺织厂职工活动室",
            "n_visitors": 48,
        },
    ),
    (
        8,
        {
            "kind": EventKind.GUIDANCE,
            "channel": EventChannel.MIXED,
            "title": "简历门诊和模拟面试",
            "n_visitors": 35,
        },
    ),
    (
        4,
        {
            "kind": EventKind.VISIT,
            "channel": EventChannel.ON_SITE,
            "title": "走访开发区企业探岗",
            "n_employers": 9,
            "n_posts": 130,
            "n_distinct_posts": 40,
        },
    ),
    (
        4,
        {
            "kind": EventKind.VISIT,
            "channel": EventChannel.ON_SITE,
            "title": "走访开发区企业探岗（重复登记）",
            "n_employers": 9,
        },
    ),
]
"""The events of the demo: how many days ago, and what is entered."""


@dataclass(frozen=True, slots=True)
class FigureClerks:
    """Who does it."""

    manager: Actor
    caseworker: Actor
    approver: Actor
    organiser: Actor


def seed_figures(factory: SessionFactory, drive_id: int, clerks: FigureClerks) -> None:
    """Give a new demo what its statistics need; each step by itself."""
    for act in (_survey, _phases, _census, _departures, _correction, _events, _marks, _report):
        with suppress(YangguangError), transaction(factory) as session:
            act(session, drive_id, clerks)


def _survey(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    year = session.get_one(Drive, drive_id).opens_on.year
    today = clock.today()
    one = survey.open_round(
        session, clerks.approver, year, today - dt.timedelta(days=30), today + dt.timedelta(days=10)
    )
    found = (
        sa.select(SurveyVisit.id)
        .join(SurveyPerson, SurveyPerson.visit_id == SurveyVisit.id)
        .join(HouseholdMember, HouseholdMember.id == SurveyPerson.member_id)
        .where(SurveyVisit.round_id == one.id, SurveyPerson.standing == SurveyStanding.GRADUATE)
        .where(HouseholdMember.graduate_id.is_not(None))
        .distinct()
        .order_by(SurveyVisit.id)
        .limit(_MOST_VISITS)
    )
    says = cycle(_HEARD)
    for visit_id in session.scalars(found).all():
        people = sa.select(SurveyPerson).where(SurveyPerson.visit_id == visit_id)
        answers = {
            person.id: _answer(person, next(says))
            for person in session.scalars(people.order_by(SurveyPerson.id))
        }
        facts = VisitInput(state=SurveyState.DONE, visited_on=today, answers=answers)
        survey.record_visit(session, clerks.caseworker, visit_id, facts)


def _answer(person: SurveyPerson, said: SurveyDestination) -> PersonAnswer:
    if person.standing is not SurveyStanding.GRADUATE:
        return PersonAnswer(needs_aid=True)
    reason = NotNowReason.OTHER if said is SurveyDestination.NOT_NOW else None
    return PersonAnswer(destination=said, reason=reason)


def _phases(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    drive, today = session.get_one(Drive, drive_id), clock.today()
    last = max(drive.closes_on, today + dt.timedelta(days=30))
    summing = last - dt.timedelta(days=10)
    phases = [
        PhaseInput(PhaseKind.SURVEY, drive.opens_on, today, today + dt.timedelta(days=3)),
        PhaseInput(PhaseKind.CARRY_OUT, today, summing, summing),
        PhaseInput(PhaseKind.SUMMING_UP, summing, last, last),
    ]
    drive_phases.set_phases(session, clerks.manager, drive_id, phases, census_on=drive.census_on)


def _census(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    census.take_census(session, clerks.manager, drive_id)


def _report(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    drive, today = session.get_one(Drive, drive_id), clock.today()
    facts = PeriodInput(
        name="阶段报表",
        kind=PeriodKind.INTERIM,
        from_on=min(drive.opens_on, today),
        until_on=today,
        due_on=today + dt.timedelta(days=3),
        locks_on=today + dt.timedelta(days=6),
    )
    periods.create_period(session, clerks.manager, drive_id, facts)


def _people(session: Session, drive_id: int) -> Sequence[CohortAct]:
    found = sa.select(CohortAct).where(CohortAct.id.in_(log.newest_ids(drive_id)))
    return session.scalars(found.order_by(CohortAct.graduate_id)).all()


def _departures(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    people = _people(session, drive_id)[-len(_LEFT) :]
    for act, reason in zip(people, _LEFT, strict=False):
        drive_entries.leave_drive(
            session, clerks.manager, drive_id, act.graduate_id, reason=reason, words="电话里说明"
        )


def _correction(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    unknown = [act for act in _people(session, drive_id) if act.standing is CohortStanding.UNKNOWN]
    for act in unknown[:1]:
        place = CorrectedPlace(
            union_id=act.union_id,
            tier=act.tier,
            is_zero_employment=act.is_zero_employment,
            is_earlier_year=act.is_earlier_year,
            standing=CohortStanding.SIGNED,
        )
        correcting.correct_place(
            session,
            clerks.manager,
            drive_id,
            act.graduate_id,
            place,
            words="摸底时已签三方协议，补看了协议原件",
        )


def _events(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    unions = session.scalars(
        sa.select(UnionClosure.descendant_id)
        .where(UnionClosure.ancestor_id == clerks.manager.union_id)
        .order_by(UnionClosure.depth, UnionClosure.descendant_id)
    ).all()
    made = []
    for (days, facts), union_id in zip(_HELD, cycle(unions), strict=False):
        day = clock.today() - dt.timedelta(days=days)
        event = EventInput(**facts, happened_on=day)  # type: ignore[arg-type] # by name
        made.append(
            service_events.record_event(
                session, clerks.organiser, drive_id, event, union_id=union_id
            )
        )
    first = made[0]
    service_events.correct_event(
        session,
        clerks.organiser,
        first.public_id,
        EventInput(**(_HELD[0][1] | {"n_visitors": 1_120}), happened_on=first.happened_on),  # type: ignore[arg-type] # by name
        why="门口计数表重新核对",
    )
    service_events.void_event(session, clerks.organiser, made[-1].public_id, why="同一场登记了两次")


def _marks(session: Session, drive_id: int, clerks: FigureClerks) -> None:
    found = sa.select(Employer.id).order_by(Employer.id).limit(5)
    since = clock.today() - dt.timedelta(days=200)
    for number, employer_id in enumerate(session.scalars(found).all()):
        kind = MarkKind.CARING if number % 2 else MarkKind.MODEL_WORKER
        source = "演示：爱心企业名单" if number % 2 else "演示：劳模创新企业名单"
        employer_marks.set_mark(
            session, clerks.manager, employer_id, MarkInput(kind, since, source)
        )
