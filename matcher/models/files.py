"""The file store (文件库): one encrypted, content-addressed store for uploads, evidence and exports."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId


class StoredFile(Base):
    """One file: what it is for, who put it there, until when it is kept."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.Index("ix_stored_file_sha256", "sha256"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    sha256: Mapped[str]
    """Of the plain content; names the encrypted file on disk."""
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger())
    media_type: Mapped[str]
    file_name: Mapped[str]
    """Shown at download; holds no name of a person and no hardship word."""
    purpose: Mapped[str]
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="CASCADE"))
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
