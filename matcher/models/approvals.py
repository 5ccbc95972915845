"""Chains of approval (审批链) as data, running approvals and their append-only history; subjects are (kind, id).

A union that changes its chain makes a new version; a running approval keeps the one it began with.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, Json, PublicId, one_of
from matcher.kinds.approvals import (
    ActKind,
    ApprovalState,
    InterestKind,
    StepKind,
    StepLevel,
)


class ApprovalChain(Base):
    """One version of a chain: a union's own, or the default of the dated data (`policy_code`)."""

    __tablename__ = "approval_chain"
    __table_args__ = (
        sa.CheckConstraint("(union_id IS NULL) <> (policy_code IS NULL)", name="own_or_default"),
        sa.UniqueConstraint("union_id", "subject_chain", "edition"),
        sa.Index(
            "uq_approval_chain_current",
            "union_id",
            "subject_chain",
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL AND union_id IS NOT NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND union_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    subject_chain: Mapped[str]
    """What it approves: hardship_file, file_exit …"""
    policy_code: Mapped[str | None] = mapped_column(unique=True)
    """Which default of `policy/data/chains.csv` it is."""
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    source: Mapped[str]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    replaced_at: Mapped[dt.datetime | None]


class ApprovalChainStep(Base):
    """A step of a chain: what, at which level of union, by which permission, in how long."""

    __tablename__ = "approval_chain_step"

    chain_id: Mapped[int] = mapped_column(
        sa.ForeignKey("approval_chain.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind, "kind"))
    level: Mapped[StepLevel] = mapped_column(one_of(StepLevel, "level"))
    permission: Mapped[str]
    limit_rule: Mapped[str]
    """Name of the limit in `policy/data/deadlines.csv`."""


class Approval(Base):
    """One subject on its way through a chain; it stands at one step and one union at a time."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.Index(
            "uq_approval_running",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        ),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended_dated"),
        sa.CheckConstraint(
            "state <> 'running' OR waits_at_id IS NOT NULL", name="running_waits_somewhere"
        ),
        sa.Index("ix_approval_subject", "subject_kind", "subject_id"),
        sa.Index("ix_approval_queue", "waits_at_id", "state", "due_on"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    chain_id: Mapped[int] = mapped_column(
        sa.ForeignKey("approval_chain.id", ondelete="RESTRICT"), index=True
    )
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    """The subject's union; the path upwards begins here."""
    region_code: Mapped[str | None]
    state: Mapped[ApprovalState] = mapped_column(
        one_of(ApprovalState, "state"), default=ApprovalState.RUNNING
    )
    position: Mapped[int]
    """Step it stands at, or ended at."""
    step_kind: Mapped[StepKind] = mapped_column(one_of(StepKind, "step_kind"))
    waits_at_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT")
    )
    """Union whose people may act now: the step's, or one above it where nobody there may."""
    is_stuck: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Nobody up to the top may act: somebody has to be appointed."""
    is_stopped: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """An objection stands: the re-check comes first."""
    due_on: Mapped[dt.date | None]
    due_is_known: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether every working day counted was known from a notice."""
    entered_by_ids: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")
    """Accounts that entered the subject as told at the start; those of the trail are asked anew."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Ids and plain values the subject applied with, for example tier and assessment."""
    started_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class ApprovalAct(Base):
    """One entry of an approval's history; the database refuses to change or delete it."""

    __tablename__ = "approval_act"
    __table_args__ = (
        sa.CheckConstraint(
            "kind NOT IN ('refused', 'returned') OR comment_cipher IS NOT NULL",
            name="refusal_says_why",
        ),
    )

    id: Mapped[Id]
    approval_id: Mapped[int] = mapped_column(
        sa.ForeignKey("approval.id", ondelete="RESTRICT"), index=True
    )
    position: Mapped[int]
    kind: Mapped[ActKind] = mapped_column(one_of(ActKind, "kind"))
    is_deciding: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whoever did it decides at no later step."""
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    """Who entered it; None is the product itself."""
    on_behalf_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    credited_to_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    comment_cipher: Mapped[bytes | None]


class AccountInterest(Base):
    """An enterprise an account must not certify for (利益关系): its own, its family's …"""

    __tablename__ = "account_interest"
    __table_args__ = (
        sa.Index(
            "uq_account_interest_standing",
            "account_id",
            "unit_key",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[InterestKind] = mapped_column(one_of(InterestKind, "kind"))
    unit_name: Mapped[str]
    unit_key: Mapped[str] = mapped_column(index=True)
    """The name folded for comparing."""
    credit_code: Mapped[str | None]
    declared_at: Mapped[dt.datetime]
    declared_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    ended_on: Mapped[dt.date | None]
