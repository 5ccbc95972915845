"""Import batches (导入批次): making one, remembering columns, looking at its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import BatchState, DriveState, ImportKind, RowStatus
from matcher.models.drives import Drive
from matcher.models.imports import ColumnMemory, ImportBatch, ImportRow
from matcher.services import audit
from matcher.services.imports.kinds import BatchPlace
from matcher.services.permissions import Actor, Permission, require, scope_of

_SHOWN_TWINS = 3
"""Earlier batches of the same file that are worth naming."""


def create_batch(
    session: Session,
    by: Actor,
    kind: ImportKind,
    *,
    drive_id: int,
    file_name: str,
    file_sha256: str,
    file_id: int | None = None,
    issuer: str = "",
    directory: str = "",
) -> ImportBatch:
    """Note that a file is to be taken in for a drive.

    Parameters
    ----------
    issuer : of postings: who issued the table (发布机构); empty leaves each employer its own
    directory : of postings: the directory its majors are read under; empty for the national ones

    Raises
    ------
    NotFoundError
        No such drive in the actor's scope.
    RuleBrokenError
        The drive is closed.
    """
    require(by, Permission.IMPORT_ROWS)
    drive = session.get(Drive, drive_id)
    if drive is None or not scope_of(by).admits(session, drive.union_id):
        raise NotFoundError("not_found", "没有这个活动，或不在您的管辖范围内。")
    if drive.state == DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再导入。")
    batch = ImportBatch(
        kind=kind,
        union_id=drive.union_id,
        drive_id=drive.id,
        file_name=file_name,
        file_sha256=file_sha256,
        file_id=file_id,
        issuer=issuer.strip() or None,
        directory=directory.strip() or None,
        state=BatchState.STAGED,
        columns={},
        counts={},
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(batch)
    session.flush()
    audit.record(session, by, "import.staged", subject=("import_batch", batch.id), kind=kind.value)
    return batch


def get_batch(session: Session, by: Actor, batch_id: int, *, lock: bool = False) -> ImportBatch:
    """Return a batch of the actor's scope."""
    require(by, Permission.IMPORT_ROWS)
    found = sa.select(ImportBatch).where(
        ImportBatch.id == batch_id, ImportBatch.union_id.in_(scope_of(by).unions())
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    batch = session.scalar(found)
    if batch is None:
        raise NotFoundError("not_found", "没有这个导入批次，或不在您的管辖范围内。")
    return batch


def find_batch(session: Session, by: Actor, public_id: str) -> ImportBatch:
    """Return a batch by its public id."""
    found = session.scalar(sa.select(ImportBatch.id).where(ImportBatch.public_id == public_id))
    return get_batch(session, by, found or 0)


def place_of(batch: ImportBatch) -> BatchPlace:
    """Return where a batch writes to."""
    return BatchPlace(
        batch_id=batch.id,
        union_id=batch.union_id,
        drive_id=batch.drive_id,
        issuer=batch.issuer,
        directory=batch.directory,
    )


def list_batches(
    session: Session, by: Actor, drive_id: int, *, limit: int = 50
) -> Sequence[ImportBatch]:
    """List a drive's batches, newest first."""
    require(by, Permission.IMPORT_ROWS)
    chosen = (
        sa.select(ImportBatch)
        .where(
            ImportBatch.drive_id == drive_id,
            ImportBatch.union_id.in_(scope_of(by).unions()),
        )
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    return session.scalars(chosen).all()


def list_same_file(session: Session, by: Actor, batch: ImportBatch) -> Sequence[ImportBatch]:
    """List the other batches of the drive that took in the very same file, newest first."""
    require(by, Permission.IMPORT_ROWS)
    chosen = (
        sa.select(ImportBatch)
        .where(
            ImportBatch.drive_id == batch.drive_id,
            ImportBatch.file_sha256 == batch.file_sha256,
            ImportBatch.kind == batch.kind,
            ImportBatch.id != batch.id,
            ImportBatch.union_id.in_(scope_of(by).unions()),
        )
        .order_by(ImportBatch.id.desc())
        .limit(_SHOWN_TWINS)
    )
    return session.scalars(chosen).all()


@dataclass(frozen=True)
class RowPage:
    """Some rows of a batch, and how many there are under the filter."""

    rows: Sequence[ImportRow]
    total: int


def list_rows(
    session: Session,
    by: Actor,
    batch_id: int,
    *,
    statuses: Sequence[RowStatus] = (),
    with_problems: bool = False,
    code: str = "",
    offset: int = 0,
    limit: int | None = 50,
) -> RowPage:
    """List rows of a batch as the sheets number them; two queries.

    Parameters
    ----------
    code : keeps rows with a problem of this code
    """
    batch = get_batch(session, by, batch_id)
    rows = sa.select(ImportRow).where(ImportRow.batch_id == batch.id)
    if statuses:
        rows = rows.where(ImportRow.status.in_(statuses))
    if with_problems:
        rows = rows.where(sa.cast(ImportRow.problems, sa.Text) != "[]")
    if code:
        said = sa.cast(ImportRow.problems, sa.Text)
        rows = rows.where(said.contains(f'"{code}"', autoescape=True))
    total = session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    page = rows.order_by(ImportRow.id).offset(offset)
    return RowPage(session.scalars(page if limit is None else page.limit(limit)).all(), total)


def remembered_columns(
    session: Session, union_id: int, kind: ImportKind
) -> dict[str, Mapping[str, Any]]:
    """Return what people decided about columns, by head signature."""
    chosen = sa.select(ColumnMemory).where(
        ColumnMemory.union_id == union_id, ColumnMemory.kind == kind
    )
    return {memory.head_signature: memory.mapping for memory in session.scalars(chosen)}


def remember_columns(
    session: Session, by: Actor, batch_id: int, *, head_signature: str, mapping: Mapping[str, Any]
) -> None:
    """Keep a decision about the columns of a kind of sheet, for this and later files.

    Parameters
    ----------
    mapping : concept (or None to leave out) by column letter
    """
    batch = get_batch(session, by, batch_id)
    memory = session.scalar(
        sa.select(ColumnMemory).where(
            ColumnMemory.union_id == batch.union_id,
            ColumnMemory.kind == batch.kind,
            ColumnMemory.head_signature == head_signature,
        )
    )
    if memory is None:
        memory = ColumnMemory(
            union_id=batch.union_id, kind=batch.kind, head_signature=head_signature
        )
        session.add(memory)
    memory.mapping = dict(mapping)
    memory.updated_at = clock.now()
    memory.updated_by_id = by.account_id
    audit.record(session, by, "import.columns_set", subject=("import_batch", batch.id))
    session.flush()
