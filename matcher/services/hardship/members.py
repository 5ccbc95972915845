"""Members of a household (家庭成员): entering, correcting, leaving, and who holds the file (建档职工).

Nobody stands in two open files anywhere in the tree: a unique index on the member row holds it, and the refusal
says so without telling whose file the other one is. A member who died, married or moved out leaves with a day and
a reason; the record stays, the person may stand in another file.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import birth_date, id_number_problem, normalise_id_number, phone_problem
from matcher.kinds.household_facts import FileAct, PoliticalStatus
from matcher.kinds.households import HealthState, HukouKind, MaritalStatus, Sex
from matcher.models.households import Household, HouseholdMember
from matcher.services import sealing
from matcher.services.hardship import changes, parts
from matcher.services.hardship.graduate_links import link_graduate, unlink_graduate
from matcher.services.hardship.people import in_open_file_error, members_of
from matcher.services.permissions import Actor
from matcher.services.rows import unique_or
from matcher.services.zero_employment.consequences import refresh

_SEALED = ("id_number", "phone", "card", "illness")
_WOMAN = 2
"""The 17th digit of an identity number is even for women."""


@dataclass(frozen=True, kw_only=True)
class MemberInput:
    """What a file says of one member; a sealed value of None leaves the one that stands."""

    name: str
    relation: str
    is_holder: bool = False
    id_number: str | None = None
    phone: str | None = None
    card: str | None = None
    illness: str | None = None
    bank_name: str | None = None
    birth_on: dt.date | None = None
    sex: Sex | None = None
    ethnicity: str | None = None
    politics: PoliticalStatus | None = None
    marital: MaritalStatus | None = None
    hukou: HukouKind | None = None
    health: HealthState | None = None
    medical_insurance: str | None = None
    model_worker: str | None = None
    education: str | None = None
    work_since_on: dt.date | None = None
    employment_state: str | None = None
    is_migrant_worker: bool = False
    is_living_together: bool = True
    clears: frozenset[str] = frozenset()
    """Sealed values to clear: phone, card, illness."""

    def plain(self) -> dict[str, Any]:
        """Return the columns that are not sealed, but for who holds the file."""
        skipped = {*_SEALED, "clears", "is_holder"}
        found = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in skipped}
        return found | {"name": self.name.strip()}


READ_FIELDS = (
    *(name for name in MemberInput.__dataclass_fields__ if name not in (*_SEALED, "clears")),
    *(f"{name}_cipher" for name in _SEALED),
)
"""Columns of a member as forms and the history read them."""


def check_members(members: Sequence[MemberInput]) -> None:
    """Refuse members whose numbers are wrong or equal, and files without exactly one holder.

    Raises
    ------
    InvalidInputError
        Fields are named members.0.id_number.
    """
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    if sum(member.is_holder for member in members) != 1:
        wrong["members"] = "请指定一位户主（只能一位）。"
    for position, member in enumerate(members):
        for field, why in _problems(member).items():
            wrong[f"members.{position}.{field}"] = why
        number = normalise_id_number(member.id_number) if member.id_number else None
        if number in seen:
            wrong[f"members.{position}.id_number"] = "与另一位成员的身份证号相同。"
        if number:
            seen.add(number)
    if wrong:
        raise InvalidInputError(
            "household_members", "成员信息有误，请修改标出的项目。", fields=wrong
        )


def _problems(member: MemberInput) -> dict[str, str]:
    """Return what is wrong with one member, by field."""
    wrong = {}
    if not member.name.strip():
        wrong["name"] = "请填写姓名。"
    if member.phone and phone_problem(member.phone):
        wrong["phone"] = "电话号码不正确。"
    if member.id_number and id_number_problem(member.id_number, clock.today()):
        wrong["id_number"] = "身份证号不正确，请核对。"
    if member.birth_on and member.birth_on > clock.today():
        wrong["birth_on"] = "出生日期不能晚于今天。"
    return wrong


def insert_member(
    session: Session, household: Household, facts: MemberInput, position: int | None
) -> HouseholdMember:
    """Write one member; the index answers whether the person stands in an open file."""
    member = HouseholdMember(
        household_id=household.id,
        is_holder=facts.is_holder,
        in_open_file=household.is_open,
        **facts.plain(),
    )
    _read_number(member, facts.id_number)
    sealing.seal_id_number(session, member, facts.id_number)
    sealing.seal_phone(session, member, facts.phone)
    sealing.seal_card(session, member, facts.card)
    member.illness_cipher = seal_illness(session, facts.illness)
    with unique_or(session, in_open_file_error(position)):
        session.add(member)
    return member


def _read_number(member: HouseholdMember, number: str | None) -> None:
    """Take birth and sex out of an identity number where they are not stated."""
    if not number:
        return
    member.birth_on = member.birth_on or birth_date(number)
    even = int(normalise_id_number(number)[16]) % _WOMAN == 0
    member.sex = member.sex or (Sex.FEMALE if even else Sex.MALE)


def seal_illness(session: Session, text: str | None) -> bytes | None:
    """Close words about illness (疾病、残疾)."""
    return ring_of(session).encrypt(text, "household_member.illness") if text else None


def add_member(
    session: Session, by: Actor, household_id: int, facts: MemberInput
) -> HouseholdMember:
    """Add a member who is not the holder to an open file."""
    household = parts.open_for_change(session, by, household_id)
    if facts.is_holder:
        raise RuleBrokenError("holder_exists", "这份档案已有户主。")
    _check_one(facts)
    member = insert_member(session, household, facts, 0)
    link_graduate(session, by, household, member)
    given = {k: v for k, v in changes.shown(member, READ_FIELDS).items() if v is not None}
    changes.note(session, by, household, member, FileAct.ADDED, changes.differences({}, given))
    refresh(session, household.id, by)
    return member


def _check_one(facts: MemberInput) -> None:
    wrong = _problems(facts)
    if wrong:
        raise InvalidInputError(
            "household_member", "成员信息有误，请修改标出的项目。", fields=wrong
        )


def change_member(
    session: Session,
    by: Actor,
    household_id: int,
    member_id: int,
    facts: MemberInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> HouseholdMember:
    """Correct what stands of a member; a number typed anew replaces the one that stands."""
    household = parts.open_for_change(session, by, household_id)
    member = parts.get_member(session, household, member_id)
    _check_one(facts)
    values = facts.plain() | _sealed_anew(session, facts)
    if facts.id_number:
        values["birth_on"] = facts.birth_on or birth_date(facts.id_number)
    refusal = in_open_file_error(None)
    parts.change(session, by, household, member, values, seen=seen, refusal=refusal)
    link_graduate(session, by, household, member)
    refresh(session, household.id, by)
    return member


def _sealed_anew(session: Session, facts: MemberInput) -> dict[str, Any]:
    """Return the sealed columns that were typed anew or are to be cleared."""
    scratch = HouseholdMember()
    sealing.seal_id_number(session, scratch, facts.id_number)
    sealing.seal_phone(session, scratch, facts.phone)
    sealing.seal_card(session, scratch, facts.card)
    scratch.illness_cipher = seal_illness(session, facts.illness)
    typed = {name for name in _SEALED if getattr(facts, name)}
    columns = sa.inspect(HouseholdMember).columns.keys()
    return {
        column: getattr(scratch, column)
        for name in typed | (facts.clears - {"id_number"})
        for column in (f"{name}_cipher", f"{name}_index", f"{name}_masked")
        if column in columns
    }


def make_holder(session: Session, by: Actor, household_id: int, member_id: int) -> HouseholdMember:
    """Let another member hold the file; relations to the holder are corrected by hand afterwards."""
    household = parts.open_for_change(session, by, household_id)
    member = parts.get_member(session, household, member_id)
    if member.left_on is not None:
        raise RuleBrokenError("member_left", "这位成员已不在本户，不能作户主。")
    for other in members_of(session, household.id):
        if other.is_holder != (other.id == member.id):
            parts.change(
                session, by, household, other, {"is_holder": other.id == member.id}, seen=None
            )
    return member


def leave(
    session: Session, by: Actor, household_id: int, member_id: int, *, on: dt.date, reason: str
) -> HouseholdMember:
    """Note that a member belongs to the household no longer (去世、婚嫁、迁出); may stand in another file then."""
    household = parts.open_for_change(session, by, household_id)
    member = parts.get_member(session, household, member_id)
    wrong = {}
    if on > clock.today():
        wrong["on"] = "日期不能晚于今天。"
    if not reason.strip():
        wrong["reason"] = "请写明离户原因。"
    if wrong:
        raise InvalidInputError("member_leaves", "请改正标出的项目。", fields=wrong)
    if member.is_holder:
        raise RuleBrokenError("holder_leaves", "户主不能离户，请先换一位户主。")
    values = {"in_open_file": False, "left_on": on, "left_reason": reason.strip()}
    parts.change(session, by, household, member, values, seen=None)
    unlink_graduate(session, by, household, member)
    refresh(session, household.id, by, on)
    return member


def return_member(
    session: Session, by: Actor, household_id: int, member_id: int
) -> HouseholdMember:
    """Undo a leaving, unless the person stands in another open file by now."""
    household = parts.open_for_change(session, by, household_id)
    member = parts.get_member(session, household, member_id)
    values = {"in_open_file": True, "left_on": None, "left_reason": None}
    refusal = in_open_file_error(None)
    parts.change(session, by, household, member, values, seen=None, refusal=refusal)
    link_graduate(session, by, household, member)
    refresh(session, household.id, by)
    return member
