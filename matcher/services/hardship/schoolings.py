"""Schooling of members (就学情况): school, major, level, entry and expected graduation."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.kinds.household_facts import SchoolLevel
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import HouseholdMember
from matcher.services.hardship import changes, parts
from matcher.services.permissions import Actor


@dataclass(frozen=True, kw_only=True)
class SchoolingInput:
    """A schooling; without `ended_on` it runs."""

    school: str
    level: SchoolLevel
    region_code: str | None = None
    major: str | None = None
    entered_on: dt.date | None = None
    expected_graduation_on: dt.date | None = None
    ended_on: dt.date | None = None
    fee_fen: int | None = None
    is_regular_admission: bool | None = None
    is_military: bool = False


SCHOOLING_FIELDS = ("member_id", *SchoolingInput.__dataclass_fields__)


def record_schooling(
    session: Session,
    by: Actor,
    household_id: int,
    member_id: int,
    facts: SchoolingInput,
    credit: changes.Credit = changes.NO_CREDIT,
) -> MemberSchooling:
    """Record a schooling of a member."""
    household = parts.open_for_change(session, by, household_id)
    parts.get_member(session, household, member_id)
    row = MemberSchooling(member_id=member_id, **_checked(facts))
    parts.add(session, by, household, row, SCHOOLING_FIELDS, credit)
    return row


def change_schooling(
    session: Session,
    by: Actor,
    household_id: int,
    row_id: int,
    facts: SchoolingInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> MemberSchooling:
    """Correct a schooling, or end it."""
    household = parts.open_for_change(session, by, household_id)
    row = parts.get_part(session, household, MemberSchooling, row_id)
    parts.change(session, by, household, row, _checked(facts), seen=seen)
    return row


def _checked(facts: SchoolingInput) -> dict[str, Any]:
    wrong = {}
    entered, expected = facts.entered_on, facts.expected_graduation_on
    if not facts.school.strip():
        wrong["school"] = "请填写学校。"
    if entered and expected and expected < entered:
        wrong["expected_graduation_on"] = "预计毕业日期不能早于入学日期。"
    if entered and facts.ended_on and facts.ended_on < entered:
        wrong["ended_on"] = "结束日期不能早于入学日期。"
    if facts.fee_fen is not None and facts.fee_fen < 0:
        wrong["fee"] = "学费不能是负数。"
    if facts.level.is_higher and expected is None and facts.ended_on is None:
        wrong["expected_graduation_on"] = "在读大学生请填预计毕业日期，毕业那年要据此建服务名单。"
    if wrong:
        raise InvalidInputError("schooling", "就学情况有误，请改正标出的项目。", fields=wrong)
    return asdict(facts)


def schoolings_of(session: Session, household_id: int) -> list[MemberSchooling]:
    """Return the schoolings of all members of a file in sight, newest first."""
    found = (
        sa.select(MemberSchooling)
        .join(HouseholdMember, HouseholdMember.id == MemberSchooling.member_id)
        .where(HouseholdMember.household_id == household_id)
        .order_by(MemberSchooling.entered_on.desc(), MemberSchooling.id.desc())
    )
    return list(session.scalars(found))
