"""Everything of one household's way (零就业家庭全程): facts and what they say, claim, clocks, refusals, decisions."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.accounts import Account, Membership
from matcher.models.approvals import Approval
from matcher.models.clocks import Clock, ClockEvent
from matcher.models.graduate_cases import GraduateCase
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.zero_employment import (
    ClaimAct,
    RecognitionDecision,
    ReferralRefusal,
    SideExit,
    ZeroEmploymentClaim,
    ZeroEmploymentState,
)
from matcher.policy.zero_employment import Definition, Derivation
from matcher.services import clocks
from matcher.services.clock_owners import ELIGIBLE
from matcher.services.hardship.people import members_of
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.zero_employment.derivation import Facts, derive_now, states_of
from matcher.services.zero_employment.moves import RULES, SUBJECT
from matcher.services.zero_employment.refusals import counted_refusals, refusals_of
from matcher.services.zero_employment.side_exits import approval_of, exits_of


@dataclass(frozen=True)
class Way:
    """What the page of one household shows; names are masked by the page."""

    household: Household
    union: Union
    members: dict[int, HouseholdMember]
    told: Derivation
    definition: Definition
    evidence: dict[int, MemberEmployment]
    history: list[ZeroEmploymentState]
    claim: ZeroEmploymentClaim | None
    acts: list[ClaimAct]
    running: list[Clock]
    events: list[ClockEvent]
    decisions: list[RecognitionDecision]
    refusals: list[ReferralRefusal]
    n_counted: int
    exits: list[SideExit]
    approval: Approval | None
    """Of the side exit that is on its way."""
    cases: list[GraduateCase]
    """Open cases of its graduates: where services are recorded."""
    people: dict[int, str] = field(default_factory=dict)
    """Names of the accounts spoken of."""
    unions: dict[int, str] = field(default_factory=dict)
    """Names of the unions where clocks lie."""


def read_way(session: Session, by: Actor, public_id: str) -> Way:
    """Return everything of a household the actor sees whole; the newest claim if there were several."""
    require(by, Permission.VIEW_FILES)
    household = find_whole(session, by, public_id)
    told, facts, definition = derive_now(session, household)
    claim = session.scalar(
        sa.select(ZeroEmploymentClaim)
        .where(ZeroEmploymentClaim.household_id == household.id)
        .order_by(ZeroEmploymentClaim.id.desc())
        .limit(1)
    )
    all_clocks = [
        one for one in clocks.clocks_of(session, (SUBJECT, household.id)) if one.rule in RULES
    ]
    exits = exits_of(session, claim.id) if claim else []
    way = Way(
        household=household,
        union=session.get_one(Union, household.union_id),
        members={one.id: one for one in members_of(session, household.id)},
        told=told,
        definition=definition,
        evidence=_evidence(session, facts),
        history=states_of(session, household.id),
        claim=claim,
        acts=_acts(session, claim),
        running=[one for one in all_clocks if one.stopped_on is None],
        events=clocks.events_of(session, [one.id for one in all_clocks]),
        decisions=_decisions(session, claim),
        refusals=refusals_of(session, claim.id) if claim else [],
        n_counted=len(counted_refusals(session, claim)) if claim else 0,
        exits=exits,
        approval=approval_of(session, exits[0]) if exits else None,
        cases=_open_cases(session, household.id),
    )
    way.people.update(_names(session, _spoken_of(way)))
    way.unions.update(_unions(session, {one.owner_union_id for one in way.running}))
    return way


def _unions(session: Session, ids: set[int]) -> dict[int, str]:
    found = sa.select(Union.id, Union.name).where(Union.id.in_(ids)).order_by(Union.id)
    return {row.id: row.name for row in session.execute(found)}


def _evidence(session: Session, facts: Facts) -> dict[int, MemberEmployment]:
    """Return the rows of the work history the derivation read."""
    ids = [one.evidence_id for one in facts.members if one.evidence_id is not None]
    found = sa.select(MemberEmployment).where(MemberEmployment.id.in_(ids))
    return {one.id: one for one in session.scalars(found.order_by(MemberEmployment.id))}


def _open_cases(session: Session, household_id: int) -> list[GraduateCase]:
    found = sa.select(GraduateCase).where(
        GraduateCase.household_id == household_id, GraduateCase.closed_on.is_(None)
    )
    return list(session.scalars(found.order_by(GraduateCase.id)))


def _acts(session: Session, claim: ZeroEmploymentClaim | None) -> list[ClaimAct]:
    if claim is None:
        return []
    found = sa.select(ClaimAct).where(ClaimAct.claim_id.in_((claim.id, claim.follows_id or 0)))
    return list(session.scalars(found.order_by(ClaimAct.entered_at.desc(), ClaimAct.id.desc())))


def _decisions(session: Session, claim: ZeroEmploymentClaim | None) -> list[RecognitionDecision]:
    if claim is None:
        return []
    found = sa.select(RecognitionDecision).where(RecognitionDecision.claim_id == claim.id)
    return list(session.scalars(found.order_by(RecognitionDecision.id.desc())))


def _names(session: Session, ids: set[int | None]) -> dict[int, str]:
    """Return the names of accounts."""
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(ids - {None}))
    return {row.id: row.display_name for row in session.execute(found.order_by(Account.id))}


def _spoken_of(way: Way) -> set[int | None]:
    """Return the accounts the page speaks of."""
    ids: set[int | None] = {way.household.owner_id}
    for act in way.acts:
        ids |= {act.actor_id, act.on_behalf_of_id, act.credited_to_id}
    for event in way.events:
        ids |= {event.actor_id, event.facts.get("after") if "level" in event.facts else None}
    ids |= {one.owner_id for one in way.running}
    ids |= {one.recorded_by_id for one in way.decisions}
    for refusal in way.refusals:
        ids |= {refusal.recorded_by_id, refusal.checked_by_id}
    for leaving in way.exits:
        ids |= {leaving.proposed_by_id, leaving.decided_by_id}
    return ids


def colleagues_of(session: Session, by: Actor, household: Household) -> list[tuple[int, str]]:
    """Return who an act may be entered for or credited to: those who work at the household's union or the actor's."""
    require(by, Permission.VIEW_FILES)
    places = [one for one in (household.union_id, by.union_id) if one is not None]
    found = (
        sa.select(Account.id, Account.display_name)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.union_id.in_(places),
            Membership.ended_on.is_(None),
            Membership.role.in_(ELIGIBLE),
            Account.is_active.is_(True),
        )
        .distinct()
        .order_by(Account.id)
    )
    return [(row.id, row.display_name) for row in session.execute(found)]
