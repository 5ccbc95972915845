"""The former retirement age of a woman's post (原法定退休年龄): asked for where her working age hangs on it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.households import Sex
from matcher.models.households import HouseholdMember
from matcher.models.zero_employment import RetirementClass
from matcher.services import audit
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.zero_employment.consequences import refresh

AGES = (50, 55)


def set_original_age(
    session: Session, by: Actor, household_id: int, member_id: int, age: int, basis: str
) -> RetirementClass:
    """Record whether a woman's post retired at 50 or 55 before 2025, with what shows it; the state is derived anew."""
    require(by, Permission.EDIT_FILES)
    get_whole(session, by, household_id, lock=True)
    member = session.get(HouseholdMember, member_id)
    fields: dict[str, str] = {}
    if member is None or member.household_id != household_id or member.sex is not Sex.FEMALE:
        fields["member_id"] = "请选择这户的一位女性成员。"
    if age not in AGES:
        fields["original_age"] = "请选择 50 或 55 周岁。"
    if not basis.strip():
        fields["basis"] = "请写明依据，例如岗位性质或参保方式。"
    if fields:
        raise InvalidInputError("original_age_input", "原退休年龄有误，请修改。", fields=fields)
    row = session.scalar(sa.select(RetirementClass).where(RetirementClass.member_id == member_id))
    if row is None:
        row = RetirementClass(member_id=member_id)
        session.add(row)
    row.original_age, row.basis = age, basis.strip()
    row.entered_at, row.entered_by_id = clock.now(), by.account_id
    audit.record(
        session,
        by,
        "member.original_age_set",
        subject=("household", household_id),
        member=member_id,
        age=age,
    )
    session.flush()
    refresh(session, household_id, by)
    return row
