"""Zero-employment households (零就业家庭): what was derived and when, the claim on its way, refusals, side exits."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.zero_employment import (
    ClaimSource,
    ClaimState,
    Derived,
    RecognitionBasis,
    RecognitionBody,
    SideExitReason,
    SideExitState,
    StatementForm,
    StatutoryRefusalReason,
)


class ZeroEmploymentState(Base):
    """A stretch of days over which the members' facts said the same; the newest has no end."""

    __tablename__ = "zero_employment_state"
    __table_args__ = (
        sa.Index(
            "uq_zero_employment_state_current",
            "household_id",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name="days"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]
    result: Mapped[Derived] = mapped_column(one_of(Derived, "result"))
    basis: Mapped[RecognitionBasis | None] = mapped_column(one_of(RecognitionBasis, "basis"))
    """Whose definition it falls under; None while the household registration is not known."""
    definition: Mapped[str]
    """Code of the regional definition it was derived with."""
    facts: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """A line per member: ids and codes only, no names."""
    digest: Mapped[str]
    """Of result and facts: the same again writes nothing."""
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class RetirementClass(Base):
    """The age a woman's post retired at before 2025, 50 or 55: working age cannot be told without it."""

    __tablename__ = "retirement_class"
    __table_args__ = (sa.CheckConstraint("original_age IN (50, 55)", name="original_age"),)

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), unique=True
    )
    original_age: Mapped[int]
    basis: Mapped[str]
    """What shows it (依据): 工人岗位, 干部身份, 灵活就业参保 …"""
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class ZeroEmploymentClaim(Base):
    """A household on its way from clue to stable work; one open a household."""

    __tablename__ = "zero_employment_claim"
    __table_args__ = (
        sa.Index(
            "uq_zero_employment_claim_open",
            "household_id",
            unique=True,
            sqlite_where=sa.text("is_open = 1"),
            postgresql_where=sa.text("is_open"),
        ),
        sa.CheckConstraint(
            "is_open = (state NOT IN ('exited', 'not_found'))", name="open_by_state"
        ),
        sa.CheckConstraint(
            "recognised_on IS NOT NULL OR state IN"
            " ('clue', 'declared', 'verifying', 'publicity', 'not_found')",
            name="recognised_before_aid",
        ),
        sa.CheckConstraint(
            "working_since_on IS NOT NULL OR state NOT IN ('one_working', 'stable', 'exited')",
            name="cleared_by_work",
        ),
        sa.Index("ix_zero_employment_claim_board", "union_id", "state", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    source: Mapped[ClaimSource] = mapped_column(one_of(ClaimSource, "source"))
    basis: Mapped[RecognitionBasis] = mapped_column(one_of(RecognitionBasis, "basis"))
    state: Mapped[ClaimState] = mapped_column(one_of(ClaimState, "state"))
    entered_at: Mapped[dt.datetime]
    """When it came into this state."""
    is_open: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    recognised_on: Mapped[dt.date | None]
    """Day of the recorded decision; from then on the household counts in the denominator."""
    working_member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="SET NULL")
    )
    working_since_on: Mapped[dt.date | None]
    reopened_on: Mapped[dt.date | None]
    """Last day a placement ended and the household counted again."""
    follows_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("zero_employment_claim.id", ondelete="SET NULL")
    )
    """The claim that had ended before work was lost again."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class ClaimAct(Base):
    """One act on a claim: who did it, for whom, to whose credit; only ever added to."""

    __tablename__ = "claim_act"
    __table_args__ = (sa.Index("ix_claim_act_claim", "claim_id", "entered_at"),)

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(
        sa.ForeignKey("zero_employment_claim.id", ondelete="CASCADE")
    )
    act: Mapped[str]
    """Code of the act: declare, verify, refusal, exit_decided …"""
    from_state: Mapped[ClaimState | None] = mapped_column(one_of(ClaimState, "from_state"))
    to_state: Mapped[ClaimState] = mapped_column(one_of(ClaimState, "to_state"))
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    credited_to_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    note: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class RecognitionDecision(Base):
    """A decision of street, HR department or union on recognition (认定); a later one revokes nothing by itself."""

    __tablename__ = "recognition_decision"

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(
        sa.ForeignKey("zero_employment_claim.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[RecognitionBody] = mapped_column(one_of(RecognitionBody, "body"))
    body_name: Mapped[str]
    is_granted: Mapped[bool]
    decided_on: Mapped[dt.date]
    document_number: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    reason: Mapped[str | None]
    recorded_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    recorded_at: Mapped[dt.datetime]


class ReferralRefusal(Base):
    """A referral somebody refused (拒绝推荐): it can cost the family money, so it says all and is checked."""

    __tablename__ = "referral_refusal"
    __table_args__ = (
        sa.CheckConstraint("(is_suitable IS NULL) = (checked_at IS NULL)", name="checked"),
        sa.CheckConstraint("checked_by_id <> recorded_by_id", name="two_persons"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    claim_id: Mapped[int] = mapped_column(
        sa.ForeignKey("zero_employment_claim.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )
    posting_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="SET NULL"), index=True
    )
    post_title: Mapped[str]
    employer_name: Mapped[str]
    referred_on: Mapped[dt.date]
    refused_on: Mapped[dt.date]
    reason: Mapped[StatutoryRefusalReason] = mapped_column(one_of(StatutoryRefusalReason, "reason"))
    words_cipher: Mapped[bytes]
    """What the person said, sealed: it may speak of illness."""
    is_suitable: Mapped[bool | None]
    """Outcome of the suitability check; only a suitable post refused counts."""
    checks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Point by point: pay, distance, work, hours, health."""
    check_note: Mapped[str | None]
    checked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    checked_at: Mapped[dt.datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    recorded_at: Mapped[dt.datetime]


class SideExit(Base):
    """A household leaving without work: the person's statement, a second approver, a notice, objections."""

    __tablename__ = "side_exit"
    __table_args__ = (
        sa.Index(
            "uq_side_exit_open",
            "claim_id",
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'noticed')"),
            postgresql_where=sa.text("state IN ('proposed', 'noticed')"),
        ),
        sa.CheckConstraint("decided_by_id <> proposed_by_id", name="two_persons"),
        sa.CheckConstraint("state = 'proposed' OR decided_at IS NOT NULL", name="decided_first"),
        sa.CheckConstraint(
            "state NOT IN ('noticed', 'done', 'objected') OR notice_until_on IS NOT NULL",
            name="noticed_first",
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    claim_id: Mapped[int] = mapped_column(
        sa.ForeignKey("zero_employment_claim.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[SideExitReason] = mapped_column(one_of(SideExitReason, "reason"))
    state: Mapped[SideExitState] = mapped_column(one_of(SideExitState, "state"))
    statement_cipher: Mapped[bytes]
    """What the person says to it, sealed."""
    statement_form: Mapped[StatementForm] = mapped_column(one_of(StatementForm, "statement_form"))
    statement_member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="SET NULL")
    )
    stated_on: Mapped[dt.date]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Ids of the refusals that count, or the day of the last contact and the attempts since."""
    proposed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    proposed_at: Mapped[dt.datetime]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    decided_at: Mapped[dt.datetime | None]
    comment: Mapped[str | None]
    notice_id: Mapped[int | None]
    """The published notice, if it was published here."""
    notice_from_on: Mapped[dt.date | None]
    notice_until_on: Mapped[dt.date | None]
    objection_cipher: Mapped[bytes | None]
    objected_on: Mapped[dt.date | None]
    closed_at: Mapped[dt.datetime | None]
