"""The file store (文件库): encrypted, content-addressed, expiring; every reading is logged.

A file is written before the row that names it commits, under the hash of its plain content; the same
content is kept once. A row that never commits leaves a file nobody names: `sweep_files` removes
those, and only those older than a day, so that a file being named right now is never taken.
"""

import datetime as dt
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of, settings_of
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds.labelled import Labelled
from matcher.models.files import StoredFile
from matcher.services import audit
from matcher.services.permissions import SYSTEM, Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing, not_found

MOST_BYTES = 64 * 1024 * 1024
"""A table of 50,000 rows and 15 columns is about 10 MB; more is not a roster."""

_UNNAMED_KEPT = dt.timedelta(days=1)
"""Longer than any transaction lasts."""


class FilePurpose(Labelled):
    """What a file is for; it decides who may write and read it, and how long it is kept."""

    UPLOAD = "upload", "导入的原始表格"
    REFUSED_ROWS = "refused_rows", "拒收行清单"
    EXPORT = "export", "导出的名单"
    LICENCE = "licence", "单位资质材料"
    HOUSEHOLD_PAPER = "household_paper", "家庭档案材料"
    CASE_EXPORT = "case_export", "经批准导出的档案"
    SIGNED_PAPER = "signed_paper", "本人签字的材料"
    PLACEMENT_PAPER = "placement_paper", "就业证明材料"
    OWN_RESUME = "own_resume", "本人的简历"
    SHEET_TEMPLATE = "sheet_template", "上级下发的表样"
    SHEET_FILE = "sheet_file", "统计表文件"
    FAIR_PAPER = "fair_paper", "招聘会参会材料"
    FAIR_PRINT = "fair_print", "招聘会印刷件"


@dataclass(frozen=True)
class _Access:
    permission: Permission
    keep_days: int | None
    is_handed_out: bool = False
    """Only by a use case of its own, which asks who fetches it."""


_ACCESS = {
    FilePurpose.UPLOAD: _Access(Permission.IMPORT_ROWS, 30),
    FilePurpose.REFUSED_ROWS: _Access(Permission.IMPORT_ROWS, 30),
    FilePurpose.EXPORT: _Access(Permission.EXPORT_LIST, 7),
    FilePurpose.LICENCE: _Access(Permission.VERIFY_EMPLOYER, None),
    FilePurpose.HOUSEHOLD_PAPER: _Access(Permission.EDIT_FILES, None, is_handed_out=True),
    FilePurpose.CASE_EXPORT: _Access(Permission.EXPORT_FILES, 7, is_handed_out=True),
    FilePurpose.SIGNED_PAPER: _Access(Permission.EDIT_CASES, None, is_handed_out=True),
    FilePurpose.PLACEMENT_PAPER: _Access(Permission.RECORD_PLACEMENTS, None, is_handed_out=True),
    FilePurpose.OWN_RESUME: _Access(Permission.EDIT_OWN_PROFILE, None, is_handed_out=True),
    FilePurpose.SHEET_TEMPLATE: _Access(Permission.FILL_SHEETS, None, is_handed_out=True),
    FilePurpose.SHEET_FILE: _Access(Permission.VIEW_FIGURES, 30, is_handed_out=True),
    FilePurpose.FAIR_PAPER: _Access(Permission.TAKE_PART_IN_FAIRS, None, is_handed_out=True),
    FilePurpose.FAIR_PRINT: _Access(Permission.MANAGE_FAIRS, 30, is_handed_out=True),
}
"""Tables hold people's numbers and are only needed until their batch is settled; papers of an
employer or a household stay while it is kept."""


def put_file(
    session: Session,
    by: Actor,
    content: bytes,
    *,
    purpose: FilePurpose,
    file_name: str,
    media_type: str,
    union_id: int | None = None,
) -> StoredFile:
    """Store a file for a union (the actor's own if None), encrypted; it expires by its purpose.

    Parameters
    ----------
    file_name : shown at download; without folders, names of people or hardship words
    """
    require(by, _ACCESS[purpose].permission)
    union_id = by.union_id if union_id is None else union_id
    if union_id is None or not scope_of(by).admits(session, union_id):
        raise not_found()
    if len(content) > MOST_BYTES:
        raise InvalidInputError("file_too_large", "文件超过 64 MB，请拆分后再传。", fields={})
    sha256 = hashlib.sha256(content).hexdigest()
    _write(session, sha256, content)
    days = _ACCESS[purpose].keep_days
    stored = StoredFile(
        sha256=sha256,
        size_bytes=len(content),
        media_type=media_type,
        file_name=file_name.replace("\\", "/").rsplit("/", 1)[-1] or "file",
        purpose=purpose.value,
        union_id=union_id,
        created_by_id=by.account_id,
        created_at=clock.now(),
        expires_at=None if days is None else clock.now() + dt.timedelta(days=days),
    )
    session.add(stored)
    session.flush()
    audit.record(
        session, by, "file.stored", subject=("file", stored.id), purpose=purpose, sha256=sha256
    )
    return stored


def _path(session: Session, sha256: str) -> Path:
    return settings_of(session).files / sha256[:2] / sha256


def _write(session: Session, sha256: str, content: bytes) -> None:
    """Write the encrypted content beside its place and rename it there, so that it is whole or absent."""
    path = _path(session, sha256)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(ring_of(session).encrypt_bytes(content, f"file:{sha256}"))
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def get_file(session: Session, by: Actor, public_id: str) -> tuple[StoredFile, bytes]:
    """Return a file of the scope with its content, and log who read it; not for a read-only session.

    Raises
    ------
    NotFoundError
        Not in scope, expired, or its content is gone.
    RuleBrokenError
        The content on disk is not what was stored.
    """
    found = sa.select(StoredFile).where(
        StoredFile.public_id == public_id,
        StoredFile.union_id.in_(scope_of(by).unions()),
        StoredFile.expires_at.is_(None) | (StoredFile.expires_at > clock.now()),
    )
    stored = first_or_missing(session, found, lock=False)
    access = _ACCESS[FilePurpose(stored.purpose)]
    if access.is_handed_out or not may(by, access.permission):
        raise NotAllowedError("not_allowed", "当前角色不能查看这个文件。", file=stored.id)
    content = read_content(session, stored)
    audit.record(session, by, "file.read", subject=("file", stored.id), purpose=stored.purpose)
    return stored, content


def read_content(session: Session, stored: StoredFile) -> bytes:
    """Return the plain content of a file; for work that was allowed before, such as an import's job."""
    path = _path(session, stored.sha256)
    if not path.exists():
        raise NotFoundError("file_gone", "文件已过期删除。", file=stored.id)
    content = ring_of(session).decrypt_bytes(path.read_bytes(), f"file:{stored.sha256}")
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise RuleBrokenError("file_damaged", "文件已损坏，请重新上传。", file=stored.id)
    return content


def expire_files(session: Session, by: Actor = SYSTEM) -> int:
    """Delete the rows of files past their time; `sweep_files` then removes the content. Return how many."""
    require(by, Permission.IMPORT_ROWS)
    gone = session.scalars(
        sa.delete(StoredFile).where(StoredFile.expires_at <= clock.now()).returning(StoredFile.id),
        execution_options={"synchronize_session": False},
    ).all()
    if gone:
        audit.record(session, by, "file.expired", files=list(gone))
    return len(gone)


def sweep_files(session: Session) -> int:
    """Remove contents no committed row names and that are older than a day; return how many.

    Run it in a transaction of its own after `expire_files` has committed.
    """
    named = set(session.scalars(sa.select(StoredFile.sha256).order_by(StoredFile.id)))
    horizon = (clock.now() - _UNNAMED_KEPT).timestamp()
    removed = 0
    for path in settings_of(session).files.glob("??/*"):
        if path.name not in named and path.stat().st_mtime < horizon:
            path.unlink()
            removed += 1
    return removed
