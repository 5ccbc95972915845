"""Conflicts of the door (入场冲突): who was let in offline though the log says otherwise, until somebody settles it.

While a conflict is open, the place that was used for it stays set aside: perhaps somebody more is in the hall, and the
approved number (核准人数) holds either way.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_doors import DoorConflictOutcome, DoorConflictReason


class DoorConflict(Base):
    """One scan of the log that contradicts another, and how it was settled; settled once."""

    __tablename__ = "door_conflict"
    __table_args__ = (
        sa.UniqueConstraint("entry_id"),
        sa.Index("ix_door_conflict_fair", "fair_id", "settled_at", "id"),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_says_how"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_session.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_entry.id", ondelete="CASCADE"))
    """The scan that was brought home."""
    other_entry_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_entry.id", ondelete="SET NULL")
    )
    """The scan it contradicts; None of a ticket taken back or unknown."""
    reason: Mapped[DoorConflictReason] = mapped_column(one_of(DoorConflictReason, "reason"))
    holds_place: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A lent place (离线名额) was used for it and stays set aside until it is settled."""
    outcome: Mapped[DoorConflictOutcome | None] = mapped_column(
        one_of(DoorConflictOutcome, "outcome")
    )
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
