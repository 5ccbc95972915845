"""Yearly reviews (年度复核) drawn by a recorded seed, and what the national register has to learn."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, Json, PublicId, one_of
from matcher.kinds.approvals import DifferenceKind, RegisterChangeKind, ReviewOutcome


class YearlyReview(Base):
    """The review of a union's files in a year; the drawn list comes out again from seed and population."""

    __tablename__ = "yearly_review"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "year"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="percent_in_range"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    year: Mapped[int]
    seed: Mapped[str]
    percent: Mapped[int]
    source: Mapped[str]
    population: Mapped[list[int]] = mapped_column(Json)
    """Ids of the files in force when it was drawn, ascending: with the seed they give the list again."""
    due_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class YearlyReviewItem(Base):
    """One drawn file and what was found."""

    __tablename__ = "yearly_review_item"
    __table_args__ = (
        sa.UniqueConstraint("review_id", "household_id"),
        sa.CheckConstraint("(outcome IS NULL) = (reviewed_on IS NULL)", name="reviewed_dated"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    review_id: Mapped[int] = mapped_column(sa.ForeignKey("yearly_review.id", ondelete="CASCADE"))
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    outcome: Mapped[ReviewOutcome | None] = mapped_column(one_of(ReviewOutcome, "outcome"))
    reviewed_on: Mapped[dt.date | None]
    note_cipher: Mapped[bytes | None]
    entered_at: Mapped[dt.datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class RegisterChange(Base):
    """An approved change still to be keyed into the national system (全国系统待录入), and to be put on paper."""

    __tablename__ = "register_change"
    __table_args__ = (sa.Index("ix_register_change_list", "union_id", "keyed_on", "id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    approval_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("approval.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[RegisterChangeKind] = mapped_column(one_of(RegisterChangeKind, "kind"))
    fields: Mapped[list[str]]
    """Codes of the form's fields in its own order."""
    values_cipher: Mapped[bytes]
    """The values as approved, sealed whole."""
    approved_on: Mapped[dt.date]
    key_due_on: Mapped[dt.date]
    keyed_on: Mapped[dt.date | None]
    keyed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    paper_due_on: Mapped[dt.date]
    paper_on: Mapped[dt.date | None]
    paper_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    created_at: Mapped[dt.datetime]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class RegisterComparison(Base):
    """One exported file of the national system laid beside ours (与全国系统比对)."""

    __tablename__ = "register_comparison"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    file_name: Mapped[str]
    digest: Mapped[str]
    there: Mapped[int]
    """Files the sheet holds."""
    here: Mapped[int]
    same: Mapped[int]
    refused: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Rows that could not be read, with the reason."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class RegisterDifference(Base):
    """A file that stands on one side only, or differs."""

    __tablename__ = "register_difference"

    id: Mapped[Id]
    comparison_id: Mapped[int] = mapped_column(
        sa.ForeignKey("register_comparison.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[DifferenceKind] = mapped_column(one_of(DifferenceKind, "kind"))
    household_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="SET NULL"), index=True
    )
    row_number: Mapped[int | None]
    name_masked: Mapped[str]
    id_number_masked: Mapped[str | None]
    fields: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Codes of the fields that differ."""
    values_cipher: Mapped[bytes | None]
    """Both sides of those fields, sealed."""
