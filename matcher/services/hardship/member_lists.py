"""Lists of members of files (成员列表): who they are, masked, what they do, in which file; for finding somebody."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.identity import mask_name
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import WorkStatus
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship.sight import lines_in_sight, whole_in_sight
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True, kw_only=True)
class MemberFilter:
    """What a list of members is narrowed by."""

    words: str = ""
    """First characters of the name: the index serves a beginning."""
    work_status: WorkStatus | None = None
    school_level: SchoolLevel | None = None


@dataclass(frozen=True)
class MemberRow:
    """One line of a list of members."""

    name_masked: str
    relation: str
    phone_masked: str | None
    work_status: WorkStatus
    file_number: str
    public_id: str
    is_whole: bool


@dataclass(frozen=True)
class MemberPage:
    """A slice of members and how many there are in all."""

    rows: list[MemberRow]
    total: int


def list_members(
    session: Session, by: Actor, wanted: MemberFilter, *, limit: int = 50, offset: int = 0
) -> MemberPage:
    """Return the members of open files in sight, by file; three queries however many there are."""
    require(by, Permission.VIEW_FILES)
    kept = [HouseholdMember.in_open_file, lines_in_sight(by), *_narrowed(wanted)]
    joined = sa.join(HouseholdMember, Household, Household.id == HouseholdMember.household_id)
    counted = sa.select(sa.func.count()).select_from(joined).where(*kept)
    picked = sa.select(HouseholdMember.id).select_from(joined).where(*kept)
    picked = picked.order_by(HouseholdMember.household_id, HouseholdMember.id)
    ids = list(session.scalars(picked.limit(limit).offset(offset)))
    is_whole = sa.case((whole_in_sight(by), True), else_=False)
    found = (
        sa.select(HouseholdMember, Household.file_number, Household.public_id, is_whole)
        .select_from(joined)
        .where(HouseholdMember.id.in_(ids))
        .order_by(HouseholdMember.household_id, HouseholdMember.id)
    )
    rows = [
        MemberRow(
            name_masked=mask_name(member.name),
            relation=member.relation,
            phone_masked=member.phone_masked if whole else None,
            work_status=member.work_status,
            file_number=file_number,
            public_id=public_id,
            is_whole=bool(whole),
        )
        for member, file_number, public_id, whole in session.execute(found)
    ]
    return MemberPage(rows, session.scalar(counted) or 0)


_Picked = aliased(HouseholdMember)


def _narrowed(wanted: MemberFilter) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a filter; it picks members first, so that files are looked up for few."""
    kept: list[sa.ColumnElement[bool]] = []
    if wanted.words.strip():
        kept.append(_Picked.name.startswith(wanted.words.strip(), autoescape=True))
    if wanted.work_status is not None:
        kept.append(_Picked.work_status == wanted.work_status)
    if wanted.school_level is not None:
        at_school = sa.select(MemberSchooling.member_id).where(
            MemberSchooling.level == wanted.school_level, MemberSchooling.ended_on.is_(None)
        )
        kept.append(_Picked.id.in_(at_school))
    return [HouseholdMember.id.in_(sa.select(_Picked.id).where(*kept))] if kept else []
