"""The hardship file (困难职工档案): opening, its head, who owns it, paper brought in step, withdrawing a draft.

There is one way to open a file: `open_file`, which makes a draft. The approval makes it active, the exit closes
it; an imported roster brings files approved elsewhere.
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
from matcher.kinds import Role
from matcher.kinds.household_facts import FileAct
from matcher.kinds.households import FileLevel, FileState, HousingKind
from matcher.models.households import Household
from matcher.services import sealing
from matcher.services.hardship import changes, parts
from matcher.services.hardship.changes import Credit
from matcher.services.hardship.graduate_links import link_graduate, note_graduates_of
from matcher.services.hardship.members import (
    MemberInput,
    check_members,
    insert_member,
)
from matcher.services.hardship.people import in_open_file_error, members_of
from matcher.services.hardship.sight import get_whole, lines_in_sight
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found, unique_or


@dataclass(frozen=True, kw_only=True)
class FileInput:
    """The head of a file; a sealed value of None leaves the one that stands."""

    file_number: str = ""
    """Empty: a draft's number is made up from its place in the register; the register of record gives the real one."""
    level: FileLevel | None = None
    unit_name: str | None = None
    unit_nature: str | None = None
    unit_condition: str | None = None
    industry: str | None = None
    region_code: str | None = None
    hukou_region_code: str | None = None
    address: str | None = None
    postcode: str | None = None
    contact: str | None = None
    housing: HousingKind | None = None
    floor_area_m2: int | None = None
    is_single_parent: bool = False
    has_self_help: bool | None = None
    applied_on: dt.date | None = None

    def plain(self) -> dict[str, Any]:
        """Return the columns that are not sealed."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: v for k, v in found.items() if k not in ("address", "contact")}


HEAD_FIELDS = (
    *(name for name in FileInput.__dataclass_fields__ if name not in ("address", "contact")),
    "address_cipher",
    "contact_cipher",
)
"""Columns of the head as forms and the history read them."""


def open_file(
    session: Session,
    by: Actor,
    facts: FileInput,
    members: Sequence[MemberInput],
    *,
    union_id: int | None = None,
    credit: Credit = changes.NO_CREDIT,
) -> Household:
    """Open the file of a household as a draft, one of its members the holder; a caseworker owns what they open.

    Raises
    ------
    InvalidInputError
        Not one holder, a wrong number, or one number twice; fields are named members.0.id_number.
    RuleBrokenError
        The file number is taken, or a member stands in an open file.
    """
    require(by, Permission.EDIT_FILES)
    union_id = by.union_id if union_id is None else union_id
    if union_id is None or not scope_of(by).admits(session, union_id):
        raise not_found()
    _check_head(facts)
    check_members(members)
    household = Household(
        union_id=union_id,
        state=FileState.DRAFT,
        owner_id=by.account_id if by.role is Role.CASEWORKER else None,
        created_at=clock.now(),
        created_by_id=by.account_id,
        changed_on=clock.today(),
        **facts.plain(),
    )
    _seal_head(session, household, facts)
    with session.begin_nested():
        _insert(session, household)
        for position, member in enumerate(members):
            row = insert_member(session, household, member, position)
            link_graduate(session, by, household, row)
    given = {k: v for k, v in changes.shown(household, HEAD_FIELDS).items() if v}
    said = changes.differences({}, given | {"members": len(members)})
    changes.note(session, by, household, household, FileAct.ADDED, said, credit)
    return household


def _insert(session: Session, household: Household) -> None:
    """Write the head; a draft without a number gets one from its own id."""
    wanted = household.file_number.strip()
    household.file_number = wanted or f"new-{household.union_id}-{clock.now().isoformat()}"
    with unique_or(session, RuleBrokenError("file_number_taken", "本工会已有这个档案编号。")):
        session.add(household)
    if not wanted:
        household.file_number = f"N{clock.today().year}-{household.id:06d}"
        session.flush()


def _check_head(facts: FileInput) -> None:
    if facts.applied_on is not None and facts.applied_on > clock.today():
        said = "申请日期不能晚于今天。"
        raise InvalidInputError("day_in_future", said, fields={"applied_on": said})


def _seal_head(session: Session, household: Household, facts: FileInput) -> None:
    sealing.seal_address(session, household, facts.address)
    household.contact_cipher = _sealed_contact(session, facts.contact)


def _sealed_contact(session: Session, text: str | None) -> bytes | None:
    return ring_of(session).encrypt(text, "household.contact") if text else None


def change_head(
    session: Session,
    by: Actor,
    household_id: int,
    facts: FileInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> Household:
    """Change the head of a file; an address or contact typed anew replaces the one that stands."""
    household = parts.open_for_change(session, by, household_id)
    _check_head(facts)
    values = facts.plain()
    values["file_number"] = facts.file_number.strip() or household.file_number
    if facts.address:
        values["address_cipher"] = ring_of(session).encrypt(facts.address, "household.address")
    if facts.contact:
        values["contact_cipher"] = _sealed_contact(session, facts.contact)
    refusal = RuleBrokenError("file_number_taken", "本工会已有这个档案编号。")
    parts.change(session, by, household, household, values, seen=seen, refusal=refusal)
    return household


def take_up(session: Session, by: Actor, household_id: int) -> Household:
    """Make the actor the owner (负责人) of a file of the own union that nobody owns."""
    require(by, Permission.EDIT_CASES)
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    if household.owner_id == by.account_id:
        return household
    if household.owner_id is not None or not household.is_open:
        raise RuleBrokenError("file_owned", "这份档案已有负责人或已关闭；要接手请走移交。")
    parts.change(session, by, household, household, {"owner_id": by.account_id}, seen=None)
    return household


def mark_paper(session: Session, by: Actor, household_id: int, *, on: dt.date) -> Household:
    """Note that the paper file was brought in step with this one on a day (纸质档案已同步)."""
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    if on > clock.today():
        said = "日期不能晚于今天。"
        raise InvalidInputError("day_in_future", said, fields={"on": said})
    changed_on = household.changed_on
    parts.change(session, by, household, household, {"paper_on": on}, seen=None)
    household.changed_on = changed_on  # what the file says did not change
    session.flush()
    return household


def withdraw_draft(session: Session, by: Actor, household_id: int, *, reason: str) -> Household:
    """Withdraw a draft that was opened by mistake or no longer wanted; its people may stand in another file."""
    household = parts.open_for_change(session, by, household_id)
    if household.state is not FileState.DRAFT:
        raise RuleBrokenError("not_a_draft", "只有填写中的档案可以撤回；在档的走退出。")
    if not reason.strip():
        said = "请写明撤回原因。"
        raise InvalidInputError("withdrawal_needs_reason", said, fields={"reason": said})
    for member in members_of(session, household.id):
        member.in_open_file = False
    session.flush()
    values = {"state": FileState.WITHDRAWN, "is_open": False, "closed_on": clock.today()}
    credit = Credit(reason=reason.strip())
    parts.change(session, by, household, household, values, credit, seen=None)
    note_graduates_of(session, household.id)
    return household


def restore_draft(session: Session, by: Actor, household_id: int) -> Household:
    """Undo the withdrawal of a draft, unless a member stands in another open file by now."""
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    if household.state is not FileState.WITHDRAWN:
        raise RuleBrokenError("not_withdrawn", "只有撤回的档案可以恢复。")
    values = {"state": FileState.DRAFT, "is_open": True, "closed_on": None}
    with unique_or(session, in_open_file_error(None)):
        for member in members_of(session, household.id):
            member.in_open_file = member.left_on is None
    parts.change(session, by, household, household, values, seen=None)
    note_graduates_of(session, household.id)
    return household


def find_file(session: Session, by: Actor, public_id: str) -> Household:
    """Return the file with a public number of which the actor sees at least a line."""
    found = sa.select(Household).where(Household.public_id == public_id, lines_in_sight(by))
    return first_or_missing(session, found, lock=False)
