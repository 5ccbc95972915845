"""Households in hardship (困难职工家庭): opening a file, its members; see `household_states` for the rest.

Nobody stands in two open files anywhere in the tree: a unique index on the member row holds it, and
the refusal says so without telling whose file the other one is.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import birth_date, id_number_problem, normalise_id_number, phone_problem
from matcher.kinds import HardshipTier
from matcher.models.households import Household, HouseholdMember
from matcher.services import audit, sealing
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, get_in_scope, not_found, touch, unique_or


@dataclass(frozen=True, kw_only=True)
class MemberInput:
    """What a file says of one member; `relation` is to the holder (与户主关系)."""

    name: str
    relation: str
    is_holder: bool = False
    id_number: str | None = None
    phone: str | None = None
    card: str | None = None
    birth_on: dt.date | None = None
    employment_state: str | None = None


@dataclass(frozen=True, kw_only=True)
class HouseholdInput:
    """The head of a hardship file (困难职工档案)."""

    file_number: str
    tier: HardshipTier = HardshipTier.NONE
    tier_on: dt.date | None = None
    zero_employment_on: dt.date | None = None
    """Since when the household counts as zero-employment (零就业家庭); None if it does not."""
    region_code: str | None = None
    address: str | None = None


def require_editing(by: Actor) -> None:
    """Raise unless the actor may see hardship and edit people."""
    require(by, Permission.VIEW_HARDSHIP)
    require(by, Permission.EDIT_GRADUATES)


def create_household(
    session: Session,
    by: Actor,
    facts: HouseholdInput,
    members: Sequence[MemberInput],
    *,
    union_id: int,
) -> Household:
    """Open the file of a household with its members, one of them the holder.

    Raises
    ------
    InvalidInputError
        Not one holder, a wrong number, or one number twice; fields are named members.0.id_number.
    RuleBrokenError
        The file number is taken, or a member stands in an open file.
    """
    require_editing(by)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    _check_members(members)
    household = Household(
        union_id=union_id,
        file_number=facts.file_number.strip(),
        tier=facts.tier,
        tier_on=facts.tier_on,
        is_zero_employment=facts.zero_employment_on is not None,
        zero_employment_on=facts.zero_employment_on,
        region_code=facts.region_code,
        created_at=clock.now(),
    )
    sealing.seal_address(session, household, facts.address)
    with session.begin_nested():
        with unique_or(session, RuleBrokenError("file_number_taken", "本工会已有这个档案编号。")):
            session.add(household)
        for position, member in enumerate(members):
            _insert_member(session, household, member, position)
    audit.record(
        session,
        by,
        "household.created",
        subject=("household", household.id),
        tier=facts.tier,
        zero_employment=household.is_zero_employment,
        n_members=len(members),
    )
    session.flush()
    return household


def _check_members(members: Sequence[MemberInput]) -> None:
    """Refuse members whose numbers are wrong or equal, and files without exactly one holder."""
    fields: dict[str, str] = {}
    seen: set[str] = set()
    if sum(member.is_holder for member in members) != 1:
        fields["members"] = "请指定一位户主（只能一位）。"
    for position, member in enumerate(members):
        if not member.name.strip():
            fields[f"members.{position}.name"] = "请填写姓名。"
        if member.phone and phone_problem(member.phone):
            fields[f"members.{position}.phone"] = "电话号码不正确。"
        if not member.id_number:
            continue
        number = normalise_id_number(member.id_number)
        if id_number_problem(number, clock.today()):
            fields[f"members.{position}.id_number"] = "身份证号不正确，请核对。"
        elif number in seen:
            fields[f"members.{position}.id_number"] = "与另一位成员的身份证号相同。"
        seen.add(number)
    if fields:
        raise InvalidInputError(
            "household_members", "成员信息有误，请修改标出的项目。", fields=fields
        )


def _insert_member(
    session: Session, household: Household, facts: MemberInput, position: int
) -> HouseholdMember:
    """Write one member; the index answers whether the person stands in an open file."""
    born = birth_date(facts.id_number) if facts.id_number else None
    member = HouseholdMember(
        household_id=household.id,
        name=facts.name.strip(),
        relation=facts.relation,
        is_holder=facts.is_holder,
        birth_on=facts.birth_on or born,
        employment_state=facts.employment_state,
        in_open_file=household.is_open,
    )
    sealing.seal_id_number(session, member, facts.id_number)
    sealing.seal_phone(session, member, facts.phone)
    sealing.seal_card(session, member, facts.card)
    with unique_or(session, in_open_file_error(position)):
        session.add(member)
    return member


def in_open_file_error(position: int | None) -> RuleBrokenError:
    """Say that somebody stands in an open file, and nothing of where."""
    return RuleBrokenError(
        "member_in_open_file",
        "家庭成员中有人已在一份有效的困难职工档案中，一人不能同时列入两份档案。请联系上级工会核对。",
        member=position,
    )


def add_member(
    session: Session,
    by: Actor,
    household_id: int,
    facts: MemberInput,
    *,
    expected_version: int | None = None,
) -> HouseholdMember:
    """Add a member who is not the holder to an open file."""
    require_editing(by)
    household = get_in_scope(session, by, Household, household_id, lock=True)
    expect_version(household, expected_version)
    require_open(household)
    if facts.is_holder:
        raise RuleBrokenError("holder_exists", "这份档案已有户主。")
    _check_members([MemberInput(name="户主", relation="本人", is_holder=True), facts])
    touch(household)
    member = _insert_member(session, household, facts, 0)
    audit.record(
        session, by, "household.member_added", subject=("household", household_id), member=member.id
    )
    session.flush()
    return member


def require_open(household: Household) -> None:
    """Raise if a file is closed."""
    if not household.is_open:
        raise RuleBrokenError("file_closed", "这份档案已关闭，不能再修改。")


def members_of(session: Session, household_id: int) -> list[HouseholdMember]:
    """Return the members of a file by id; for callers that have checked the scope."""
    found = sa.select(HouseholdMember).where(HouseholdMember.household_id == household_id)
    return list(session.scalars(found.order_by(HouseholdMember.id)))


def get_household(session: Session, by: Actor, household_id: int) -> Household:
    """Return a household's file within the scope."""
    require(by, Permission.VIEW_HARDSHIP)
    return get_in_scope(session, by, Household, household_id)


def list_members(session: Session, by: Actor, household_id: int) -> list[HouseholdMember]:
    """Return the members of a file, holder first."""
    get_household(session, by, household_id)
    members = members_of(session, household_id)
    return sorted(members, key=lambda member: (not member.is_holder, member.id))
