"""The people of a file (家庭成员) as others read them, and the one answer to who stands in two files."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.households import WorkStatus
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import HouseholdMember


def members_of(session: Session, household_id: int) -> list[HouseholdMember]:
    """Return the members of a file, the holder first; for callers that have it in sight."""
    found = sa.select(HouseholdMember).where(HouseholdMember.household_id == household_id)
    return list(
        session.scalars(found.order_by(HouseholdMember.is_holder.desc(), HouseholdMember.id))
    )


def in_open_file_error(position: int | None) -> RuleBrokenError:
    """Say that somebody stands in an open file, and nothing of where."""
    return RuleBrokenError(
        "member_in_open_file",
        "家庭成员中有人已在一份有效的困难职工档案中，一人不能同时列入两份档案。请联系上级工会核对。",
        member=position,
    )


def follow_work(session: Session, member: HouseholdMember) -> None:
    """Repeat the newest stretch on the member, for lists."""
    found = (
        sa.select(MemberEmployment.status)
        .where(MemberEmployment.member_id == member.id)
        .order_by(MemberEmployment.to_on.is_(None).desc(), MemberEmployment.from_on.desc())
        .limit(1)
    )
    member.work_status = session.scalar(found) or WorkStatus.UNKNOWN
    session.flush()
