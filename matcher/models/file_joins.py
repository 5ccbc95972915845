"""Files that are joined or move (合并、转移), and unions that work together for one person (异地协作)."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.joins import (
    CooperationActKind,
    CooperationKind,
    CooperationState,
    TransferState,
)


def _live(name: str, column: str, where: str) -> sa.Index:
    """Return the index that lets a row stand once while it is live."""
    held = sa.text(where)
    return sa.Index(name, column, unique=True, sqlite_where=held, postgresql_where=held)


class FileMerge(Base):
    """One file merged into another; what it takes to undo it lies sealed in the row."""

    __tablename__ = "file_merge"
    __table_args__ = (
        sa.CheckConstraint("kept_id <> gone_id", name="two_files"),
        _live("uq_file_merge_gone", "gone_id", "undone_at IS NULL"),
        sa.Index("ix_file_merge_kept", "kept_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id", ondelete="RESTRICT"))
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id", ondelete="RESTRICT"))
    choices: Mapped[dict[str, Any]]
    """Field → kept or gone; people by the id of their row. No values."""
    moved: Mapped[dict[str, Any]]
    """Table → ids of the rows that were given to the kept file."""
    before_cipher: Mapped[bytes]
    """Both heads and all members as they stood, sealed."""
    reason: Mapped[str]
    merged_at: Mapped[dt.datetime]
    merged_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    undo_until_on: Mapped[dt.date]
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class FileTransfer(Base):
    """A file on its way from one union to another; it moves when the other one accepts."""

    __tablename__ = "file_transfer"
    __table_args__ = (
        sa.CheckConstraint("from_union_id <> to_union_id", name="two_unions"),
        _live("uq_file_transfer_asked", "household_id", "state = 'asked'"),
        sa.Index("ix_file_transfer_to", "to_union_id", "state"),
        sa.Index("ix_file_transfer_from", "from_union_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id", ondelete="RESTRICT"))
    from_union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    to_union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    state: Mapped[TransferState] = mapped_column(one_of(TransferState, "state"))
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    answer: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class Cooperation(Base):
    """Two unions and one person: the home union keeps the file, the other one serves within scope and time."""

    __tablename__ = "cooperation"
    __table_args__ = (
        sa.CheckConstraint("(graduate_id IS NULL) <> (member_id IS NULL)", name="one_person"),
        sa.CheckConstraint(
            "(partner_union_id IS NULL) <> (partner_name IS NULL)", name="one_partner"
        ),
        sa.CheckConstraint("(consent_id IS NULL) <> (paper_consent_on IS NULL)", name="consented"),
        sa.CheckConstraint("starts_on <= expires_on", name="expires"),
        sa.Index("ix_cooperation_partner", "partner_union_id", "state"),
        sa.Index("ix_cooperation_home", "home_union_id", "state"),
        sa.Index("ix_cooperation_household", "household_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id", ondelete="CASCADE"))
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE")
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE")
    )
    """A child who is still in school and has no record as a graduate."""
    home_union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    partner_union_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT")
    )
    partner_name: Mapped[str | None]
    """A union that is not on this system: it gets a printed letter (协作函)."""
    partner_address: Mapped[str | None]
    kind: Mapped[CooperationKind] = mapped_column(one_of(CooperationKind, "kind"))
    scope: Mapped[list[str]]
    """Values of `CooperationScope`."""
    school: Mapped[str | None]
    """School or wished place, as the other union must know it."""
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id", ondelete="RESTRICT"))
    paper_consent_on: Mapped[dt.date | None]
    paper_consent_by: Mapped[str | None]
    """Who signed: 本人 or 监护人."""
    consent_withdrawn_on: Mapped[dt.date | None]
    starts_on: Mapped[dt.date]
    expires_on: Mapped[dt.date]
    """Last day the other union sees anything."""
    state: Mapped[CooperationState] = mapped_column(one_of(CooperationState, "state"))
    letter_number: Mapped[str | None]
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    ended_on: Mapped[dt.date | None]
    end_reason: Mapped[str | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class CooperationAct(Base):
    """What one of the two unions did or wrote; never changed."""

    __tablename__ = "cooperation_act"
    __table_args__ = (sa.Index("ix_cooperation_act_of", "cooperation_id", "id"),)

    id: Mapped[Id]
    cooperation_id: Mapped[int] = mapped_column(sa.ForeignKey("cooperation.id", ondelete="CASCADE"))
    kind: Mapped[CooperationActKind] = mapped_column(one_of(CooperationActKind, "kind"))
    scope: Mapped[str | None]
    """The part of the scope it belongs to."""
    happened_on: Mapped[dt.date]
    text: Mapped[str]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that entered it; a letter's reply is entered by the home union on the other's behalf."""
    on_behalf_of: Mapped[str | None]
