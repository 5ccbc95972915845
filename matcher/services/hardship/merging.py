"""Two files of one household become one (合并档案): field by field as a person chose, undoable for a time.

The file that goes stays as a row that points to the kept one; what hangs on it (visits, incomes, cases …) is given
to the kept file, row by row, and rows that a rule of the kept file does not admit stay with the old one. What must
keep saying what it said then (assessments, approvals) is never moved: `merge_rows.STAYS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.approvals import RegisterChangeKind
from matcher.kinds.households import FileState
from matcher.models.file_joins import FileMerge
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, ranking_changes, tasks
from matcher.services.hardship import merge_snapshots, register_changes
from matcher.services.hardship.merge_previews import (
    FORMER_HOLDER,
    MergeField,
    MergePreview,
    Side,
    compare_files,
)
from matcher.services.hardship.merge_rows import repoint
from matcher.services.hardship.people import members_of
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, unique_or
from matcher.services.zero_employment import consequences

UNDO_RULE = "file_merge_undo"
"""How long a merge may be undone: a row of `policy/data/deadlines.csv`."""


@dataclass(frozen=True)
class MergeChoices:
    """What a person chose: side by field of the head, and by person of the file that goes.

    Parameters
    ----------
    head : field → side; fields left out are taken as suggested
    members : id of a person of the file that goes → field → side
    """

    head: Mapping[str, Side] = field(default_factory=dict)
    members: Mapping[int, Mapping[str, Side]] = field(default_factory=dict)


def preview_merge(session: Session, by: Actor, kept_id: int, gone_id: int) -> MergePreview:
    """Return two open files side by side; nothing is changed.

    Raises
    ------
    NotFoundError
        The actor does not see both files whole.
    RuleBrokenError
        It is one file twice, or one of them is not open or under approval.
    """
    require(by, Permission.EDIT_FILES)
    return _compared(session, by, kept_id, gone_id, lock=False)


def _compared(
    session: Session, by: Actor, kept_id: int, gone_id: int, *, lock: bool
) -> MergePreview:
    if kept_id == gone_id:
        raise RuleBrokenError("merge_one_file", "这是同一份档案，不用合并。")
    first, second = sorted((kept_id, gone_id))  # one order of locks, whoever merges
    rows = {one: get_whole(session, by, one, lock=lock) for one in (first, second)}
    kept, gone = rows[kept_id], rows[gone_id]
    for row in (kept, gone):
        if row.state not in (FileState.DRAFT, FileState.ACTIVE):
            raise RuleBrokenError(
                "merge_not_open", "只有填写中或在档的档案可以合并；审批中的请先办完审批。"
            )
    return compare_files(kept, gone, members_of(session, kept_id), members_of(session, gone_id))


def merge_files(
    session: Session,
    by: Actor,
    kept_id: int,
    gone_id: int,
    choices: MergeChoices,
    *,
    reason: str,
    expected_versions: tuple[int, int] | None = None,
) -> FileMerge:
    """Merge one file into another as chosen; `expected_versions` are those of both as the person saw them."""
    require(by, Permission.EDIT_FILES)
    if not reason.strip():
        raise InvalidInputError(
            "merge_reason", "请写明合并的理由。", fields={"reason": "请写明为什么是同一户。"}
        )
    preview = _compared(session, by, kept_id, gone_id, lock=True)
    kept, gone = preview.kept, preview.gone
    if expected_versions is not None:
        expect_version(kept, expected_versions[0])
        expect_version(gone, expected_versions[1])
    in_force = [row for row in (kept, gone) if row.state is FileState.ACTIVE]
    merge = _merged(session, preview, choices)
    merge.reason, merge.merged_by_id = reason.strip(), by.account_id
    session.add(merge)
    audit.record(
        session,
        by,
        "household.merged",
        subject=("household", kept_id),
        gone=gone_id,
        fields=merge.choices,
    )
    note_household(session, kept_id)
    consequences.refresh(session, kept_id, by)
    _tell_register(session, in_force, gone, f"并入 {kept.file_number}")
    session.flush()
    return merge


def _tell_register(
    session: Session, in_force: list[Household], gone: Household, reason: str
) -> None:
    for row in in_force:
        if row is gone:
            register_changes.note_exit(session, gone, kind="合并", on=clock.today(), reason=reason)
        else:
            register_changes.note_change(session, row, RegisterChangeKind.CHANGED)


def _merged(session: Session, preview: MergePreview, choices: MergeChoices) -> FileMerge:
    """Do what was chosen and return the row that says so, without who and why."""
    kept, gone, today = preview.kept, preview.gone, clock.today()
    people = [*preview.only_kept, *(pair.gone for pair in preview.members)]
    people += [pair.kept for pair in preview.members if pair.kept is not None]
    sealed = merge_snapshots.seal(session, (kept, gone), people)
    _close(session, kept, gone, people)
    chosen = {
        "head": _take_head(preview, choices),
        "members": _take_members(preview, choices),
        "pairs": {str(pair.gone.id): pair.kept.id for pair in preview.members if pair.kept},
    }
    return FileMerge(
        kept_id=kept.id,
        gone_id=gone.id,
        choices=chosen,
        moved=_move(session, preview),
        before_cipher=sealed,
        merged_at=clock.now(),
        undo_until_on=get_deadline(UNDO_RULE, kept.region_code, today).after(today),
    )


def _close(
    session: Session, kept: Household, gone: Household, people: list[HouseholdMember]
) -> None:
    gone.state, gone.is_open = FileState.MERGED, False
    gone.closed_on, gone.merged_into_id = clock.today(), kept.id
    for member in people:
        if member.household_id == gone.id:
            member.in_open_file = False
    kept.changed_on = clock.today()
    session.flush()  # who left the one file may stand in the other from here on


def _take_head(preview: MergePreview, choices: MergeChoices) -> dict[str, str]:
    taken = {}
    for compared in preview.head:
        side = choices.head.get(compared.field.name, compared.suggested)
        if compared.differs and side is Side.GONE:
            take(compared.field, preview.kept, preview.gone)
            taken[compared.field.name] = side.value
    return taken


def _take_members(preview: MergePreview, choices: MergeChoices) -> dict[str, dict[str, str]]:
    taken: dict[str, dict[str, str]] = {}
    for pair in preview.members:
        if pair.kept is None:
            continue
        said = choices.members.get(pair.gone.id, {})
        for compared in pair.fields:
            side = said.get(compared.field.name, compared.suggested)
            if compared.differs and side is Side.GONE:
                take(compared.field, pair.kept, pair.gone)
                taken.setdefault(str(pair.gone.id), {})[compared.field.name] = side.value
    return taken


def take(
    one: MergeField, into: Household | HouseholdMember, source: Household | HouseholdMember
) -> None:
    """Give one row the columns of a field of another row."""
    for column in one.columns:
        setattr(into, column, getattr(source, column))


def _move(session: Session, preview: MergePreview) -> dict[str, list[list[int]]]:
    """Give the kept file what hangs on the other; return table.column → [key, row it pointed to]."""
    in_two = RuleBrokenError(
        "member_in_open_file",
        "家庭成员中有人已在一份有效的困难职工档案中，一人不能同时列入两份档案。请联系上级工会核对。",
    )
    with unique_or(session, in_two):
        for pair in preview.members:
            if pair.kept is None:
                pair.gone.household_id, pair.gone.in_open_file = preview.kept.id, True
                if pair.gone.is_holder:
                    pair.gone.is_holder, pair.gone.relation = False, FORMER_HOLDER
    moved = repoint(session, Household, preview.gone.id, preview.kept.id)
    for pair in preview.members:
        if pair.kept is not None:
            for place, rows in repoint(
                session, HouseholdMember, pair.gone.id, pair.kept.id
            ).items():
                moved.setdefault(place, []).extend(rows)
    _move_tasks(session, preview.gone.id, preview.kept.id)
    session.expire_all()
    return moved


def _move_tasks(session: Session, old: int, new: int) -> None:
    """Give the open tasks to the kept file; one that stands there already is dropped here."""
    found = sa.select(Task).where(
        Task.subject_kind == "household", Task.subject_id == old, Task.state == TaskState.OPEN
    )
    for task in session.scalars(found.order_by(Task.id)).all():
        if tasks.find_open_task(session, task.rule, ("household", new)) is None:
            task.subject_id = new
        else:
            tasks.close_task(session, task.id, TaskState.DROPPED)
    session.flush()


def note_household(session: Session, household_id: int) -> None:
    """Tell ranking that the household of its graduates changed."""
    found = sa.select(Graduate.id).where(Graduate.household_id == household_id)
    ranking_changes.note_graduates(session, session.scalars(found.order_by(Graduate.id)).all())
