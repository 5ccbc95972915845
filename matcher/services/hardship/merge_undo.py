"""Taking a merge back (撤销合并) within its time: what was chosen goes back, what changed since stays.

A field that somebody changed after the merge keeps its new value and is named in the answer; rows entered since
belong to the kept file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base
from matcher.errors import RuleBrokenError
from matcher.kinds.approvals import RegisterChangeKind
from matcher.kinds.households import FileState
from matcher.models.accounts import Account
from matcher.models.file_joins import FileMerge
from matcher.models.households import Household, HouseholdMember
from matcher.services import audit
from matcher.services.hardship import merge_snapshots, register_changes
from matcher.services.hardship.merge_previews import (
    FORMER_HOLDER,
    HEAD_FIELDS,
    MEMBER_FIELDS,
    MergeField,
)
from matcher.services.hardship.merging import note_household
from matcher.services.hardship.sight import get_whole, whole_in_sight
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or
from matcher.services.zero_employment import consequences


@dataclass(frozen=True)
class MergeLine:
    """A merge as a list shows it."""

    merge: FileMerge
    gone_number: str
    merged_by: str | None
    may_be_undone: bool


def list_merges(session: Session, by: Actor, household_id: int) -> list[MergeLine]:
    """Return the merges into a file, newest first."""
    require(by, Permission.VIEW_FILES)
    get_whole(session, by, household_id)
    found = (
        sa.select(FileMerge, Household.file_number, Account.display_name)
        .join(Household, Household.id == FileMerge.gone_id)
        .outerjoin(Account, Account.id == FileMerge.merged_by_id)
        .where(FileMerge.kept_id == household_id)
        .order_by(FileMerge.id.desc())
    )
    today = clock.today()
    return [
        MergeLine(merge, number, name, merge.undone_at is None and today <= merge.undo_until_on)
        for merge, number, name in session.execute(found)
    ]


def undo_merge(session: Session, by: Actor, public_id: str) -> tuple[FileMerge, list[str]]:
    """Take a merge back; return it with the names of the fields that keep a newer value.

    Raises
    ------
    RuleBrokenError
        It was taken back before, its time is over, the kept file is not open, or somebody of the file that
        went stands in another open file by now.
    """
    require(by, Permission.EDIT_FILES)
    kept_sight = sa.select(Household.id).where(whole_in_sight(by))
    found = sa.select(FileMerge).where(
        FileMerge.public_id == public_id, FileMerge.kept_id.in_(kept_sight)
    )
    merge = first_or_missing(session, found, lock=True)
    kept = get_whole(session, by, merge.kept_id, lock=True)
    gone = session.get_one(Household, merge.gone_id, with_for_update=True, populate_existing=True)
    _require_undoable(merge, kept)
    heads, members = merge_snapshots.unseal(session, merge.before_cipher)
    newer = _give_back(HEAD_FIELDS, kept, gone, heads[kept.id], set(merge.choices["head"]))
    newer += _members_back(session, merge, members)
    _rows_back(session, merge)
    _reopen(session, gone, heads[gone.id], members)
    session.flush()
    session.expire_all()  # columns put back from the text are read as their kinds again
    merge.undone_at, merge.undone_by_id = clock.now(), by.account_id
    audit.record(
        session,
        by,
        "household.merge_undone",
        subject=("household", kept.id),
        gone=gone.id,
        kept_fields=newer,
    )
    for household_id in (kept.id, gone.id):
        note_household(session, household_id)
        consequences.refresh(session, household_id, by)
    for row, kind in ((kept, RegisterChangeKind.CHANGED), (gone, RegisterChangeKind.NEW_FILE)):
        if row.state is FileState.ACTIVE:
            register_changes.note_change(session, row, kind)
    session.flush()
    return merge, newer


def _require_undoable(merge: FileMerge, kept: Household) -> None:
    if merge.undone_at is not None:
        raise RuleBrokenError("merge_undone", "这次合并已经撤销过了。")
    if clock.today() > merge.undo_until_on:
        raise RuleBrokenError("merge_final", "已过可以撤销的期限，请新建档案并把成员转过去。")
    if not kept.is_open:
        raise RuleBrokenError("file_closed", "这份档案已关闭，不能再修改。")


def _give_back(
    fields: Sequence[MergeField],
    row: Household | HouseholdMember,
    source: Household | HouseholdMember,
    before: dict[str, Any],
    taken: set[str],
) -> list[str]:
    """Give a row what it had before, where it still has what the merge gave it; name the others."""
    newer = []
    for one in fields:
        if one.name not in taken:
            continue
        if getattr(row, one.compared) != getattr(source, one.compared):
            newer.append(one.name)
            continue
        for column in one.columns:
            setattr(row, column, before[column])
    return newer


def _members_back(session: Session, merge: FileMerge, members: dict[int, Any]) -> list[str]:
    newer = []
    rows = {
        row.id: row
        for row in session.scalars(
            sa.select(HouseholdMember).where(HouseholdMember.id.in_(members)).with_for_update()
        )
    }
    for gone_id, taken in merge.choices["members"].items():
        gone = rows.get(int(gone_id))
        kept = rows.get(merge.choices["pairs"].get(gone_id, 0))
        if gone is not None and kept is not None:
            newer += _give_back(MEMBER_FIELDS, kept, gone, members[kept.id], set(taken))
    session.flush()
    for row in rows.values():
        before = members[row.id]
        if before["household_id"] == merge.gone_id and row.household_id == merge.kept_id:
            if before["is_holder"] and row.relation == FORMER_HOLDER:
                row.relation = before["relation"]
            row.household_id, row.is_holder = merge.gone_id, before["is_holder"]
    session.flush()
    return newer


def _rows_back(session: Session, merge: FileMerge) -> None:
    """Give back every row that still points to where the merge pointed it."""
    pairs = {int(gone): kept for gone, kept in merge.choices["pairs"].items()}
    for place, rows in merge.moved.items():
        table_name, column_name = place.split(".")
        table = Base.metadata.tables[table_name]
        key = next(iter(table.primary_key))
        for number, old in rows:
            new = pairs.get(old, merge.kept_id)
            column = table.columns[column_name]
            session.execute(
                sa.update(table).where(key == number, column == new).values({column_name: old})
            )
    session.expire_all()


def _reopen(
    session: Session, gone: Household, before: dict[str, Any], members: dict[int, Any]
) -> None:
    refusal = RuleBrokenError(
        "member_in_open_file",
        "家庭成员中有人已在一份有效的困难职工档案中，一人不能同时列入两份档案。请联系上级工会核对。",
    )
    with unique_or(session, refusal):
        for column in ("state", "is_open", "closed_on", "merged_into_id"):
            setattr(gone, column, before[column])
        own = sa.select(HouseholdMember).where(HouseholdMember.household_id == gone.id)
        for member in session.scalars(own.order_by(HouseholdMember.id)):
            member.in_open_file = members[member.id]["in_open_file"]
