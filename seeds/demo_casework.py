"""Casework of the demo: owned households, cases with acts and dates, requests, zero-employment clues, an application.

Everything goes through the use cases, as the demo's own people; dates lie around the day it is seeded.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier
from matcher.kinds.casework import ActOutcome, ContactChannel, NeedKind, RequestSource, ServiceKind
from matcher.kinds.households import HousingKind, HukouKind, WorkStatus
from matcher.kinds.tiers import FactGrade, StandardKind
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.policy.packages import load_packages
from matcher.services.casework.cases import open_case
from matcher.services.casework.requests import RequestInput, record_request
from matcher.services.casework.service_acts import record_act
from matcher.services.hardship.applications import submit_file
from matcher.services.hardship.files import FileInput, open_file, take_up
from matcher.services.hardship.members import MemberInput
from matcher.services.hardship.standard_lines import LineInput, add_line
from matcher.services.hardship.work_history import WorkInput, record_work
from matcher.services.permissions import Actor
from matcher.services.zero_employment.claims import declare, send_to_community
from matcher.services.zero_employment.consequences import refresh
from seeds.invented_numbers import identity_number

_REGION = "371600"
_LINE_FEN = 90_000
_CASELOAD = 24
_CLUES = 18
_FAR = 90_000
"""Numbers from here on are nobody's in the city's sheets."""
_ACTS = (
    (ServiceKind.POLICY, ActOutcome.REACHED),
    (ServiceKind.GUIDANCE, ActOutcome.DONE),
    (ServiceKind.RECOMMENDATION, ActOutcome.FOLLOW_UP),
    (ServiceKind.CALL_BACK, ActOutcome.NO_ANSWER),
)


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Whose work the demo shows."""

    caseworker: Actor
    officer: Actor
    approver: Actor
    """At the city: who may set a standard line."""


def seed_casework(factory: SessionFactory, people: Colleagues) -> dict[str, int]:
    """Fill the caseworker's day; returns what there is now."""
    with transaction(factory) as session:
        _standard(session, people.approver)
    with transaction(factory) as session:
        clues = _clues(session, people.caseworker)
    with transaction(factory) as session:
        cases = _caseload(session, people.caseworker)
        requests = _requests(session, people.caseworker)
    with transaction(factory) as session:
        _application(session, people.officer)
    return {"cases": cases, "clues": clues, "requests": requests, "applications": 1}


def _standard(session: Session, approver: Actor) -> None:
    """Set a standard line (低保标准) nobody published, so that the calculator has something to answer."""
    facts = LineInput(
        kind=StandardKind.URBAN_MINIMUM,
        region_code=_REGION,
        valid_from=dt.date(clock.today().year, 1, 1),
        monthly_fen=_LINE_FEN,
        source="演示数据，不是当地公布的标准",
        grade=FactGrade.U,
    )
    add_line(session, approver, facts)


def _clues(session: Session, caseworker: Actor) -> int:
    """Derive the families a roster calls zero-employment, and move the first of them on."""
    chosen = (
        sa.select(Household.id)
        .where(Household.is_zero_employment, Household.is_open)
        .order_by(Household.id)
        .limit(_CLUES)
    )
    for household_id in session.scalars(chosen).all():
        refresh(session, household_id)
        take_up(session, caseworker, household_id)
    claimed = session.scalars(
        sa.select(ZeroEmploymentClaim.household_id).order_by(ZeroEmploymentClaim.id)
    ).all()
    steps = (declare, send_to_community)
    for position, household_id in enumerate(claimed[: len(steps) * 2]):
        for step in steps[: position // 2 + 1]:
            step(session, caseworker, household_id)
    return len(claimed)


def _caseload(session: Session, caseworker: Actor) -> int:
    """Open cases of graduates of poor families, some with acts and dates to come."""
    today = clock.today()
    package = next(iter(load_packages())).code
    chosen = (
        sa.select(Graduate.id, Graduate.household_id)
        .join(Household, Household.id == Graduate.household_id)
        .where(Household.is_open, Household.tier == HardshipTier.DEEP)
        .order_by(Graduate.id)
        .limit(_CASELOAD)
    )
    rows = session.execute(chosen).all()
    owned = set(session.scalars(sa.select(Household.id).where(Household.owner_id.is_not(None))))
    for position, row in enumerate(rows):
        if row.household_id not in owned:
            take_up(session, caseworker, row.household_id)
            owned.add(row.household_id)
        opened = today - dt.timedelta(days=40 - position)
        case = open_case(
            session,
            caseworker,
            row.id,
            owner_id=caseworker.account_id,
            opened_on=opened,
            package=package if position % 2 else None,
        )
        if position % 3 == 0:
            continue
        kind, outcome = _ACTS[position % len(_ACTS)]
        record_act(
            session,
            caseworker,
            case.id,
            kind=kind,
            happened_on=opened + dt.timedelta(days=3),
            outcome=outcome,
            next_on=today + dt.timedelta(days=position % 9),
            channel=ContactChannel.PHONE,
        )
    return len(rows)


def _requests(session: Session, caseworker: Actor) -> int:
    asked = (
        (
            RequestSource.HOTLINE,
            NeedKind.POLICY,
            "想了解本地招聘会什么时候办。",
            "王某",
            "19900009901",
        ),
        (
            RequestSource.COUNTER,
            NeedKind.GUIDANCE,
            "孩子毕业半年没有找到工作，想请人指导面试。",
            "李某",
            "19900009902",
        ),
    )
    for source, kind, words, name, phone in asked:
        facts = RequestInput(source=source, kind=kind, words=words, person_name=name, phone=phone)
        record_request(session, caseworker, facts)
    return len(asked)


def _application(session: Session, officer: Actor) -> None:
    """Open a file at a grass-roots union and send it on its way."""
    holder = MemberInput(
        name="赵建国",
        relation="本人",
        is_holder=True,
        id_number=identity_number(_FAR, dt.date(1970, 1, 1), 3_000),
        phone="19900009903",
        hukou=HukouKind.URBAN,
    )
    child = MemberInput(
        name="赵雨涵",
        relation="女儿",
        id_number=identity_number(_FAR + 1, dt.date(2004, 1, 1), 300),
        hukou=HukouKind.URBAN,
    )
    facts = FileInput(
        unit_name="渤海纺织厂",
        region_code="371602",
        address="山东省滨州市滨城区某小区",
        housing=HousingKind.WORK_UNIT,
        applied_on=clock.today() - dt.timedelta(days=3),
    )
    household = open_file(session, officer, facts, [holder, child])
    member_id = session.scalar(
        sa.select(HouseholdMember.id).where(
            HouseholdMember.household_id == household.id, HouseholdMember.is_holder
        )
    )
    work = WorkInput(
        from_on=clock.today() - dt.timedelta(days=200),
        status=WorkStatus.LAID_OFF,
        evidence="停产通知",
    )
    record_work(session, officer, member_id or 0, work)
    submit_file(session, officer, household.id, tier=HardshipTier.RELATIVE)
