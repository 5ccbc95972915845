"""Import batches (导入批次), their staged rows, and the columns remembered per source."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import BatchState, ImportKind, RowStatus


class ImportBatch(Base):
    """One file taken in: staged row by row, committed at once, undoable as a whole."""

    __tablename__ = "import_batch"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[ImportKind] = mapped_column(one_of(ImportKind, "kind"))
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    drive_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    issuer: Mapped[str | None]
    directory: Mapped[str | None]
    """Of postings: who issued the table (发布机构), and the directory its majors are read under."""
    state: Mapped[BatchState] = mapped_column(
        one_of(BatchState, "state"), default=BatchState.STAGED
    )
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Per sheet: head signature, concept of each column, what was guessed and why."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    committed_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class ImportRow(Base):
    """One row of a batch: what it would do, what is wrong with it, what it was before."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "sheet", "row"),
        sa.Index("ix_import_row_status", "batch_id", "status"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id", ondelete="CASCADE"))
    sheet: Mapped[str]
    row: Mapped[int]
    """As the spreadsheet numbers it; ordinal for JSON."""
    status: Mapped[RowStatus] = mapped_column(one_of(RowStatus, "status"))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    draft_cipher: Mapped[bytes | None]
    """The checked draft, encrypted: it may hold identity numbers; emptied after the commit."""
    target_id: Mapped[int | None]
    """Row it became or changed."""
    before_cipher: Mapped[bytes | None]
    """What a changed row was before, encrypted, for undo."""
    target_version: Mapped[int | None]
    """The target's version_id, as previewed and then as committed: another one means that somebody
    touched the record since."""


class ColumnMemory(Base):
    """What a person decided about the columns of a kind of sheet, remembered by its head."""

    __tablename__ = "column_memory"
    __table_args__ = (sa.UniqueConstraint("union_id", "kind", "head_signature"),)

    id: Mapped[Id]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="CASCADE"))
    kind: Mapped[ImportKind] = mapped_column(one_of(ImportKind, "kind"))
    head_signature: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    updated_at: Mapped[dt.datetime]
    updated_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
