"""The parts of a file (档案各项): adding, changing, removing a row, and undoing a removal; all in one manner.

Incomes, expenses, work, schooling, visits and papers are rows of tables of their own. Their modules check what
is true of each kind; this one holds what is true of all: the file is seen whole, open, and not on its way
through the approval (visits and papers may still be added then), and every change is noted.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.household_facts import FileAct
from matcher.kinds.households import FileState
from matcher.models.household_facts import (
    HomeVisit,
    HouseholdChange,
    HouseholdDocument,
    HouseholdExpense,
    HouseholdIncome,
)
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship import changes
from matcher.services.hardship.changes import NO_CREDIT, Credit
from matcher.services.hardship.people import follow_work
from matcher.services.hardship.sight import get_whole
from matcher.services.hardship.states import require_open
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, not_found, unique_or
from matcher.services.zero_employment.consequences import refresh

PartRow = TypeVar("PartRow", bound=Base)

PARTS: dict[str, type[Base]] = {
    model.__tablename__: model
    for model in (
        HouseholdIncome,
        HouseholdExpense,
        HouseholdDocument,
        HomeVisit,
        MemberEmployment,
        MemberSchooling,
    )
}
"""Parts whose rows can be removed and put back, by table."""

_DURING_APPROVAL = (HomeVisit, HouseholdDocument)


def open_for_change(
    session: Session, by: Actor, household_id: int, *, during_approval: bool = False
) -> Household:
    """Return a file the actor may change now, locked.

    Raises
    ------
    RuleBrokenError
        The file is closed, or on its way through the approval.
    """
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    require_open(household)
    if household.state is FileState.IN_APPROVAL and not during_approval:
        raise RuleBrokenError(
            "file_in_approval", "这份档案正在审批，内容不能改；要改请审批人先退回补正。"
        )
    return household


def get_member(session: Session, household: Household, member_id: int) -> HouseholdMember:
    """Return a member of a file; one of another file answers like a missing one."""
    member = session.get(HouseholdMember, member_id)
    if member is None or member.household_id != household.id:
        raise not_found()
    return member


def add(
    session: Session,
    by: Actor,
    household: Household,
    row: Base,
    fields: tuple[str, ...],
    credit: Credit = NO_CREDIT,
    *,
    refusal: RuleBrokenError | None = None,
) -> None:
    """Write a new row of an opened file and note it."""
    row.entered_at, row.entered_by_id = clock.now(), by.account_id  # type: ignore[attr-defined] # parts have both
    with unique_or(session, refusal or _twice()):
        session.add(row)
    given = {name: value for name, value in changes.shown(row, fields).items() if value is not None}
    changes.note(session, by, household, row, FileAct.ADDED, changes.differences({}, given), credit)


def change(
    session: Session,
    by: Actor,
    household: Household,
    row: Base,
    values: Mapping[str, Any],
    credit: Credit = NO_CREDIT,
    *,
    seen: Mapping[str, str] | None,
    refusal: RuleBrokenError | None = None,
) -> bool:
    """Set columns of a row and note what changed; say whether anything did.

    A sealed column is only among the values if it was typed anew.
    """
    fields = _fields_of(row, values)
    columns = [column.key for column in sa.inspect(type(row)).columns]
    changes.require_seen(row, columns, seen)
    before, stood = changes.shown(row, fields), changes.marks(row, fields)
    with unique_or(session, refusal or _twice()):
        for name, value in values.items():
            setattr(row, name, value)
    after, stands = changes.shown(row, fields), changes.marks(row, fields)
    changed = [
        {"field": name, "before": before[name], "after": after[name]}
        for name in fields
        if stood[name] != stands[name]
    ]
    if changed:
        changes.note(session, by, household, row, FileAct.CHANGED, changed, credit)
    return bool(changed)


def _fields_of(row: Base, values: Mapping[str, Any]) -> list[str]:
    """Return the columns to compare: hashes and masks of a sealed value are not fields of their own."""
    sealed = {name.removesuffix("_cipher") for name in values if name.endswith("_cipher")}
    spare = {f"{name}_{kind}" for name in sealed for kind in ("index", "masked")}
    return [name for name in values if name not in spare]


def remove(
    session: Session,
    by: Actor,
    household_id: int,
    model: type[PartRow],
    row_id: int,
    *,
    reason: str,
) -> HouseholdChange:
    """Remove a row that was entered by mistake; it stays sealed in the history and can be put back."""
    household = open_for_change(
        session, by, household_id, during_approval=model in _DURING_APPROVAL
    )
    row = get_part(session, household, model, row_id)
    if not reason.strip():
        said = "请写明移除原因。"
        raise InvalidInputError("removal_needs_reason", said, fields={"reason": said})
    gone = changes.shown(row, _readable(row))
    fields = [
        {"field": name, "before": value, "after": None} for name, value in gone.items() if value
    ]
    credit = Credit(reason=reason.strip())
    kept = changes.keep_row(session, row)
    noted = changes.note(session, by, household, row, FileAct.REMOVED, fields, credit, kept=kept)
    session.delete(row)
    session.flush()
    _follow(session, row)
    refresh(session, household.id, by)
    return noted


def put_back(session: Session, by: Actor, household_id: int, change_id: int) -> Base:
    """Undo a removal: the row comes back as it was, unless something stands in its place."""
    household = open_for_change(session, by, household_id, during_approval=True)
    found = sa.select(HouseholdChange).where(
        HouseholdChange.id == change_id, HouseholdChange.household_id == household.id
    )
    removal = first_or_missing(session, found, lock=False)
    model = PARTS.get(removal.part)
    if model is None or removal.act is not FileAct.REMOVED or removal.row_cipher is None:
        raise RuleBrokenError("nothing_to_put_back", "这一条变更不能恢复。")
    if household.state is FileState.IN_APPROVAL and model not in _DURING_APPROVAL:
        open_for_change(session, by, household_id)
    taken = RuleBrokenError("put_back_taken", "已经恢复过，或已另有同样的记录。")
    if session.get(model, removal.part_id) is not None:
        raise taken
    row = model(**changes.kept_row(session, removal))
    with unique_or(session, taken):
        session.add(row)
    session.refresh(row)  # closed lists are read back as their members
    _follow(session, row)
    changes.note(session, by, household, row, FileAct.RESTORED, removal.fields)
    refresh(session, household.id, by)
    return row


def _follow(session: Session, row: Base) -> None:
    """Repeat the newest stretch of work on its member after one went or came back."""
    if isinstance(row, MemberEmployment):
        follow_work(session, session.get_one(HouseholdMember, row.member_id))


def get_part(session: Session, household: Household, model: type[PartRow], row_id: int) -> PartRow:
    """Return a row of a file; one of another file answers like a missing one."""
    row = session.get(model, row_id)
    if row is None or household_id_of(session, row) != household.id:
        raise not_found()
    return row


def household_id_of(session: Session, row: Base) -> int:
    """Return the file a row belongs to, directly or through its member."""
    direct = getattr(row, "household_id", None)
    if direct is not None:
        return int(direct)
    member = session.get_one(HouseholdMember, row.member_id)  # type: ignore[attr-defined] # has one
    return member.household_id


def _readable(row: Base) -> list[str]:
    """Return the columns of a row that say something to people."""
    mute = {"id", "public_id", "household_id", "entered_at", "entered_by_id"}
    return [column.key for column in sa.inspect(type(row)).columns if column.key not in mute]


def _twice() -> RuleBrokenError:
    return RuleBrokenError("part_twice", "已有同样的一条记录，请修改那一条。")
