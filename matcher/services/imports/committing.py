"""Committing (提交): everything a staged batch would do, in one transaction.

Values are read and decrypted before the write lock is taken. What changed in the tables since the
staging shows as a constraint, and then nothing is written and the batch is staged again.
"""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, ring_of, transaction
from matcher.errors import ConflictError, RuleBrokenError
from matcher.keys import KeyRing
from matcher.kinds import BatchState, DriveState, ImportKind, JobQueue, RowStatus
from matcher.models.drives import Drive
from matcher.models.imports import ImportBatch, ImportRow
from matcher.services import audit, jobs
from matcher.services.consent_acts import record_imported
from matcher.services.consents import seed_consent_texts
from matcher.services.imports.batches import get_batch, place_of
from matcher.services.imports.kinds import Writing, Written
from matcher.services.imports.staging import BEFORE_COLUMN, DRAFT_COLUMN, IMPORTS
from matcher.services.imports.versions import versions_of
from matcher.services.permissions import Actor
from matcher.services.ranking_changes import note_many
from matcher.services.zero_employment.derivation import DERIVE_JOB

_AT_ONCE = {ImportKind.GRADUATES: 5_000}
"""Rows prepared at a time inside the one transaction, so that memory stays flat; postings and
households go at once, because rows of theirs share employers and files."""


def commit_batch(factory: SessionFactory, by: Actor, batch_id: int) -> dict[str, Any]:
    """Write a staged batch; a batch that is committed already is left as it is.

    Raises
    ------
    ConflictError
        The tables changed since the staging in a way that the rows no longer fit.
    RuleBrokenError
        The batch was undone.
    """
    with reading(factory) as session:
        batch = get_batch(session, by, batch_id)
        if batch.state == BatchState.COMMITTED:
            return batch.counts
        if batch.state == BatchState.UNDONE:
            raise _undone()
        rows = _read_writings(session, batch_id)
    try:
        with transaction(factory) as session:
            return _write(session, by, batch_id, rows)
    except IntegrityError as error:
        raise _tables_changed(batch_id) from error


def _read_writings(session: Session, batch_id: int) -> list[Writing]:
    ring = ring_of(session)
    chosen = (
        sa.select(
            ImportRow.id, ImportRow.target_id, ImportRow.target_version, ImportRow.draft_cipher
        )
        .where(
            ImportRow.batch_id == batch_id,
            ImportRow.status.in_((RowStatus.NEW, RowStatus.CHANGED)),
        )
        .order_by(ImportRow.id)
    )
    writings = []
    for row in session.execute(chosen.execution_options(yield_per=2000)):
        digest, values = json.loads(ring.decrypt(row.draft_cipher or b"", DRAFT_COLUMN))
        writings.append(Writing(row.id, values, row.target_id, digest, row.target_version))
    return writings


def _write(session: Session, by: Actor, batch_id: int, rows: list[Writing]) -> dict[str, Any]:
    batch = get_batch(session, by, batch_id, lock=True)
    if batch.state == BatchState.COMMITTED:
        return batch.counts
    if batch.state != BatchState.STAGED:
        raise _undone()
    _require_open_drive(session, batch)
    _require_as_read(session, batch, rows)
    _require_as_previewed(session, batch, rows)
    importer = IMPORTS[batch.kind](session, place_of(batch))
    ring, size = ring_of(session), _AT_ONCE.get(batch.kind, len(rows) or 1)
    for start in range(0, len(rows), size):
        written = importer.write(session, rows[start : start + size])
        _note_written(session, ring, written)
        if batch.kind is ImportKind.GRADUATES:
            _record_consents(session, by, written)
    batch.state, batch.committed_at = BatchState.COMMITTED, clock.now()
    if batch.drive_id is not None and rows:
        note_many(session, batch.drive_id)
    if batch.kind is ImportKind.HOUSEHOLDS:
        jobs.enqueue(session, DERIVE_JOB, {}, queue=JobQueue.BATCH, unique_key=DERIVE_JOB)
    audit.record(
        session, by, "import.committed", subject=("import_batch", batch.id), counts=batch.counts
    )
    session.flush()
    return batch.counts


def _undone() -> RuleBrokenError:
    return RuleBrokenError("batch_undone", "这个批次已经撤销，请重新导入。")


def _require_open_drive(session: Session, batch: ImportBatch) -> None:
    drive = session.get(Drive, batch.drive_id) if batch.drive_id is not None else None
    if drive is not None and drive.state == DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再导入。")


def _require_as_read(session: Session, batch: ImportBatch, rows: list[Writing]) -> None:
    """Raise unless the staged rows are those read before the lock: a new staging replaces them."""
    stands = session.execute(
        sa.select(sa.func.count(), sa.func.min(ImportRow.id), sa.func.max(ImportRow.id)).where(
            ImportRow.batch_id == batch.id,
            ImportRow.status.in_((RowStatus.NEW, RowStatus.CHANGED)),
        )
    ).one()
    read = (len(rows), rows[0].row_id, rows[-1].row_id) if rows else (0, None, None)
    staged = sum(batch.counts.get(status.value, 0) for status in (RowStatus.NEW, RowStatus.CHANGED))
    if tuple(stands) != read or not batch.counts or staged != len(rows):
        raise _tables_changed(batch.id)


def _require_as_previewed(session: Session, batch: ImportBatch, rows: list[Writing]) -> None:
    """Raise if somebody changed a record since the preview: what they wrote is not overwritten unseen."""
    seen = {row.target_id: row.version for row in rows if row.target_id is not None}
    if versions_of(session, batch.kind, filter(None, seen), lock=True) != seen:
        raise _tables_changed(batch.id)


def _tables_changed(batch_id: int) -> ConflictError:
    return ConflictError(
        "import_tables_changed",
        "预检之后数据有了变动，这批数据没有写入。请重新预检后再提交。",
        batch_id=batch_id,
    )


def _record_consents(session: Session, by: Actor, written: list[Written]) -> None:
    """Record what the roster's paper stands for, for people who were not here before."""
    seed_consent_texts(session)
    record_imported(session, by, [row.target_id for row in written if row.before is None])


def _note_written(session: Session, ring: KeyRing, written: list[Written]) -> None:
    """Say in each row what it became; the encrypted draft is no longer needed."""
    changes = [
        {
            "id": row.row_id,
            "target_id": row.target_id,
            "target_version": row.version,
            "before_cipher": _sealed_before(ring, row),
            "draft_cipher": None,
        }
        for row in written
    ]
    if changes:
        session.execute(sa.update(ImportRow), changes)


def _sealed_before(ring: KeyRing, row: Written) -> bytes | None:
    if row.before is None:
        return None
    return ring.encrypt(json.dumps(row.before, ensure_ascii=False, default=_plain), BEFORE_COLUMN)


def _plain(value: object) -> object:
    """Write what JSON cannot carry so that undo can read it back."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if hasattr(value, "isoformat"):
        return {"date": value.isoformat()}
    raise TypeError(type(value).__name__)


def read_before(ring: KeyRing, cipher: bytes) -> dict[str, Any]:
    """Read what `_sealed_before` wrote."""
    before: dict[str, Any] = json.loads(ring.decrypt(cipher, BEFORE_COLUMN))
    return before
