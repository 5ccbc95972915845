"""What a unit may claim for whom it hires (单位政策): in general for an employer, exactly for one hire.

For the union's staff alone: a unit's subsidy often hangs on the person's status, and an employer learns of that only
by a statement the person agreed to (身份说明). What is asked of a unit or a hire is kept at the unit or the hire.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import UnitKind
from matcher.kinds.entitlements import EntitlementSubject
from matcher.models.employers import Employer
from matcher.models.entitlements import EntitlementApplication
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement
from matcher.policy.entitlement_answers import Answer
from matcher.policy.entitlement_facts import FactOf
from matcher.services.employers import get_employer
from matcher.services.entitlements.answers import Offered, answers_for, values_of
from matcher.services.entitlements.facts import About, all_known, asked_of, find_fact, record_facts
from matcher.services.entitlements.records import Known
from matcher.services.entitlements.sight import (
    Claimant,
    graduates_in_sight,
    load_claimants,
    regions_of,
    require_view,
)
from matcher.services.permissions import Actor
from matcher.services.placements.sight import get_placement

NO_END = 999
"""Months of a contract without a term."""

_ELIGIBLE = {
    UnitKind.STATE_OWNED: True,
    UnitKind.FOREIGN: True,
    UnitKind.PRIVATE: True,
    UnitKind.GOVERNMENT: False,
    UnitKind.INSTITUTION: False,
}


@dataclass(frozen=True)
class UnitView:
    """What a unit may claim: answers, what is known of it, and what to ask it."""

    offered: Sequence[Offered]
    known: Mapping[str, Known]
    asks: Sequence[str]
    region: str | None
    person: Claimant | None = None


def of_employer(session: Session, by: Actor, employer_id: int) -> UnitView:
    """Return what an employer may claim in general: only facts of the unit are read and asked."""
    require_view(by)
    employer = get_employer(session, by, employer_id)
    known = _of_unit(session, employer)
    region = _region(session, employer, employer.union_id)
    answers = _answers(known, region)
    offered = [Offered(answer, region, answer.rule.papers, (), None) for answer in answers]
    return UnitView(offered, known, _asks(answers, {FactOf.UNIT}), region)


def of_hire(session: Session, by: Actor, placement_id: int) -> UnitView | None:
    """Return what the unit may claim for one hire; None if the person's standing is not the actor's to see."""
    require_view(by)
    placement = get_placement(session, by, placement_id)
    seen = sa.select(Graduate.id).where(
        Graduate.id == placement.graduate_id, graduates_in_sight(by)
    )
    if session.scalar(seen) is None:
        return None
    person = load_claimants(session, graduate_ids=[placement.graduate_id])[0]
    employer = session.get(Employer, placement.employer_id) if placement.employer_id else None
    known = {
        **all_known(session, [person])[person.key],
        **(_of_unit(session, employer) if employer else {}),
        **_of_hire(placement),
        **asked_of(session, About(placement_id=placement.id)),
    }
    region = placement.region_code or _region(session, employer, placement.union_id)
    answers = _answers(known, region)
    standing = _applications(session, placement.id)
    offered = [
        Offered(answer, region, answer.rule.papers, (), standing.get(answer.code))
        for answer in answers
    ]
    kinds = {FactOf.UNIT, FactOf.HIRE} if employer else {FactOf.HIRE}
    return UnitView(offered, known, _asks(answers, kinds), region, person)


def _answers(known: Mapping[str, Known], region: str | None) -> list[Answer]:
    found = answers_for(values_of(known), region, clock.today(), subject=EntitlementSubject.UNIT)
    return [answer for answer, _ in found]


def _asks(answers: Sequence[Answer], kinds: set[FactOf]) -> list[str]:
    asked = dict.fromkeys(fact for answer in answers for fact in answer.ask)
    return [code for code in asked if find_fact(code).of in kinds]


def _of_unit(session: Session, employer: Employer) -> dict[str, Known]:
    found: dict[str, Known] = {}
    eligible = _ELIGIBLE.get(employer.unit_kind) if employer.unit_kind else None
    if eligible is not None:
        found["unit_is_eligible"] = Known(eligible, "employer")
    return found | asked_of(session, About(employer_id=employer.id))


def _of_hire(placement: Placement) -> dict[str, Known]:
    begins, ends = placement.contract_from_on, placement.contract_until_on
    if begins is None:
        return {}
    months = NO_END if ends is None else _months(begins, ends)
    return {
        "contract_from_on": Known(begins, "placement"),
        "contract_months": Known(months, "placement"),
    }


def _months(begins: dt.date, ends: dt.date) -> int:
    """Return whole months of a contract; its last day counts (1 July to 30 June are twelve)."""
    after = ends + dt.timedelta(days=1)
    months = (after.year - begins.year) * 12 + after.month - begins.month
    return max(0, months - (after.day < begins.day))


def _region(session: Session, employer: Employer | None, union_id: int) -> str | None:
    if employer is not None and employer.region_code:
        return employer.region_code
    return regions_of(session, {union_id}).get(union_id)


def _applications(session: Session, placement_id: int) -> dict[str, EntitlementApplication]:
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(EntitlementApplication.placement_id == placement_id)
        .order_by(EntitlementApplication.id)
    )
    return {row.entitlement: row for row in rows}


def record(
    session: Session,
    by: Actor,
    placement: Placement,
    answers: Mapping[str, str],
    *,
    basis: str | None = None,
    asked_on: dt.date | None = None,
) -> int:
    """Write down answers about a hire, each at what it is about: the unit or the hire; returns how many were new."""
    of_unit = {code: said for code, said in answers.items() if find_fact(code).of is FactOf.UNIT}
    of_hire_alone = {code: said for code, said in answers.items() if code not in of_unit}
    n_new = record_facts(
        session,
        by,
        About(placement_id=placement.id),
        of_hire_alone,
        basis=basis,
        asked_on=asked_on,
    )
    if of_unit and placement.employer_id is not None:
        subject = About(employer_id=placement.employer_id)
        n_new += record_facts(session, by, subject, of_unit, basis=basis, asked_on=asked_on)
    return n_new
