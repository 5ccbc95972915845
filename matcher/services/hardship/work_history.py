"""Working life of members (就业状况): stretches with dates and evidence, one running at a time.

The newest stretch is repeated on the member (`work_status`) for lists; the derivation of 零就业 reads them all.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.households import WorkStatus
from matcher.models.household_facts import HouseholdDocument
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship import changes, parts
from matcher.services.hardship.people import follow_work
from matcher.services.permissions import Actor
from matcher.services.zero_employment.consequences import refresh


@dataclass(frozen=True, kw_only=True)
class WorkInput:
    """What a member does from a day on; without an end it runs."""

    from_on: dt.date
    status: WorkStatus
    to_on: dt.date | None = None
    unit: str | None = None
    contract_until_on: dt.date | None = None
    is_registered_unemployed: bool = False
    registered_on: dt.date | None = None
    is_able: bool | None = None
    is_willing: bool | None = None
    evidence: str | None = None
    evidence_document_id: int | None = None


WORK_FIELDS = ("member_id", *WorkInput.__dataclass_fields__)
_RUNNING = RuleBrokenError(
    "work_running", "这位成员已有一段进行中的就业状况，请先写明它的结束日期。"
)


def record_work(
    session: Session,
    by: Actor,
    member_id: int,
    facts: WorkInput,
    credit: changes.Credit = changes.NO_CREDIT,
) -> MemberEmployment:
    """Record a stretch; the one that runs ends on the day before, if the new one begins later and runs.

    Raises
    ------
    RuleBrokenError
        Another stretch runs that did not begin before.
    """
    household = _household_of(session, by, member_id)
    member = parts.get_member(session, household, member_id)
    values = _checked(session, household, facts)
    running = _running(session, member_id)
    if facts.to_on is None and running is not None and running.from_on < facts.from_on:
        ended = {"to_on": facts.from_on - dt.timedelta(days=1)}
        parts.change(session, by, household, running, ended, credit, seen=None)
    row = MemberEmployment(member_id=member_id, **values)
    parts.add(session, by, household, row, WORK_FIELDS, credit, refusal=_RUNNING)
    follow_work(session, member)
    refresh(session, household.id, by, facts.from_on)
    return row


def change_work(
    session: Session,
    by: Actor,
    household_id: int,
    row_id: int,
    facts: WorkInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> MemberEmployment:
    """Correct a stretch, or end it."""
    household = parts.open_for_change(session, by, household_id)
    row = parts.get_part(session, household, MemberEmployment, row_id)
    values = _checked(session, household, facts)
    parts.change(session, by, household, row, values, seen=seen, refusal=_RUNNING)
    follow_work(session, session.get_one(HouseholdMember, row.member_id))
    refresh(session, household.id, by, facts.to_on or facts.from_on)
    return row


def _household_of(session: Session, by: Actor, member_id: int) -> Household:
    """Return the file of a member, ready to change; out of sight answers like missing."""
    found = sa.select(HouseholdMember.household_id).where(HouseholdMember.id == member_id)
    return parts.open_for_change(session, by, session.scalar(found) or 0)


def _running(session: Session, member_id: int) -> MemberEmployment | None:
    found = sa.select(MemberEmployment).where(
        MemberEmployment.member_id == member_id, MemberEmployment.to_on.is_(None)
    )
    return session.scalar(found)


def _checked(session: Session, household: Household, facts: WorkInput) -> dict[str, Any]:
    wrong = {}
    today = clock.today()
    if facts.from_on > today:
        wrong["from_on"] = "开始日期不能晚于今天。"
    if facts.to_on is not None and facts.to_on < facts.from_on:
        wrong["to_on"] = "结束日期不能早于开始日期。"
    if facts.registered_on is not None and not facts.is_registered_unemployed:
        wrong["registered_on"] = "填了失业登记日期，请勾选“已办失业登记”。"
    elif facts.registered_on is not None and facts.registered_on > today:
        wrong["registered_on"] = "失业登记日期不能晚于今天。"
    if facts.status.is_working and facts.is_registered_unemployed:
        wrong["is_registered_unemployed"] = "有工作的人不应同时在失业登记中，请核对。"
    if wrong:
        raise InvalidInputError("work", "就业状况有误，请改正标出的项目。", fields=wrong)
    if facts.evidence_document_id is not None:
        parts.get_part(session, household, HouseholdDocument, facts.evidence_document_id)
    return asdict(facts)


def work_of(session: Session, household_id: int) -> list[MemberEmployment]:
    """Return the stretches of all members of a file in sight, newest first."""
    found = (
        sa.select(MemberEmployment)
        .join(HouseholdMember, HouseholdMember.id == MemberEmployment.member_id)
        .where(HouseholdMember.household_id == household_id)
    )
    return list(
        session.scalars(found.order_by(MemberEmployment.from_on.desc(), MemberEmployment.id.desc()))
    )
