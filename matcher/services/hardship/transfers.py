"""Files that move to another union (转移): asked for by the one that keeps it, moved when the other accepts.

Until then nothing changes hands. With the file go its graduates and their cases; owners are cleared, so that the new
union takes the household up; the old one loses sight of it, which the trail shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.approvals import RegisterChangeKind
from matcher.kinds.households import FileState
from matcher.kinds.joins import TransferState
from matcher.models.file_joins import FileTransfer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services import audit, tasks
from matcher.services.hardship import register_changes
from matcher.services.hardship.merging import note_household
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, unique_or

TRANSFER_RULE = "file.transfer_asked"
"""Rule of the task the receiving union gets."""

_MOST_UNIONS = 20


@dataclass(frozen=True)
class TransferLine:
    """A transfer as a list shows it; to the receiving union before it accepts, a number and nobody's name."""

    transfer: FileTransfer
    file_number: str
    from_name: str
    to_name: str
    to_me: bool


def find_unions(session: Session, by: Actor, words: str) -> list[Union]:
    """Return open unions anywhere in the tree by words of their name or their code, by code."""
    require(by, Permission.EDIT_FILES)
    wanted = words.strip()
    if not wanted:
        return []
    found = sa.select(Union).where(
        Union.closed_on.is_(None),
        sa.or_(Union.name.contains(wanted, autoescape=True), Union.code == wanted),
    )
    return list(session.scalars(found.order_by(Union.code, Union.id).limit(_MOST_UNIONS)))


def ask_transfer(
    session: Session,
    by: Actor,
    household_id: int,
    to_union_code: str,
    *,
    reason: str,
    expected_version: int | None = None,
) -> FileTransfer:
    """Ask another union to take a file over.

    Raises
    ------
    InvalidInputError
        No such union, or no reason.
    RuleBrokenError
        The file is under approval or closed, is there already, or is on its way.
    """
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    expect_version(household, expected_version)
    union = _union_by_code(session, to_union_code)
    _check_asked(household, union, reason)
    transfer = FileTransfer(
        household_id=household_id,
        from_union_id=household.union_id,
        to_union_id=union.id,
        state=TransferState.ASKED,
        reason=reason.strip(),
        asked_at=clock.now(),
        asked_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("transfer_asked", "这份档案的转移正在等待接收。")):
        session.add(transfer)
    tasks.open_task(
        session, union_id=union.id, rule=TRANSFER_RULE, subject=("file_transfer", transfer.id)
    )
    audit.record(
        session,
        by,
        "household.transfer_asked",
        subject=("household", household_id),
        to_union=union.id,
    )
    session.flush()
    return transfer


def _check_asked(household: Household, union: Union, reason: str) -> None:
    if household.state not in (FileState.DRAFT, FileState.ACTIVE):
        raise RuleBrokenError(
            "transfer_not_open", "只有填写中或在档的档案可以转移；审批中的请先办完审批。"
        )
    if not reason.strip():
        raise InvalidInputError(
            "transfer_reason", "请写明转移的原因。", fields={"reason": "请写明原因，例如户口迁移。"}
        )
    if union.id == household.union_id:
        raise RuleBrokenError("transfer_same_union", "档案就在这个工会，不用转移。")


def _union_by_code(session: Session, code: str) -> Union:
    found = sa.select(Union).where(Union.code == code.strip(), Union.closed_on.is_(None))
    union = session.scalar(found)
    if union is None:
        raise InvalidInputError(
            "no_such_union",
            "没有这个代码的工会，请从候选中选择。",
            fields={"to_union_code": "没有这个代码的工会，请从候选中选择。"},
        )
    return union


def list_transfers(session: Session, by: Actor, *, open_only: bool = True) -> list[TransferLine]:
    """Return the transfers from and to the actor's part of the tree, newest first."""
    require(by, Permission.VIEW_FILES)
    inside = scope_of(by).unions()
    source, target = aliased(Union), aliased(Union)
    found = (
        sa.select(FileTransfer, Household.file_number, source.name, target.name)
        .join(Household, Household.id == FileTransfer.household_id)
        .join(source, source.id == FileTransfer.from_union_id)
        .join(target, target.id == FileTransfer.to_union_id)
        .where(sa.or_(FileTransfer.from_union_id.in_(inside), FileTransfer.to_union_id.in_(inside)))
        .order_by(FileTransfer.id.desc())
    )
    if open_only:
        found = found.where(FileTransfer.state == TransferState.ASKED)
    mine = set(session.scalars(inside).all())
    return [
        TransferLine(transfer, number, origin, there, transfer.to_union_id in mine)
        for transfer, number, origin, there in session.execute(found)
    ]


def accept_transfer(
    session: Session, by: Actor, public_id: str, *, file_number: str | None = None
) -> Household:
    """Take a file over, under a new number if the old one is taken here.

    Raises
    ------
    RuleBrokenError
        It was decided or withdrawn before, or the number is taken.
    """
    require(by, Permission.EDIT_FILES)
    transfer = _asked_of(session, by, public_id)
    if by.account_id is not None and transfer.asked_by_id == by.account_id:
        raise RuleBrokenError(
            "own_transfer", "自己提出的转移由接收工会的其他人接收，不能自己接收。"
        )
    household = session.get_one(
        Household, transfer.household_id, with_for_update=True, populate_existing=True
    )
    taken = RuleBrokenError(
        "file_number_taken", "本工会已有这个档案编号，请另填一个编号接收。", field="file_number"
    )
    with unique_or(session, taken):
        household.union_id, household.owner_id = transfer.to_union_id, None
        if file_number and file_number.strip():
            household.file_number = file_number.strip()
    _move_people(session, transfer)
    _decide(session, by, transfer, TransferState.ACCEPTED, "")
    audit.record(
        session,
        by,
        "household.transferred",
        subject=("household", household.id),
        from_union=transfer.from_union_id,
        to_union=transfer.to_union_id,
    )
    note_household(session, household.id)
    if household.state is FileState.ACTIVE:
        who = ("file_number", "holder_name", "id_number", "region")
        register_changes.note_change(session, household, RegisterChangeKind.CHANGED, fields=who)
    session.flush()
    return household


def _move_people(session: Session, transfer: FileTransfer) -> None:
    """Give the new union the household's graduates and cases; nobody's task stays behind."""
    quiet = {"synchronize_session": False}
    people = sa.select(Graduate.id).where(Graduate.household_id == transfer.household_id)
    ids: Sequence[int] = session.scalars(people.order_by(Graduate.id)).all()
    old, new = transfer.from_union_id, transfer.to_union_id
    session.execute(
        sa.update(Graduate)
        .where(Graduate.id.in_(ids), Graduate.union_id == old)
        .values(union_id=new),
        execution_options=quiet,
    )
    cases = sa.select(GraduateCase.id).where(GraduateCase.household_id == transfer.household_id)
    case_ids = session.scalars(cases.order_by(GraduateCase.id)).all()
    session.execute(
        sa.update(GraduateCase)
        .where(GraduateCase.id.in_(case_ids))
        .values(union_id=new, owner_id=None),
        execution_options=quiet,
    )
    subjects = sa.or_(
        sa.and_(Task.subject_kind == "household", Task.subject_id == transfer.household_id),
        sa.and_(Task.subject_kind == "graduate", Task.subject_id.in_(ids)),
        sa.and_(Task.subject_kind == "graduate_case", Task.subject_id.in_(case_ids)),
    )
    session.execute(
        sa.update(Task)
        .where(subjects, Task.state == TaskState.OPEN)
        .values(union_id=new, assignee_id=None),
        execution_options=quiet,
    )
    session.expire_all()


def decline_transfer(session: Session, by: Actor, public_id: str, *, answer: str) -> FileTransfer:
    """Send a file back where it is, with the reason."""
    require(by, Permission.EDIT_FILES)
    transfer = _asked_of(session, by, public_id)
    if not answer.strip():
        raise InvalidInputError(
            "decline_reason", "退回须写明原因。", fields={"answer": "请写明退回的原因。"}
        )
    return _decide(session, by, transfer, TransferState.DECLINED, answer.strip())


def withdraw_transfer(session: Session, by: Actor, public_id: str) -> FileTransfer:
    """Take the question back while nobody answered it."""
    require(by, Permission.EDIT_FILES)
    own = scope_of(by).unions()
    found = sa.select(FileTransfer).where(
        FileTransfer.public_id == public_id, FileTransfer.from_union_id.in_(own)
    )
    transfer = first_or_missing(session, found, lock=True)
    _require_asked(transfer)
    return _decide(session, by, transfer, TransferState.WITHDRAWN, "")


def _asked_of(session: Session, by: Actor, public_id: str) -> FileTransfer:
    """Return a transfer that waits for the actor's part of the tree, locked."""
    found = sa.select(FileTransfer).where(
        FileTransfer.public_id == public_id, FileTransfer.to_union_id.in_(scope_of(by).unions())
    )
    transfer = first_or_missing(session, found, lock=True)
    _require_asked(transfer)
    return transfer


def _require_asked(transfer: FileTransfer) -> None:
    if transfer.state is not TransferState.ASKED:
        raise RuleBrokenError("transfer_decided", "这次转移已经办结，请刷新查看。")


def _decide(
    session: Session, by: Actor, transfer: FileTransfer, state: TransferState, answer: str
) -> FileTransfer:
    transfer.state, transfer.answer = state, answer or None
    transfer.decided_at, transfer.decided_by_id = clock.now(), by.account_id
    tasks.drop_task(session, TRANSFER_RULE, ("file_transfer", transfer.id))
    audit.record(
        session,
        by,
        f"household.transfer_{state.value}",
        subject=("household", transfer.household_id),
        transfer=transfer.id,
    )
    session.flush()
    return transfer
