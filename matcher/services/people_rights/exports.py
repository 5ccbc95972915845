"""Exports of files (档案导出): asked with a purpose, approved by somebody else, watermarked, fetched by the asker.

Who exports gets what they see whole and nothing else; bank cards and illness are on no list. The table is made in
the background, expires after a week, and each fetching is logged; who passes it on names the recipient before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, RuleBrokenError
from matcher.kinds import HardshipTier, JobQueue, TaskState
from matcher.kinds.households import FileState
from matcher.kinds.people_rights import DisclosureBasis, ExportKind, ExportState
from matcher.models.files import StoredFile
from matcher.models.households import Household
from matcher.models.people_rights import ExportRequest
from matcher.services import audit, files, jobs, tasks
from matcher.services.hardship import sight
from matcher.services.people_rights import alarms, disclosures
from matcher.services.people_rights.export_columns import kinds_held
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing

MAKE_JOB = "exports.make"
APPROVE_RULE = "export.approve"
GROUNDS = (DisclosureBasis.LAW, DisclosureBasis.CONTRACT)
"""On what ground a whole list may be passed on; a consent is one person's."""

_PURPOSE_LENGTH = 6
"""Characters: 年终总结 says nothing about why names must leave, 向市总报送年度名册 does."""


@dataclass(frozen=True)
class ExportWish:
    """What somebody wants to export."""

    fields: Sequence[str]
    """Codes of columns; of files those of `ExportField`."""
    purpose: str
    state: FileState | None = None
    tier: HardshipTier | None = None
    union_id: int | None = None
    recipient: str | None = None
    recipient_contact: str | None = None
    basis: DisclosureBasis | None = None


def number_of(export: ExportRequest) -> str:
    """Return the number of a request, as the watermark and the file's name carry it."""
    return f"E{export.id:06d}"


def wanted_files(by: Actor, wish_filter: dict[str, object]) -> sa.Select[Household]:
    """Return the files an export of the actor holds."""
    found = sa.select(Household).where(sight.whole_in_sight(by))
    if wish_filter.get("state"):
        found = found.where(Household.state == FileState(str(wish_filter["state"])))
    if wish_filter.get("tier"):
        found = found.where(Household.tier == HardshipTier(str(wish_filter["tier"])))
    if wish_filter.get("union_id"):
        found = found.where(Household.union_id == wish_filter["union_id"])
    return found


def request_export(session: Session, by: Actor, wish: ExportWish) -> ExportRequest:
    """Ask for an export; it waits for the approval of somebody else and may raise an alarm at once.

    Raises
    ------
    InvalidInputError
        No fields, no purpose, or a recipient without a contact.
    RuleBrokenError
        No file of this kind is in sight.
    """
    require(by, Permission.EXPORT_FILES)
    check_wish(wish)
    asked: dict[str, object] = {
        "state": wish.state.value if wish.state else None,
        "tier": wish.tier.value if wish.tier else None,
        "union_id": wish.union_id,
    }
    n_records = _count(session, by, asked)
    if n_records == 0:
        raise RuleBrokenError("export_empty", "没有符合条件、您又能完整查看的档案，无法申请导出。")
    return enter_request(session, by, new_request(by, wish, asked, n_records))


def enter_request(session: Session, by: Actor, export: ExportRequest) -> ExportRequest:
    """Enter a request that was checked: alarm, task for who approves, trail."""
    require(by, Permission.EXPORT_FILES)
    session.add(export)
    session.flush()
    alarms.raise_alarm(session, export)
    tasks.open_task(
        session,
        union_id=export.union_id,
        rule=APPROVE_RULE,
        subject=("export_request", export.id),
        facts={"records": export.n_records},
    )
    told = {"kind": export.kind, "fields": export.fields, "records": export.n_records}
    _record(session, by, "export.requested", export, **told)
    session.flush()
    return export


def new_request(
    by: Actor, wish: ExportWish, asked: dict[str, object], n_records: int
) -> ExportRequest:
    """Return a request that is not entered yet; the caller has allowed it."""
    require(by, Permission.EXPORT_FILES)
    recipient = (wish.recipient or "").strip() or None
    return ExportRequest(
        union_id=by.union_id,
        role=str(by.role),
        filter=asked,
        fields=[str(field) for field in wish.fields],
        purpose=wish.purpose.strip(),
        recipient=recipient,
        recipient_contact=(wish.recipient_contact or "").strip() or None if recipient else None,
        basis=wish.basis if recipient else None,
        n_records=n_records,
        requested_at=clock.now(),
        requested_by_id=by.account_id,
    )


def check_wish(wish: ExportWish) -> None:
    """Raise InvalidInputError unless columns, purpose and recipient are said."""
    wrong: dict[str, str] = {}
    if not wish.fields:
        wrong["fields"] = "请至少选一列。"
    if len(wish.purpose.strip()) < _PURPOSE_LENGTH:
        wrong["purpose"] = f"请写明导出后做什么用（至少 {_PURPOSE_LENGTH} 个字）。"
    if (wish.recipient or "").strip():
        if not (wish.recipient_contact or "").strip():
            wrong["recipient_contact"] = "要交给别的单位时，请写明接收人的联系方式。"
        if wish.basis not in GROUNDS:
            wrong["basis"] = "要交给别的单位时，请选明依据；批量提供不能以个人同意为依据。"
    if wrong:
        raise InvalidInputError("export_incomplete", "导出申请还没有填完整。", fields=wrong)


def _count(session: Session, by: Actor, asked: dict[str, object]) -> int:
    found = wanted_files(by, asked).with_only_columns(sa.func.count(Household.id))
    return int(session.scalar(found) or 0)


def decide_export(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    is_approved: bool,
    comment: str = "",
    expected_version: int | None = None,
) -> ExportRequest:
    """Approve or refuse an export somebody else asked for; an approved one is made in the background.

    Raises
    ------
    RuleBrokenError
        It is decided, one's own, or refused without a reason.
    """
    require(by, Permission.APPROVE_EXPORTS)
    found = sa.select(ExportRequest).where(
        ExportRequest.public_id == public_id, ExportRequest.union_id.in_(scope_of(by).unions())
    )
    export = first_or_missing(session, found, lock=True)
    expect_version(export, expected_version)
    if export.requested_by_id == by.account_id:
        raise RuleBrokenError("export_own", "不能审批自己提出的导出申请，请由其他审批人办理。")
    if export.state is not ExportState.REQUESTED:
        raise RuleBrokenError("export_decided", "这份导出申请已经处理过了。")
    if not is_approved and not comment.strip():
        raise RuleBrokenError("refusal_needs_reason", "不批准须写明理由。")
    export.state = ExportState.APPROVED if is_approved else ExportState.REFUSED
    export.decided_at, export.decided_by_id = clock.now(), by.account_id
    export.comment = comment.strip() or None
    task = tasks.find_open_task(session, APPROVE_RULE, ("export_request", export.id))
    if task is not None:
        tasks.close_task(session, task.id, TaskState.DONE, by_account_id=by.account_id)
    if is_approved:
        jobs.enqueue(
            session,
            MAKE_JOB,
            {"export_id": export.id},
            queue=JobQueue.BATCH,
            unique_key=f"{MAKE_JOB}:{export.id}",
            union_id=export.union_id,
            created_by_id=by.account_id,
        )
    _record(session, by, "export.approved" if is_approved else "export.refused", export)
    session.flush()
    return export


def _visible(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for the requests an actor sees: the own ones, or all of the scope for approvers."""
    own = ExportRequest.requested_by_id == by.account_id
    if may(by, Permission.APPROVE_EXPORTS):
        return sa.or_(own, ExportRequest.union_id.in_(scope_of(by).unions()))
    require(by, Permission.EXPORT_FILES)
    return own


@dataclass(frozen=True)
class ExportList:
    """A slice of the requests, with how many there are."""

    rows: list[ExportRequest]
    total: int


def list_exports(
    session: Session,
    by: Actor,
    *,
    state: ExportState | None = None,
    kind: ExportKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> ExportList:
    """Return requests for exports, newest first."""
    found = sa.select(ExportRequest).where(_visible(by))
    if state is not None:
        found = found.where(ExportRequest.state == state)
    if kind is not None:
        found = found.where(ExportRequest.kind == kind)
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(ExportRequest.id.desc()).limit(limit).offset(offset)
    return ExportList(list(session.scalars(rows)), total)


def get_export(session: Session, by: Actor, public_id: str) -> ExportRequest:
    """Return a request the actor sees."""
    found = sa.select(ExportRequest).where(ExportRequest.public_id == public_id, _visible(by))
    return first_or_missing(session, found, lock=False)


def download_export(session: Session, by: Actor, public_id: str) -> tuple[StoredFile, bytes]:
    """Return the table to who asked for it, until it expires; logged, and a recipient is noted once.

    Raises
    ------
    NotAllowedError
        Somebody else asked for it.
    RuleBrokenError
        It is not ready, or expired.
    """
    require(by, Permission.EXPORT_FILES)
    found = sa.select(ExportRequest).where(ExportRequest.public_id == public_id, _visible(by))
    export = first_or_missing(session, found, lock=True)
    if export.requested_by_id != by.account_id:
        raise NotAllowedError("export_of_other", "只有申请人本人可以下载。", export=export.id)
    stored = session.get(StoredFile, export.file_id) if export.file_id else None
    is_over = export.expires_at is not None and export.expires_at <= clock.now()
    if export.state is not ExportState.READY or stored is None or is_over:
        raise RuleBrokenError("export_not_there", "文件还没有生成，或者已经过期，请重新申请。")
    content = files.read_content(session, stored)
    export.n_downloads += 1
    if export.recipient and export.n_downloads == 1:
        _note_recipient(session, by, export)
    _record(session, by, "export.downloaded", export, times=export.n_downloads)
    session.flush()
    return stored, content


def _note_recipient(session: Session, by: Actor, export: ExportRequest) -> None:
    held = kinds_held(export.kind, export.fields)
    disclosures.note(
        session,
        by,
        subject=("export_request", export.id),
        union_id=export.union_id,
        passed=disclosures.Passed(
            recipient=export.recipient or "",
            contact=export.recipient_contact or "",
            purpose=export.purpose,
            kinds=held,
            basis=export.basis or DisclosureBasis.LAW,
            n_persons=export.n_records,
        ),
    )


def _record(
    session: Session, by: Actor, action: str, export: ExportRequest, **details: Any
) -> None:
    audit.record(session, by, action, subject=("export_request", export.id), **details)
