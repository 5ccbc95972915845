"""Files made of sheets (统计表文件): asked for on a page, made in the background, fetched by who sees the figures.

A file says of which moment it is: live figures are those known when it was asked for, a filled sheet is what was
frozen. Making reads only and may be done twice; what is kept first stays.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import JobQueue
from matcher.kinds.sheet_exports import SheetFileKind, SheetFileState
from matcher.kinds.sheets import SheetState
from matcher.models.files import StoredFile
from matcher.models.sheet_templates import SheetFile, SheetTemplate
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services import audit, files, jobs
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.reports.sight import find_sheet, get_drive_of_figures, get_unit
from matcher.services.rows import first_or_missing
from matcher.services.sheet_exports.templates import find_template

MAKE_JOB = "sheet_files.make"


@dataclass(frozen=True)
class FileWish:
    """What somebody wants as a file; a filled sheet says itself of which union and drive it is."""

    kind: SheetFileKind
    drive_id: int
    union_id: int
    as_of: dt.date | None = None
    template: str | None = None
    sheet: str | None = None
    """Public ids of a template and of a filled sheet."""


def ask_file(session: Session, by: Actor, wish: FileWish) -> SheetFile:
    """Ask for a file; it is made in the background.

    Raises
    ------
    InvalidInputError
        The template is missing or nothing is bound in it, or the day lies ahead.
    NotFoundError
        Drive, union, sheet or template is not in sight.
    """
    require(by, Permission.VIEW_FIGURES)
    drive = get_drive_of_figures(session, by, wish.drive_id)
    get_unit(session, by, drive, wish.union_id)
    sheet = _wanted_sheet(session, by, wish)
    template = _wanted_template(session, by, wish)
    if wish.as_of is not None and wish.as_of > clock.today():
        raise InvalidInputError(
            "sheet_file_day", "截止日期不能晚于今天。", fields={"as_of": "截止日期不能晚于今天。"}
        )
    file = SheetFile(
        drive_id=drive.id,
        union_id=wish.union_id,
        kind=wish.kind,
        template_id=template.id if template else None,
        sheet_id=sheet.id if sheet else None,
        as_of=None if sheet else wish.as_of,
        role=str(by.role),
        asker_union_id=by.union_id,
        asked_at=clock.now(),
        asked_by_id=by.account_id,
    )
    session.add(file)
    session.flush()
    job = jobs.enqueue(
        session,
        MAKE_JOB,
        {"sheet_file_id": file.id},
        queue=JobQueue.BATCH,
        unique_key=f"{MAKE_JOB}:{file.id}",
        union_id=by.union_id,
        created_by_id=by.account_id,
    )
    file.job_id = job.id
    _record(session, by, "sheet_file.asked", file)
    session.flush()
    return file


def _wanted_sheet(session: Session, by: Actor, wish: FileWish) -> Sheet | None:
    """Return the filled sheet a file is to show; raises if it is a draft or of another union or drive."""
    if wish.sheet is None:
        return None
    sheet = find_sheet(session, by, wish.sheet)
    period = session.get_one(ReportPeriod, sheet.period_id)
    if sheet.state is SheetState.DRAFT:
        raise RuleBrokenError("sheet_not_filled", "这张表还没有填报，先填报再导出。")
    if (period.drive_id, sheet.union_id) != (wish.drive_id, wish.union_id):
        raise RuleBrokenError("sheet_of_other", "这张表不属于所选的活动或工会。")
    return sheet


def _wanted_template(session: Session, by: Actor, wish: FileWish) -> SheetTemplate | None:
    if wish.kind is not SheetFileKind.TEMPLATE:
        return None
    if not wish.template:
        said = "请选一个表样。"
        raise InvalidInputError("sheet_file_template", said, fields={"template": said})
    template = find_template(session, by, wish.template)
    if not template.bindings:
        said = "这个表样还没有绑定单元格，先绑定再导出。"
        raise InvalidInputError("sheet_file_template", said, fields={"template": said})
    return template


def _in_sight(by: Actor) -> sa.ColumnElement[bool]:
    require(by, Permission.VIEW_FIGURES)
    return SheetFile.union_id.in_(scope_of(by).unions())


@dataclass(frozen=True)
class FileList:
    """A slice of the files, with how many there are."""

    rows: list[SheetFile]
    total: int


def list_files(
    session: Session, by: Actor, drive_id: int, *, limit: int = 20, offset: int = 0
) -> FileList:
    """Return the files of a drive the actor may fetch, newest first."""
    found = sa.select(SheetFile).where(_in_sight(by), SheetFile.drive_id == drive_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(SheetFile.id.desc()).limit(limit).offset(offset)
    return FileList(list(session.scalars(rows)), total)


def find_file(session: Session, by: Actor, public_id: str) -> SheetFile:
    """Return a file of a union in the actor's scope."""
    found = sa.select(SheetFile).where(SheetFile.public_id == public_id, _in_sight(by))
    return first_or_missing(session, found, lock=False)


def download_file(session: Session, by: Actor, public_id: str) -> tuple[StoredFile, bytes]:
    """Return a file's content until it expires, and log who fetched it.

    Raises
    ------
    RuleBrokenError
        It is not ready, or expired.
    """
    file = find_file(session, by, public_id)
    stored = session.get(StoredFile, file.file_id) if file.file_id else None
    is_over = file.expires_at is not None and file.expires_at <= clock.now()
    if file.state is not SheetFileState.READY or stored is None or is_over:
        raise RuleBrokenError("sheet_file_not_there", "文件还没有生成，或者已经过期，请重新生成。")
    content = files.read_content(session, stored)
    _record(session, by, "sheet_file.downloaded", file)
    return stored, content


def expire_files(session: Session, now: dt.datetime | None = None) -> int:
    """Mark the files whose content has expired; part of the nightly work. Return how many."""
    moment = now or clock.now()
    done = session.scalars(
        sa.update(SheetFile)
        .where(SheetFile.state == SheetFileState.READY, SheetFile.expires_at <= moment)
        .values(state=SheetFileState.EXPIRED)
        .returning(SheetFile.id),
        execution_options={"synchronize_session": False},
    ).all()
    return len(done)


def _record(session: Session, by: Actor, action: str, file: SheetFile) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("sheet_file", file.id),
        kind=file.kind,
        drive=file.drive_id,
        union=file.union_id,
        digest=file.digest,
    )
