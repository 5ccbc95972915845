"""The trail of acts (操作记录): append-only, hash-chained, its head anchored outside the database."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base


class AuditEntry(Base):
    """One act. Its hash covers the entry and the hash before it; ids only, never names."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 …: without gaps."""
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None]
    """Account; None for the system itself."""
    role: Mapped[str | None]
    place: Mapped[str | None]
    """Organisation in use, as kind and id: union:3, employer:12, graduate:7."""
    on_behalf_of: Mapped[int | None]
    action: Mapped[str]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditHead(Base):
    """The chain's last entry: one row, locked by whoever appends."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str]
