"""Clocks (时限) of any subject: when something is due, who answers for it now, and what moved.

One runs for a rule and a subject; an owner at every moment: an account, or while none can be had the union
itself (`owner_union_id` is never empty).
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.clocks import ClockEventKind


class Clock(Base):
    """One limit that runs, or ran."""

    __tablename__ = "clock"
    __table_args__ = (
        sa.Index(
            "uq_clock_running",
            "rule",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("stopped_on IS NULL"),
            postgresql_where=sa.text("stopped_on IS NULL"),
        ),
        sa.CheckConstraint("amber_on <= due_on", name="amber_before_due"),
        sa.CheckConstraint("level >= 0", name="level"),
        sa.CheckConstraint("(stopped_on IS NULL) = (outcome IS NULL)", name="stopped_with_outcome"),
        sa.Index("ix_clock_subject", "subject_kind", "subject_id"),
        sa.Index("ix_clock_due", "stopped_on", "amber_on"),
        sa.Index("ix_clock_owner", "owner_id", "stopped_on"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    rule: Mapped[str]
    """Name of the limit in `policy/data/deadlines.csv`."""
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    """Union whose work it is: where escalation starts."""
    region_code: Mapped[str | None]
    started_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    due_is_known: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False while a year counted over has no holiday notice yet."""
    is_due_by_hand: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Moved by a person (改期): a corrected calendar leaves it."""
    amber_on: Mapped[dt.date]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    owner_union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    level: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many unions above its own it was moved to."""
    escalated_on: Mapped[dt.date | None]
    stopped_on: Mapped[dt.date | None]
    outcome: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class ClockEvent(Base):
    """What happened to a clock, with the reason; only ever added to."""

    __tablename__ = "clock_event"

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("clock.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ClockEventKind] = mapped_column(one_of(ClockEventKind, "kind"))
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Before and after: days, ids, level."""
    reason: Mapped[str | None]
