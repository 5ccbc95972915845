"""Factories of zero-employment households: members out of work, and claims brought to a state by the use cases."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import Role
from matcher.kinds.households import FileState, HukouKind, Sex, WorkStatus
from matcher.kinds.zero_employment import (
    ClaimSource,
    ClaimState,
    RecognitionBasis,
    RecognitionBody,
    StatutoryRefusalReason,
)
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.zero_employment import ReferralRefusal, ZeroEmploymentClaim
from matcher.services.clocks import start_clock
from matcher.services.permissions import Actor
from matcher.services.zero_employment import aid, claims, recognition
from matcher.services.zero_employment.recognition import DecisionInput
from tests.factories.accounts import make_actor
from tests.factories.people import make_household, make_member

DAY = dt.date(2026, 11, 23)
"""The day these tests play on, a Monday."""


def make_work(
    session: Session,
    member: HouseholdMember,
    status: WorkStatus = WorkStatus.UNEMPLOYED,
    from_on: dt.date | None = None,
    **changes: object,
) -> MemberEmployment:
    """Let a member do something from a day on; what ran before ends on the day before."""
    day = from_on or clock.today() - dt.timedelta(days=200)
    for row in session.query(MemberEmployment).filter_by(member_id=member.id, to_on=None):
        row.to_on = max(day - dt.timedelta(days=1), row.from_on)
    session.flush()
    fields: dict[str, object] = {
        "member_id": member.id,
        "from_on": day,
        "status": status,
        "is_registered_unemployed": status is WorkStatus.UNEMPLOYED,
        "is_able": True,
        "is_willing": True,
        "entered_at": clock.now(),
    }
    row = MemberEmployment(**(fields | changes))
    member.work_status = status
    session.add(row)
    session.flush()
    return row


def make_jobless(
    session: Session,
    union: Union,
    *,
    hukou: HukouKind = HukouKind.URBAN,
    n_members: int = 1,
    **changes: object,
) -> tuple[Household, list[HouseholdMember]]:
    """Insert an active file in which nobody of working age works."""
    household = make_household(session, union, state=FileState.ACTIVE, **changes)
    members = []
    for n in range(n_members):
        member = make_member(
            session,
            household,
            is_holder=n == 0,
            relation="本人" if n == 0 else "子女",
            birth_on=dt.date(1980 + n, 5, 1),
            sex=Sex.MALE,
            hukou=hukou,
        )
        make_work(session, member)
        members.append(member)
    return household, members


def make_people(session: Session, union: Union) -> dict[str, Actor]:
    """Insert who works on a claim: two caseworkers and an approver of a union."""
    return {
        "clerk": make_actor(session, Role.CASEWORKER, union=union),
        "other": make_actor(session, Role.CASEWORKER, union=union),
        "approver": make_actor(session, Role.APPROVER, union=union),
    }


_WAY = (
    ClaimState.CLUE,
    ClaimState.DECLARED,
    ClaimState.VERIFYING,
    ClaimState.PUBLICITY,
    ClaimState.RECOGNISED,
    ClaimState.AIDED,
)


def bring_to(
    session: Session,
    by: Actor,
    household: Household,
    state: ClaimState,
    approver: Actor | None = None,
) -> ZeroEmploymentClaim:
    """Bring a household's claim to a state up to aid, act by act."""
    claims.open_clue(session, by, household.id, note="社区网格员反映全家无人上班")
    steps = {
        ClaimState.DECLARED: lambda: claims.declare(session, by, household.id),
        ClaimState.VERIFYING: lambda: claims.send_to_community(session, by, household.id),
        ClaimState.PUBLICITY: lambda: claims.begin_publicity(session, by, household.id),
        ClaimState.RECOGNISED: lambda: recognise(session, by, household, approver),
        ClaimState.AIDED: lambda: aid.begin_aid(session, by, household.id),
    }
    for step in _WAY[1 : _WAY.index(state) + 1]:
        steps[step]()
    claim = claims.open_claim_of(session, household.id)
    assert claim is not None
    return claim


def recognise(
    session: Session, by: Actor, household: Household, approver: Actor | None = None
) -> None:
    """Record a decision of the body that fits the claim's basis."""
    claim = claims.open_claim_of(session, household.id)
    assert claim is not None
    is_own = claim.basis is RecognitionBasis.UNION_OWN
    facts = DecisionInput(
        body=RecognitionBody.UNION if is_own else RecognitionBody.STREET,
        body_name="某街道办事处",
        is_granted=True,
        decided_on=clock.today(),
        document_number="街认〔2026〕3号",
    )
    recognition.record_decision(
        session, approver if is_own and approver else by, household.id, facts
    )


@dataclass(frozen=True)
class FamilyRows:
    """Rows that stand in addresses of a household's way."""

    refusal_id: int
    clock_id: int


def make_family_rows(session: Session, household: Household, member: HouseholdMember) -> FamilyRows:
    """Insert a claim in aid with a refused post and a running clock, as plain rows."""
    today = clock.today()
    claim = ZeroEmploymentClaim(
        household_id=household.id,
        union_id=household.union_id,
        source=ClaimSource.REPORTED,
        basis=RecognitionBasis.OFFICIAL,
        state=ClaimState.AIDED,
        entered_at=clock.now(),
        recognised_on=today,
        created_at=clock.now(),
    )
    session.add(claim)
    session.flush()
    refusal = ReferralRefusal(
        claim_id=claim.id,
        member_id=member.id,
        post_title="出纳",
        employer_name="某公司",
        referred_on=today,
        refused_on=today,
        reason=StatutoryRefusalReason.PAY,
        words_cipher=ring_of(session).encrypt("钱少", "referral_refusal.words"),
        recorded_at=clock.now(),
    )
    session.add(refusal)
    running = start_clock(
        session,
        rule="zero_employment.one_employed",
        subject=("household", household.id),
        union_id=household.union_id,
        region_code=None,
        started_on=today,
    )
    session.flush()
    return FamilyRows(refusal.id, running.id)
