"""Factories of cases and their parts: plain rows, no use case in between."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Channel, ConsentPurpose
from matcher.kinds.casework import (
    ActOutcome,
    NeedKind,
    ObstacleKind,
    RequestSource,
    ServiceKind,
)
from matcher.models.consents import Consent
from matcher.models.graduate_cases import (
    CaseNeed,
    CaseObstacle,
    CasePlanMeasure,
    GraduateCase,
    ServiceAct,
)
from matcher.models.graduates import Graduate
from matcher.models.help_requests import HelpRequest, Pairing
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.surveys import SurveyRound, SurveyVisit
from matcher.services.casework.sealed_words import seal
from matcher.services.consents import current_text
from matcher.services.permissions import Actor
from tests.factories.people import make_graduate


def make_case(
    session: Session, graduate: Graduate | None = None, **changes: object
) -> GraduateCase:
    """Insert an open case without an owner; the graduate is a new one if none is given."""
    graduate = graduate or make_graduate(session)
    fields: dict[str, object] = {
        "union_id": graduate.union_id,
        "graduate_id": graduate.id,
        "household_id": graduate.household_id,
        "opened_on": clock.today() - dt.timedelta(days=30),
        "created_at": clock.now(),
    }
    case = GraduateCase(**(fields | changes))
    session.add(case)
    session.flush()
    return case


def make_act(
    session: Session,
    case: GraduateCase,
    kind: ServiceKind = ServiceKind.GUIDANCE,
    **changes: object,
) -> ServiceAct:
    """Insert an act done today; the case's summary is not touched."""
    fields: dict[str, object] = {
        "case_id": case.id,
        "union_id": case.union_id,
        "kind": kind,
        "happened_on": clock.today(),
        "entered_at": clock.now(),
        "outcome": ActOutcome.DONE,
    }
    act = ServiceAct(**(fields | changes))
    session.add(act)
    session.flush()
    return act


@dataclass(frozen=True)
class CaseRows:
    """One of everything a case's pages show; public numbers and, where an address takes them, row numbers."""

    case: str
    act: str
    need_id: int
    measure_id: int
    obstacle_id: int
    request: str
    pairing: str
    survey_round: str
    visit_id: int
    union: str


def make_case_rows(
    session: Session, worker: Actor, partner: Actor, graduate: Graduate, household: Household
) -> CaseRows:
    """Insert a case owned by a caseworker with its parts, a request, a pairing and a survey."""
    now, today = clock.now(), clock.today()
    case = make_case(
        session, graduate, owner_id=worker.account_id, package="131", package_from_on=today
    )
    act = make_act(session, case, actor_id=worker.account_id, credited_to_id=worker.account_id)
    case.last_contact_on, case.next_on = today, today + dt.timedelta(days=3)
    need = CaseNeed(case_id=case.id, kind=NeedKind.LEGAL, stated_on=today, entered_at=now)
    measure = CasePlanMeasure(
        case_id=case.id,
        kind=ServiceKind.TRAINING,
        words="报名电工班",
        owner_id=worker.account_id,
        due_on=today + dt.timedelta(days=10),
        entered_at=now,
    )
    obstacle = CaseObstacle(
        case_id=case.id, kind=ObstacleKind.SKILL, noted_on=today, entered_at=now
    )
    lead = HelpRequest(
        union_id=case.union_id,
        person_name="马玉兰",
        source=RequestSource.HOTLINE,
        kind=NeedKind.UNPAID_WAGES,
        words_cipher=seal(session, "单位欠了两个月工资", "help_request.words"),
        received_at=now,
        owner_id=worker.account_id,
        due_on=today + dt.timedelta(days=5),
        created_at=now,
    )
    consent = Consent(
        graduate_id=graduate.id,
        purpose=ConsentPurpose.PAIRING,
        text_id=current_text(session, ConsentPurpose.PAIRING, today).id,
        given_at=now,
        given_through=Channel.PAPER,
    )
    survey = SurveyRound(
        union_id=case.union_id, year=today.year, from_on=today, to_on=today, created_at=now
    )
    session.add_all([need, measure, obstacle, lead, consent, survey])
    session.flush()
    pairing = Pairing(
        union_id=case.union_id,
        graduate_id=graduate.id,
        partner_id=partner.account_id,
        consent_id=consent.id,
        agreed_help="每月改一次简历",
        rhythm_days=30,
        started_on=today,
        created_at=now,
    )
    visit = SurveyVisit(
        round_id=survey.id, household_id=household.id, union_id=case.union_id, created_at=now
    )
    session.add_all([pairing, visit])
    session.flush()
    union = session.get_one(Union, case.union_id).public_id
    return CaseRows(
        case.public_id,
        act.public_id,
        need.id,
        measure.id,
        obstacle.id,
        lead.public_id,
        pairing.public_id,
        survey.public_id,
        visit.id,
        union,
    )
