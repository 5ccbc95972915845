"""Paperwork of a fair (招聘会报批): what was filed with whom and what came of it, the safety plan, the papers.

A filing keeps what was applied for, so that a later change of time, place or scale is found by comparing.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_paperwork import DutyKind, FilingOutcome, PlanPart


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _version() -> Mapped[int]:
    return mapped_column(default=1, server_default="1")


class FairFiling(Base):
    """One application or report to an authority (报批记录) and its answer."""

    __tablename__ = "fair_filing"
    __table_args__ = (
        sa.Index("ix_fair_filing_fair", "fair_id", "id"),
        sa.Index(
            "uq_fair_filing_pending",
            "fair_id",
            "rule",
            unique=True,
            sqlite_where=sa.text("outcome = 'pending'"),
            postgresql_where=sa.text("outcome = 'pending'"),
        ),
        sa.CheckConstraint(
            "(outcome = 'pending') = (decided_on IS NULL)", name="decided_has_a_day"
        ),
        sa.CheckConstraint("decided_on IS NULL OR decided_on >= filed_on", name="days_in_order"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    rule: Mapped[str]
    """Code of the rule in `fair_permits.toml`."""
    kind: Mapped[DutyKind] = mapped_column(one_of(DutyKind, "kind"))
    authority: Mapped[str]
    """To whom, as the office is called: 滨城区公安局."""
    filed_on: Mapped[dt.date]
    outcome: Mapped[FilingOutcome] = mapped_column(
        one_of(FilingOutcome, "outcome"), default=FilingOutcome.PENDING
    )
    decided_on: Mapped[dt.date | None]
    document_number: Mapped[str | None]
    """Number of the permit or receipt (文号)."""
    reason: Mapped[str | None]
    """Why it was refused or taken back."""
    applied_for: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The fair as it was filed: days, place, content, expected people, sessions."""
    approved_numbers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """People approved by session, by the session's public number."""
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairPlanPart(Base):
    """One of the nine parts of a fair's safety plan: its text, who answers for it, whether it is settled."""

    __tablename__ = "fair_plan_part"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "part"),
        sa.CheckConstraint("NOT is_done OR text IS NOT NULL", name="done_has_text"),
    )

    id: Mapped[Id]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    part: Mapped[PlanPart] = mapped_column(one_of(PlanPart, "part"))
    text: Mapped[str | None]
    who: Mapped[str | None]
    """Who answers for it (负责人): an office or a function."""
    is_done: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairDocument(Base):
    """A paper of a fair in the file store (招聘会材料): of a part of the safety plan, or of a filing."""

    __tablename__ = "fair_document"
    __table_args__ = (
        sa.Index("ix_fair_document_fair", "fair_id", "id"),
        sa.CheckConstraint("part IS NULL OR filing_id IS NULL", name="of_one_thing"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    part: Mapped[PlanPart | None] = mapped_column(one_of(PlanPart, "part"))
    filing_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_filing.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="RESTRICT"))
    name: Mapped[str]
    added_at: Mapped[dt.datetime]
    added_by_id: Mapped[int | None] = _account()
    removed_at: Mapped[dt.datetime | None]
