"""What people may claim today (政策测算): rules of their region upon what is known, with papers and applications.

Nothing is kept: it is computed whenever it is shown, so that a fact more or a new rule shows at once. A subsidy the
school applies for is answered by the rule of the school's region where that is known.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementChannel, EntitlementSubject
from matcher.kinds.household_facts import PaperKind
from matcher.models.entitlements import EntitlementApplication
from matcher.models.household_facts import HouseholdDocument
from matcher.models.household_lives import MemberSchooling
from matcher.policy.entitlement_answers import Answer, answer_all, answer_rule, rank_asks
from matcher.policy.entitlement_facts import FactValue
from matcher.policy.entitlements import find_rule, load_catalogue
from matcher.services.entitlements.facts import all_known
from matcher.services.entitlements.records import Known
from matcher.services.entitlements.sight import Claimant, load_claimants, require_view
from matcher.services.permissions import Actor

_ORDER = {EntitlementAnswer.YES: 0, EntitlementAnswer.UNKNOWN: 1, EntitlementAnswer.NO: 2}
_FAR = dt.date.max


@dataclass(frozen=True)
class Offered:
    """One entitlement for a person: the answer, papers still missing, and the newest application."""

    answer: Answer
    region: str | None
    papers_missing: tuple[str, ...]
    papers_held: tuple[str, ...]
    application: EntitlementApplication | None


@dataclass(frozen=True)
class Overview:
    """All entitlements of one person, what may be claimed soonest first, and what to ask."""

    person: Claimant
    known: Mapping[str, Known]
    offered: Sequence[Offered]
    asks: Sequence[tuple[str, int]]
    """Facts to ask for with how many entitlements each concerns."""
    as_of: dt.date

    def of(self, result: EntitlementAnswer) -> list[Offered]:
        """Return the entitlements with one answer."""
        return [one for one in self.offered if one.answer.result is result]


def values_of(known: Mapping[str, Known]) -> dict[str, FactValue]:
    """Return facts as the rules read them."""
    return {code: one.value for code, one in known.items()}


def answers_for(
    facts: Mapping[str, FactValue],
    region: str | None,
    today: dt.date,
    *,
    school_region: str | None = None,
    subject: EntitlementSubject = EntitlementSubject.PERSON,
) -> list[tuple[Answer, str | None]]:
    """Return the answers with the region whose rule was read; the school's, where the school applies."""
    found: list[tuple[Answer, str | None]] = []
    for one in answer_all(facts, region, today, subject):
        of_school = school_region and one.rule.channel is EntitlementChannel.SCHOOL
        rule = find_rule(one.code, school_region, today) if of_school else None
        if rule is None or rule == one.rule:
            found.append((one, school_region if of_school else region))
        else:
            found.append((answer_rule(rule, facts, today), school_region))
    return sorted(found, key=_soonest)


def _soonest(one: tuple[Answer, str | None]) -> tuple[int, dt.date]:
    return _ORDER[one[0].result], one[0].closes_on or _FAR


def overviews(
    session: Session, by: Actor, people: Sequence[Claimant], *, region: str | None = None
) -> list[Overview]:
    """Return what people may claim, to staff who may see it; bulk, whom they see is the caller's.

    Parameters
    ----------
    region : read the rules of this region for everybody; None is each person's own
    """
    require_view(by)
    return computed(session, people, region=region)


def computed(
    session: Session, people: Sequence[Claimant], *, region: str | None = None
) -> list[Overview]:
    """Return what people may claim; who may know it is the caller's."""
    today = clock.today()
    known = all_known(session, people)
    schools = _school_regions(session, [one.member_id for one in people if one.member_id])
    papers = _papers(session, [one.household_id for one in people if one.household_id])
    standing = _applications(session, people)
    found = []
    for person in people:
        facts = known[person.key]
        school = None if region else schools.get(person.member_id or 0)
        answers = answers_for(
            values_of(facts), region or person.region, today, school_region=school
        )
        held = papers.get(person.household_id or 0, frozenset())
        offered = [
            _offered(answer, where, held, standing.get((person.key, answer.code)))
            for answer, where in answers
        ]
        asks = rank_asks([answer for answer, _ in answers])
        found.append(Overview(person, facts, offered, asks, today))
    return found


def overview(
    session: Session, by: Actor, person: Claimant, *, region: str | None = None
) -> Overview:
    """Return what one person may claim."""
    return overviews(session, by, [person], region=region)[0]


def of_graduate(session: Session, by: Actor, graduate_id: int) -> Overview:
    """Return what the graduate of a case may claim, for the case's page; who sees the case is the caller's."""
    require_view(by)
    return computed(session, load_claimants(session, graduate_ids=[graduate_id]))[0]


def _offered(
    answer: Answer,
    region: str | None,
    held: frozenset[PaperKind],
    application: EntitlementApplication | None,
) -> Offered:
    catalogue = load_catalogue()
    wanted = answer.rule.papers
    there = [p for p in wanted if held & {PaperKind(kind) for kind in catalogue.papers[p].kinds}]
    return Offered(
        answer=answer,
        region=region,
        papers_missing=tuple(p for p in wanted if p not in there),
        papers_held=tuple(there),
        application=application,
    )


def _school_regions(session: Session, member_ids: list[int]) -> dict[int, str]:
    rows = session.execute(
        sa.select(MemberSchooling.member_id, MemberSchooling.region_code)
        .where(
            MemberSchooling.member_id.in_(member_ids),
            MemberSchooling.region_code.is_not(None),
            MemberSchooling.ended_on.is_(None),
        )
        .order_by(MemberSchooling.id)
    )
    return {row.member_id: row.region_code or "" for row in rows}


def _papers(session: Session, household_ids: list[int]) -> dict[int, frozenset[PaperKind]]:
    """Return the kinds of papers in each household's file that are valid today."""
    rows = session.execute(
        sa.select(HouseholdDocument.household_id, HouseholdDocument.kind)
        .where(
            HouseholdDocument.household_id.in_(household_ids),
            sa.or_(
                HouseholdDocument.valid_until.is_(None),
                HouseholdDocument.valid_until >= clock.today(),
            ),
        )
        .order_by(HouseholdDocument.id)
    )
    found: dict[int, frozenset[PaperKind]] = {}
    for household_id, kind in rows:
        found[household_id] = found.get(household_id, frozenset()) | {kind}
    return found


def _applications(
    session: Session, people: Sequence[Claimant]
) -> dict[tuple[tuple[str, int], str], EntitlementApplication]:
    """Return the newest application of each person and entitlement of their own."""
    by_graduate = {one.graduate_id: one.key for one in people if one.graduate_id}
    by_member = {one.member_id: one.key for one in people if one.member_id}
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(
            sa.or_(
                EntitlementApplication.graduate_id.in_(sorted(by_graduate)),
                EntitlementApplication.member_id.in_(sorted(by_member)),
            ),
            EntitlementApplication.placement_id.is_(None),
        )
        .order_by(EntitlementApplication.id)
    )
    found = {}
    for row in rows:
        key = by_graduate.get(row.graduate_id or 0) or by_member.get(row.member_id or 0)
        if key is not None:
            found[key, row.entitlement] = row
    return found
