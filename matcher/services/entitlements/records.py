"""What the house's records say of people (已知情况), fact by fact: bulk, a few queries however many people.

A record says yes or no only where it really does: no file, no entry and an unticked box are not known, never no. What
somebody asked and wrote down (`facts`) stands above what is read here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.kinds.casework import SurveyDestination
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import FileState, HealthState, WorkStatus
from matcher.kinds.placements import PlacementState
from matcher.kinds.training import CoursePayer
from matcher.kinds.zero_employment import Derived
from matcher.models.graduates import Graduate, Intent
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import LedgerEntry
from matcher.models.placements import Placement
from matcher.models.surveys import SurveyPerson
from matcher.models.training import Course, TrainingReferral
from matcher.models.training_records import TrainingCertificate
from matcher.models.zero_employment import ZeroEmploymentState
from matcher.policy.entitlement_facts import RECEIVED, FactValue
from matcher.policy.entitlements import load_catalogue
from matcher.services.entitlements.sight import Claimant

_DISABLED = 4
"""Bit of the school's list (困难生类别) for 残疾."""

_OWN_BUSINESS = frozenset({"75"})
_HIGHER = tuple(one for one in SchoolLevel if one.is_higher)
_NOT_WORKING = frozenset({WorkStatus.UNEMPLOYED, WorkStatus.LAID_OFF, WorkStatus.STUDENT})


@dataclass(frozen=True)
class Known:
    """A fact with where it is known from: a record's kind, or `asked` with the day and the basis."""

    value: FactValue
    source: str
    on: dt.date | None = None
    basis: str | None = None


class Findings:
    """Facts of many people, collected record by record; the first to say something wins."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, int], dict[str, Known]] = defaultdict(dict)

    def note(self, key: tuple[str, int], fact: str, value: FactValue | None, source: str) -> None:
        """Keep a fact unless it is not known, or was said before."""
        if value is not None:
            self.by_key[key].setdefault(fact, Known(value, source))


_Keys = dict[int | None, tuple[str, int]]


def known_of(
    session: Session, people: Sequence[Claimant]
) -> dict[tuple[str, int], dict[str, Known]]:
    """Return what the records say of each person; somebody of whom they say nothing has an empty answer."""
    found = Findings()
    by_graduate: _Keys = {one.graduate_id: one.key for one in people if one.graduate_id}
    by_member: _Keys = {one.member_id: one.key for one in people if one.member_id}
    by_household: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for one in people:
        if one.household_id is not None:
            by_household[one.household_id].append(one.key)
    _of_graduates(session, found, by_graduate)
    _of_members(session, found, by_member)
    _of_schooling(session, found, by_member)
    _of_work(session, found, by_member)
    _of_surveys(session, found, by_member)
    _of_households(session, found, by_household)
    _of_certificates(session, found, by_graduate)
    _of_ledger(session, found, by_graduate, by_member)
    return {one.key: found.by_key.get(one.key, {}) for one in people}


def _ids(found: Iterable[int | None]) -> list[int]:
    return sorted(one for one in found if one is not None)


def _of_graduates(session: Session, found: Findings, keys: _Keys) -> None:
    ids = _ids(keys)
    rows = session.execute(
        sa.select(Graduate, Intent, Placement.destination_code)
        .outerjoin(Intent, Intent.graduate_id == Graduate.id)
        .outerjoin(
            Placement,
            sa.and_(
                Placement.graduate_id == Graduate.id,
                Placement.state == PlacementState.VERIFIED,
                Placement.ended_on.is_(None),
                Placement.is_outcome,
            ),
        )
        .where(Graduate.id.in_(ids))
        .order_by(Graduate.id)
    )
    for person, intent, destination in rows:
        key = keys[person.id]
        found.note(key, "graduates_on", person.graduates_on, "graduate")
        found.note(key, "education", person.education.value, "graduate")
        wish: Intent | None = intent
        if wish is not None and (intent.places or intent.occupations or intent.industries):
            found.note(key, "wants_work", True, "graduate")
        if person.hardship_codes & _DISABLED:
            found.note(key, "is_disabled", True, "graduate")
        if destination is not None:
            found.note(key, "is_employed", True, "placement")
        if destination in _OWN_BUSINESS:
            found.note(key, "has_business", True, "placement")


def _of_members(session: Session, found: Findings, keys: _Keys) -> None:
    rows = session.scalars(
        sa.select(HouseholdMember)
        .where(HouseholdMember.id.in_(_ids(keys)))
        .order_by(HouseholdMember.id)
    )
    for member in rows:
        key = keys[member.id]
        found.note(key, "birth_on", member.birth_on, "household")
        if member.health is HealthState.DISABLED:
            found.note(key, "is_disabled", True, "household")
        if member.health is HealthState.GOOD:
            found.note(key, "is_disabled", False, "household")


def _of_schooling(session: Session, found: Findings, keys: _Keys) -> None:
    rows = session.execute(
        sa.select(MemberSchooling.member_id, MemberSchooling.expected_graduation_on)
        .where(
            MemberSchooling.member_id.in_(_ids(keys)),
            MemberSchooling.level.in_(_HIGHER),
            MemberSchooling.ended_on.is_(None),
            MemberSchooling.expected_graduation_on.is_not(None),
        )
        .order_by(MemberSchooling.id.desc())
    )
    for member_id, graduates_on in rows:
        found.note(keys[member_id], "graduates_on", graduates_on, "schooling")


def _of_work(session: Session, found: Findings, keys: _Keys) -> None:
    rows = session.scalars(
        sa.select(MemberEmployment)
        .where(MemberEmployment.member_id.in_(_ids(keys)), MemberEmployment.to_on.is_(None))
        .order_by(MemberEmployment.id)
    )
    for work in rows:
        key = keys[work.member_id]
        if work.status.is_working:
            found.note(key, "is_employed", True, "work")
        elif work.status in _NOT_WORKING:
            found.note(key, "is_employed", False, "work")
        if work.is_registered_unemployed:
            found.note(key, "is_registered_unemployed", True, "work")
            found.note(key, "unemployed_since_on", work.registered_on, "work")


def _of_surveys(session: Session, found: Findings, keys: _Keys) -> None:
    newest = (
        sa.select(sa.func.max(SurveyPerson.id))
        .where(SurveyPerson.member_id.in_(_ids(keys)))
        .group_by(SurveyPerson.member_id)
    )
    rows = session.execute(
        sa.select(SurveyPerson.member_id, SurveyPerson.destination)
        .where(SurveyPerson.id.in_(newest))
        .order_by(SurveyPerson.id)
    )
    for member_id, destination in rows:
        if destination is SurveyDestination.SEEKING:
            found.note(keys[member_id], "wants_work", True, "survey")


def _of_households(
    session: Session, found: Findings, keys: dict[int, list[tuple[str, int]]]
) -> None:
    rows = session.execute(
        sa.select(
            Household.id, Household.state, Household.is_zero_employment, ZeroEmploymentState.result
        )
        .outerjoin(
            ZeroEmploymentState,
            sa.and_(
                ZeroEmploymentState.household_id == Household.id,
                ZeroEmploymentState.to_on.is_(None),
            ),
        )
        .where(Household.id.in_(sorted(keys)))
        .order_by(Household.id)
    )
    for row in rows:
        for key in keys[row.id]:
            if row.state is FileState.ACTIVE:
                found.note(key, "is_hardship_household", True, "household")
            if row.result is Derived.NO:
                found.note(key, "is_zero_employment", False, "household")
            if row.result is Derived.YES and row.is_zero_employment:
                found.note(key, "is_zero_employment", True, "household")


def _of_certificates(session: Session, found: Findings, keys: _Keys) -> None:
    rows = session.execute(
        sa.select(TrainingReferral.graduate_id, TrainingCertificate, Course.payer)
        .join(TrainingCertificate, TrainingCertificate.referral_id == TrainingReferral.id)
        .join(Course, Course.id == TrainingReferral.course_id)
        .where(TrainingReferral.graduate_id.in_(_ids(keys)))
        .order_by(TrainingCertificate.issued_on.desc(), TrainingCertificate.id.desc())
    )
    seen: set[int] = set()
    for graduate_id, paper, payer in rows:
        if graduate_id in seen:
            continue
        seen.add(graduate_id)
        key = keys[graduate_id]
        found.note(key, "certificate_on", paper.issued_on, "training")
        found.note(key, "trade_level", paper.level.value if paper.level else None, "training")
        found.note(key, "paid_own_training", payer is CoursePayer.PERSON, "training")


def _of_ledger(session: Session, found: Findings, graduates: _Keys, members: _Keys) -> None:
    """Say of what is had once in a life that it was had, where the ledger has it and it stands."""
    once: dict[str, list[str]] = defaultdict(list)
    catalogue = load_catalogue()
    for rule in catalogue.rules:
        one = catalogue.entitlements[rule.entitlement]
        if (
            rule.limit.lifetime is not None
            and one.programme
            and one.code not in once[one.programme]
        ):
            once[one.programme].append(one.code)
    reversal = aliased(LedgerEntry)
    rows = session.execute(
        sa.select(LedgerEntry.graduate_id, LedgerEntry.member_id, LedgerEntry.programme)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(
            sa.or_(
                LedgerEntry.graduate_id.in_(_ids(graduates)),
                LedgerEntry.member_id.in_(_ids(members)),
            ),
            LedgerEntry.programme.in_(sorted(once)),
            LedgerEntry.reverses_id.is_(None),
            reversal.id.is_(None),
            LedgerEntry.happened_on <= clock.today(),
        )
        .order_by(LedgerEntry.id)
    )
    for graduate_id, member_id, programme in rows:
        key = graduates.get(graduate_id) or members.get(member_id)
        for code in once[programme] if key else ():
            found.note(key or ("", 0), RECEIVED + code, True, "ledger")
