"""The household's state derived from its members (零就业推算): facts read, result kept when it changes.

A stretch is written whenever result or working changes; ids and codes only. What follows from a change, a claim
that somebody works now or no longer, is done at once: see `consequences`.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.household_facts import IncomeKind
from matcher.kinds.zero_employment import Derived, RecognitionBasis
from matcher.models.household_facts import HouseholdIncome
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.models.zero_employment import RetirementClass, ZeroEmploymentState
from matcher.policy.zero_employment import Definition, Derivation, Member, derive, get_definition

DERIVE_JOB = "households.derive"
"""Derives every active file again: each night, and after an import of files."""

_BUSINESS = (IncomeKind.BUSINESS, IncomeKind.PROPERTY)


@dataclass(frozen=True)
class Facts:
    """What one household's derivation reads."""

    members: tuple[Member, ...]
    has_business_income: bool | None


def read_facts(session: Session, household_ids: Sequence[int], on: dt.date) -> dict[int, Facts]:
    """Return the facts of households on a day; a constant number of queries."""
    people = session.scalars(
        sa.select(HouseholdMember)
        .where(
            HouseholdMember.household_id.in_(household_ids),
            sa.or_(HouseholdMember.left_on.is_(None), HouseholdMember.left_on > on),
        )
        .order_by(HouseholdMember.household_id, HouseholdMember.id)
    ).all()
    of_households = sa.select(HouseholdMember.id).where(
        HouseholdMember.household_id.in_(household_ids)
    )
    stretches = {
        row.member_id: row
        for row in session.scalars(
            sa.select(MemberEmployment)
            .where(
                MemberEmployment.member_id.in_(of_households),
                MemberEmployment.from_on <= on,
                sa.or_(MemberEmployment.to_on.is_(None), MemberEmployment.to_on >= on),
            )
            .order_by(MemberEmployment.from_on, MemberEmployment.id)
        )
    }
    told = sa.select(RetirementClass.member_id, RetirementClass.original_age).where(
        RetirementClass.member_id.in_(of_households)
    )
    ages = {row.member_id: row.original_age for row in session.execute(told)}
    incomes = _business_incomes(session, household_ids, on)
    members: dict[int, list[Member]] = defaultdict(list)
    for person in people:
        members[person.household_id].append(
            _member(person, stretches.get(person.id), ages.get(person.id))
        )
    return {one: Facts(tuple(members[one]), incomes.get(one)) for one in household_ids}


def _member(person: HouseholdMember, stretch: MemberEmployment | None, age: int | None) -> Member:
    status = person.work_status if stretch is None else stretch.status
    return Member(
        member_id=person.id,
        birth_on=person.birth_on,
        work_status=status.value,
        sex=person.sex and person.sex.value,
        original_age=age,
        is_able=stretch.is_able if stretch else None,
        is_willing=stretch.is_willing if stretch else None,
        is_registered=stretch is not None and stretch.is_registered_unemployed,
        hukou=person.hukou and person.hukou.value,
        is_holder=person.is_holder,
        evidence_id=stretch.id if stretch else None,
    )


def _business_incomes(
    session: Session, household_ids: Sequence[int], on: dt.date
) -> dict[int, bool]:
    """Say for households with incomes of this year or the last whether any is of business or property."""
    of_business = sa.case(
        (HouseholdIncome.kind.in_(_BUSINESS), HouseholdIncome.amount_fen), else_=0
    )
    found = session.execute(
        sa.select(HouseholdIncome.household_id, sa.func.sum(of_business))
        .where(HouseholdIncome.household_id.in_(household_ids), HouseholdIncome.year >= on.year - 1)
        .group_by(HouseholdIncome.household_id)
    )
    return {household_id: amount > 0 for household_id, amount in found}


def derive_now(session: Session, household: Household) -> tuple[Derivation, Facts, Definition]:
    """Return what the members' facts say today, with the facts and the definition."""
    today = clock.today()
    facts = read_facts(session, [household.id], today)[household.id]
    definition = get_definition(household.region_code, today)
    told = derive(facts.members, definition, today, has_business_income=facts.has_business_income)
    return told, facts, definition


def current_state(session: Session, household_id: int) -> ZeroEmploymentState | None:
    """Return the newest stretch of a household."""
    found = sa.select(ZeroEmploymentState).where(
        ZeroEmploymentState.household_id == household_id, ZeroEmploymentState.to_on.is_(None)
    )
    return session.scalar(found)


def states_of(session: Session, household_id: int) -> list[ZeroEmploymentState]:
    """Return the history of a household's derived state, the newest first."""
    found = sa.select(ZeroEmploymentState).where(ZeroEmploymentState.household_id == household_id)
    order = (ZeroEmploymentState.from_on.desc(), ZeroEmploymentState.id.desc())
    return list(session.scalars(found.order_by(*order)))


def digest_of(told: Derivation) -> str:
    """Return what two derivations that say the same have in common."""
    text = json.dumps(asdict(told), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def keep(
    session: Session,
    household_id: int,
    told: Derivation,
    standing: ZeroEmploymentState | None,
    actor_id: int | None,
) -> ZeroEmploymentState | None:
    """Write a new stretch if a derivation says something new; None if it says the same."""
    digest, today = digest_of(told), clock.today()
    if standing is not None and standing.digest == digest:
        return None
    if standing is not None:
        standing.to_on = today
        session.flush()
    row = ZeroEmploymentState(
        household_id=household_id,
        from_on=today,
        result=Derived(told.result),
        basis=RecognitionBasis(told.basis) if told.basis else None,
        definition=told.definition,
        facts=[asdict(line) | {"ask": list(line.ask)} for line in told.lines],
        digest=digest,
        made_at=clock.now(),
        made_by_id=actor_id,
    )
    session.add(row)
    session.flush()
    return row
