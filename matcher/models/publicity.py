"""Publicity notices (公示) with the lines as they hung, and the objections (异议) they brought."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.approvals import NoticeState, ObjectionChannel, ObjectionOutcome


class Notice(Base):
    """One publicity: a printed sheet for the unit's board; a page only where a token was made."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index(
            "uq_notice_running",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        ),
        sa.CheckConstraint("from_on <= to_on", name="days_in_order"),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended_dated"),
        sa.Index("ix_notice_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token: Mapped[str | None] = mapped_column(unique=True)
    """Of the page by link (凭链接查看); None: printed only, the default."""
    approval_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("approval.id", ondelete="RESTRICT"), index=True
    )
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    """1 the first; above it a re-publicity (重新公示)."""
    limit_rule: Mapped[str]
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    """Last day it hangs."""
    to_is_known: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    lines: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What hung, frozen: masked name, unit, tier unless hidden; nothing else of anybody."""
    hide_tier: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    contact: Mapped[str]
    """The union's telephone for objections (监督电话), an office's number."""
    place: Mapped[str | None]
    """Board it hangs on (张贴地点)."""
    state: Mapped[NoticeState] = mapped_column(
        one_of(NoticeState, "state"), default=NoticeState.RUNNING
    )
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    ended_at: Mapped[dt.datetime | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Objection(Base):
    """An objection to a notice, with its re-check (复核); what was said is sealed."""

    __tablename__ = "objection"
    __table_args__ = (
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_dated"),
        sa.CheckConstraint("outcome IS NULL OR findings_cipher IS NOT NULL", name="decided_says"),
        sa.Index(
            "uq_objection_open",
            "notice_id",
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    notice_id: Mapped[int] = mapped_column(
        sa.ForeignKey("notice.id", ondelete="RESTRICT"), index=True
    )
    received_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    channel: Mapped[ObjectionChannel] = mapped_column(one_of(ObjectionChannel, "channel"))
    is_anonymous: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    statement_cipher: Mapped[bytes]
    received_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    recheck_due_on: Mapped[dt.date | None]
    outcome: Mapped[ObjectionOutcome | None] = mapped_column(one_of(ObjectionOutcome, "outcome"))
    findings_cipher: Mapped[bytes | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy
