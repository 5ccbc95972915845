"""Tiers worked out (困难类别测算), the lines they are measured by, exits (脱困、解困) and returns (返困).

An assessment is never changed nor deleted: triggers of the database refuse it (migration 0014). A new one names
the one it replaces; what a person made of it is a row of its own.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import HardshipTier
from matcher.kinds.tiers import (
    DecisionKind,
    ExitKind,
    ExitReason,
    ExitState,
    FactGrade,
    ReturnFinding,
    ReturnOutcome,
    StandardKind,
    TierAnswer,
)

_DATED = "valid_to IS NULL OR valid_from <= valid_to"
_CONFIRMED = "(confirmed_at IS NOT NULL) = (state <> 'proposed')"
_SECOND = "confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id"


class StandardLine(Base):
    """A standard line (低保标准) a union added beside the shipped ones; ended rows stay."""

    __tablename__ = "standard_line"
    __table_args__ = (
        sa.Index(
            "uq_standard_line_live",
            "union_id",
            "kind",
            "region_code",
            "valid_from",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint(_DATED, name="validity"),
        sa.CheckConstraint("monthly_fen > 0", name="above_nothing"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """Union that added it: it holds for that union and those below."""
    kind: Mapped[StandardKind] = mapped_column(one_of(StandardKind, "kind"))
    region_code: Mapped[str]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    monthly_fen: Mapped[int]
    source: Mapped[str]
    grade: Mapped[FactGrade] = mapped_column(one_of(FactGrade, "grade"))
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[dt.datetime]
    ended_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    ended_at: Mapped[dt.datetime | None]


class Assessment(Base):
    """One working-out of a household's tier (困难类别测算): rule set, inputs, result; immutable."""

    __tablename__ = "assessment"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        sa.Index(
            "uq_assessment_first",
            "household_id",
            "rule_set",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
        sa.CheckConstraint(
            "tier IS NULL OR (tier <> 'none' AND answer = 'yes')", name="tier_by_answer"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="RESTRICT"), index=True
    )
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("assessment.id", ondelete="RESTRICT")
    )
    """The one by the same rule set before it; two at once cannot replace the same one."""
    rule_set: Mapped[str]
    rule_version: Mapped[str]
    region_code: Mapped[str]
    assessed_on: Mapped[dt.date]
    """Day whose rules and lines were applied."""
    inputs: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """Name, value and where it came from (file or typed) of each input."""
    answer: Mapped[TierAnswer] = mapped_column(one_of(TierAnswer, "answer"))
    grade_code: Mapped[str | None]
    """Grade of the rule set's own generation that was met (深度, 低保边缘户 …); generations do not mix."""
    tier: Mapped[HardshipTier | None] = mapped_column(one_of(HardshipTier, "tier"))
    """Tier of the current generation a person may adopt; None for older generations and for aid formulas."""
    per_head_fen: Mapped[int | None]
    """A head a month, rounded to the fen for showing; the comparison is exact."""
    line_fen: Mapped[int | None]
    margin_fen: Mapped[int | None]
    """Line less the figure, rounded to the fen."""
    is_near: Mapped[bool]
    """So near the line that a person decides, with a reason."""
    working: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    asked_for: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="RESTRICT"))


class AssessmentDecision(Base):
    """What a person made of an assessment (人工认定): adopted as the file's tier or not; never changed."""

    __tablename__ = "assessment_decision"
    __table_args__ = (sa.UniqueConstraint("assessment_id"),)

    id: Mapped[Id]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id", ondelete="RESTRICT"))
    decision: Mapped[DecisionKind] = mapped_column(one_of(DecisionKind, "decision"))
    tier: Mapped[HardshipTier | None] = mapped_column(one_of(HardshipTier, "tier"))
    """The tier the file was given; None when declined."""
    reason: Mapped[str | None]
    decided_at: Mapped[dt.datetime]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="RESTRICT")
    )


class HouseholdExit(Base):
    """A household leaving (脱困、解困、其他): proposed by one person, confirmed by another."""

    __tablename__ = "household_exit"
    __table_args__ = (
        sa.Index(
            "uq_household_exit_proposed",
            "household_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
        sa.CheckConstraint(_CONFIRMED, name="confirmed_by_state"),
        sa.CheckConstraint(_SECOND, name="second_person"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[ExitKind] = mapped_column(one_of(ExitKind, "kind"))
    reason: Mapped[ExitReason] = mapped_column(one_of(ExitReason, "reason"))
    left_on: Mapped[dt.date]
    guarantees: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Those of the five (医、业、学、房、保) that stand."""
    evidence_cipher: Mapped[bytes | None]
    """Evidence note of each guarantee and of the reason, sealed: they may speak of illness."""
    state: Mapped[ExitState] = mapped_column(one_of(ExitState, "state"), default=ExitState.PROPOSED)
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    confirmed_at: Mapped[dt.datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    answer_note: Mapped[str | None]
    """Why the second person said no."""
    call_back_on: Mapped[dt.date | None]
    """Day of the first call-back (回访) that looks for a return."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class HouseholdReturn(Base):
    """A household found in hardship again after it left (返困)."""

    __tablename__ = "household_return"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="RESTRICT"), index=True
    )
    exit_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_exit.id", ondelete="RESTRICT"), index=True
    )
    found_on: Mapped[dt.date]
    found_by: Mapped[ReturnFinding] = mapped_column(one_of(ReturnFinding, "found_by"))
    outcome: Mapped[ReturnOutcome] = mapped_column(one_of(ReturnOutcome, "outcome"))
    evidence_cipher: Mapped[bytes]
    """What was found, sealed: a statement of a person."""
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
