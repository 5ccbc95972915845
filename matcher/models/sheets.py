"""Reporting periods (报告期), the sheets (统计表) of unions with their steps and comments, and typed figures.

A sheet is one edition of one union's figures for one period. Its figures are counted and frozen when it is filled
(填报), signed when it is submitted (报送), and never counted again: what is entered later about the same days is told
beside it. Each signature covers the digest of the union's signed sheet before it, so that none can be taken out.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.sheets import CommentKind, PeriodKind, SheetAct, SheetState

_STANDS = sa.text("state <> 'returned'")


class ReportPeriod(Base):
    """Days a sheet is of, the day it is due (报送期限) and the day after which nothing changes (封存)."""

    __tablename__ = "report_period"
    __table_args__ = (
        sa.UniqueConstraint("drive_id", "name"),
        sa.CheckConstraint(
            "from_on <= until_on AND until_on <= due_on AND due_on <= locks_on",
            name="dates_in_order",
        ),
        sa.CheckConstraint("(locked_at IS NULL) = (digest IS NULL)", name="locked_with_digest"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    name: Mapped[str]
    kind: Mapped[PeriodKind] = mapped_column(one_of(PeriodKind, "kind"))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    locks_on: Mapped[dt.date]
    """Last day on which a sheet may still be sent in or accepted."""
    locked_at: Mapped[dt.datetime | None]
    locked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    """Who locked it by hand; None if the night did."""
    digest: Mapped[str | None]
    """SHA-256 over the digests of all sheets that stand at the lock, in the order of their ids."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Sheet(Base):
    """One edition (版次) of a union's sheet; a returned one stays, its successor has the next number."""

    __tablename__ = "sheet"
    __table_args__ = (
        sa.UniqueConstraint("period_id", "union_id", "edition"),
        sa.Index(
            "uq_sheet_standing",
            "period_id",
            "union_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        sa.CheckConstraint("edition >= 1", name="edition_positive"),
        sa.CheckConstraint("(state = 'draft') = (digest IS NULL)", name="filled_with_digest"),
        sa.CheckConstraint(
            "(state IN ('draft', 'filled')) = (signature IS NULL)", name="sent_with_signature"
        ),
        sa.CheckConstraint(
            "filled_by_id IS NULL OR reviewed_by_id IS NULL OR filled_by_id <> reviewed_by_id",
            name="filler_never_reviews",
        ),
        sa.CheckConstraint(
            "filled_by_id IS NULL OR decided_by_id IS NULL OR filled_by_id <> decided_by_id",
            name="filler_never_accepts",
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("report_period.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    edition: Mapped[int]
    state: Mapped[SheetState] = mapped_column(one_of(SheetState, "state"), default=SheetState.DRAFT)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Frozen when filled: moment, values, children, typed, checks; shape in `services.reports.snapshots`."""
    known_at: Mapped[dt.datetime | None]
    """The figures tell what was entered before this instant."""
    digest: Mapped[str | None]
    """SHA-256 of the figures and of what they are of."""
    previous_digest: Mapped[str | None] = mapped_column(unique=True)
    """Digest of the union's signed sheet before it in the drive; unique, so that the chain never forks."""
    signature: Mapped[str | None]
    """Keyed hash (ring's signing key) over both digests and over who reviewed and led."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    filled_at: Mapped[dt.datetime | None]
    filled_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    """填报人."""
    submitted_at: Mapped[dt.datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    """审核人, another than who filled."""
    filled_by_name: Mapped[str | None]
    reviewed_by_name: Mapped[str | None]
    led_by_name: Mapped[str | None]
    """负责人 as put on the paper: signs it by hand, often without an account."""
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    """Who accepted or returned it."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class SheetStep(Base):
    """One thing done to a sheet; append-only."""

    __tablename__ = "sheet_step"

    id: Mapped[Id]
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id", ondelete="CASCADE"), index=True)
    act: Mapped[SheetAct] = mapped_column(one_of(SheetAct, "act"))
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="SET NULL"))
    """Where the actor stood."""


class SheetComment(Base):
    """What somebody says about one line of a sheet, or about the whole; append-only, settled by an edition."""

    __tablename__ = "sheet_comment"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CommentKind] = mapped_column(one_of(CommentKind, "kind"))
    code: Mapped[str | None]
    """Indicator it is about; None for the whole sheet."""
    words_cipher: Mapped[bytes]
    """Sealed: people write names into such texts."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="SET NULL"))


class TypedFigure(Base):
    """A figure of a union without the system (无明细), typed or imported; no rows stand behind it.

    Append-only: who corrects one adds the next edition, and an edition without a value takes the figure back.
    """

    __tablename__ = "typed_figure"
    __table_args__ = (
        sa.UniqueConstraint("period_id", "union_id", "code", "edition"),
        sa.CheckConstraint("value IS NULL OR value >= 0", name="value_not_negative"),
        sa.CheckConstraint("edition >= 1", name="edition_positive"),
        sa.CheckConstraint("(edition = 1) = (replaces_id IS NULL)", name="successor_names"),
    )

    id: Mapped[Id]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("report_period.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    code: Mapped[str]
    edition: Mapped[int]
    value: Mapped[int | None] = mapped_column(sa.BigInteger)
    """In the indicator's own unit, since the first day of the period; money in fen; None takes it back."""
    basis: Mapped[str]
    """On what paper it stands, such as 传真报表 8 月 29 日."""
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("typed_figure.id", ondelete="RESTRICT"), unique=True
    )
