"""Referrals (推荐), their steps, the holds of seats (席位保留), and links that answer without an account.

The rules two people at once could break are indexes: one live hold a seat, one live hold a referral, one live
referral of a person to a posting, and one settled referral a person.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.referrals import (
    DeclineReason,
    FallThroughReason,
    HoldEnd,
    LinkPurpose,
    ReferralState,
    ReferralVia,
    RefusalReason,
    WithdrawalReason,
)

_LIVE = (
    "state IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold')"
    " AND left_on IS NULL"
)
_SETTLED = "state IN ('accepted', 'reported', 'in_post') AND left_on IS NULL"
_HOLD_LIVE = "ended_at IS NULL"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class Referral(Base):
    """One person referred to one posting, from the proposal to the job or its end.

    No column tells an employer of hardship; `is_fallback` and the seat's class are read by the union only.
    """

    __tablename__ = "referral"
    __table_args__ = (
        sa.Index(
            "uq_referral_live_pair",
            "posting_id",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
        sa.Index(
            "uq_referral_settled_graduate",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text(_SETTLED),
            postgresql_where=sa.text(_SETTLED),
        ),
        sa.Index("ix_referral_graduate", "graduate_id", "state"),
        sa.Index(
            "ix_referral_employer", "employer_id", "state", "posting_id", "sent_at", "left_on"
        ),
        sa.Index("ix_referral_union", "union_id", "state", "decide_by_on", "id"),
        sa.Index("ix_referral_drive", "drive_id", "state", "id"),
        sa.Index("ix_referral_due", "state", "decide_by_on"),
        sa.CheckConstraint("(state = 'on_hold') = (held_state IS NOT NULL)", name="hold_remembers"),
        sa.CheckConstraint(
            "state <> 'refused' OR refusal_reason IS NOT NULL", name="refusal_has_reason"
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR decline_reason IS NOT NULL", name="decline_has_reason"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="RESTRICT"), index=True
    )
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employer.id", ondelete="RESTRICT"))
    graduate_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that serves the graduate, as it was at the proposal; its staff see the referral."""
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[ReferralState] = mapped_column(
        one_of(ReferralState, "state"), default=ReferralState.PROPOSED
    )
    held_state: Mapped[ReferralState | None] = mapped_column(one_of(ReferralState, "held_state"))
    """Where an ON_HOLD referral goes back to."""
    ended_state: Mapped[ReferralState | None] = mapped_column(one_of(ReferralState, "ended_state"))
    """Where it stood when an acceptance elsewhere or silence ended it."""
    decide_by_on: Mapped[dt.date | None]
    """Last day of whoever must answer now, China time; None when nobody must."""
    asked_at: Mapped[dt.datetime]
    """Since when it waits in the present state."""
    proposed_at: Mapped[dt.datetime]
    proposed_by_id: Mapped[int | None] = _account()
    sent_at: Mapped[dt.datetime | None]
    employer_answered_at: Mapped[dt.datetime | None]
    """The employer's first answer of any kind: from it comes the answering time."""
    ended_at: Mapped[dt.datetime | None]
    run_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("ranking_run.id", ondelete="RESTRICT"), index=True
    )
    change_seq: Mapped[int | None]
    """With `run_id` the state of the lists that proposed it; None for a referral by hand without a run."""
    fit_points: Mapped[int] = mapped_column(default=0, server_default="0")
    """Major + intent + text at the proposal; the employer's order, hardship is no part of it."""
    lottery: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    """Lottery number of the person in the drive (32 bits without sign), lower ones first: breaks equal fit."""
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Contributions to the fit at that moment, as codes and points; nothing of hardship."""
    disclosed: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """`DisclosurePart`s the person agreed to show this employer."""
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id", ondelete="SET NULL"))
    """The consent (DISCLOSURE, this employer) it was sent under."""
    is_fallback: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A plan's fallback seat (保底): declining it never counts against anyone."""
    follows_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    """The referral whose seat went on to this person (递补)."""
    ended_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    """The acceptance that ended it; offered again first if that job falls through."""
    refusal_reason: Mapped[RefusalReason | None] = mapped_column(
        one_of(RefusalReason, "refusal_reason")
    )
    refusal_words: Mapped[str | None]
    """What the person reads."""
    refusal_note_cipher: Mapped[bytes | None]
    """What only the caseworker reads."""
    decline_reason: Mapped[DeclineReason | None] = mapped_column(
        one_of(DeclineReason, "decline_reason")
    )
    decline_words_cipher: Mapped[bytes | None]
    withdrawal_reason: Mapped[WithdrawalReason | None] = mapped_column(
        one_of(WithdrawalReason, "withdrawal_reason")
    )
    fall_through_reason: Mapped[FallThroughReason | None] = mapped_column(
        one_of(FallThroughReason, "fall_through_reason")
    )
    interview_on: Mapped[dt.date | None]
    """Day of the interview agreed last; hours and rooms of an interview day (面试日) are rows of their own."""
    interview_words: Mapped[str | None]
    """Hour, place and whom to ask for, as the person reads it."""
    has_attended: Mapped[bool | None]
    """Whether the person came to it (到场); None while nobody said."""
    reports_on: Mapped[dt.date | None]
    """Day agreed for reporting for work (约定报到日)."""
    reported_on: Mapped[dt.date | None]
    in_post_on: Mapped[dt.date | None]
    left_on: Mapped[dt.date | None]
    """Last day of the job, once it ended; the seat is free again."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class ReferralStep(Base):
    """One step of a referral; rows are never changed."""

    __tablename__ = "referral_step"
    __table_args__ = (sa.Index("ix_referral_step_referral", "referral_id", "id"),)

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id", ondelete="CASCADE"))
    before: Mapped[ReferralState | None] = mapped_column(one_of(ReferralState, "before"))
    after: Mapped[ReferralState] = mapped_column(one_of(ReferralState, "after"))
    at: Mapped[dt.datetime]
    via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "via"))
    by_account_id: Mapped[int | None] = _account()
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Codes, days and ids of the step; no names and no free words."""


class SeatHold(Base):
    """A seat kept for one referral: while it is considered, offered, or filled."""

    __tablename__ = "seat_hold"
    __table_args__ = (
        sa.Index(
            "uq_seat_hold_live_seat",
            "seat_id",
            unique=True,
            sqlite_where=sa.text(_HOLD_LIVE),
            postgresql_where=sa.text(_HOLD_LIVE),
        ),
        sa.Index(
            "uq_seat_hold_live_referral",
            "referral_id",
            unique=True,
            sqlite_where=sa.text(_HOLD_LIVE),
            postgresql_where=sa.text(_HOLD_LIVE),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="end_told"),
    )

    id: Mapped[Id]
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id", ondelete="RESTRICT"), index=True)
    referral_id: Mapped[int] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT"), index=True
    )
    from_at: Mapped[dt.datetime]
    until_on: Mapped[dt.date | None]
    """Last day of a hold or offer, China time; None once the seat is filled. Lapsing is a conditional update."""
    ended_at: Mapped[dt.datetime | None]
    ended_as: Mapped[HoldEnd | None] = mapped_column(one_of(HoldEnd, "ended_as"))


class AnswerLink(Base):
    """A link sent out that answers one question without an account; only its hash is kept."""

    __tablename__ = "answer_link"
    __table_args__ = (
        sa.UniqueConstraint("token_hash"),
        sa.Index("ix_answer_link_subject", "subject_kind", "subject_id", "purpose"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str]
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose, "purpose"))
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE")
    )
    employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="CASCADE")
    )
    provider_id: Mapped[int | None]
    """Training provider (培训机构) it was sent to."""
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class HiddenEmployer(Base):
    """An employer from which a person hides (不向该单位推荐)."""

    __tablename__ = "hidden_employer"

    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), primary_key=True
    )
    employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="CASCADE"), primary_key=True
    )
    hidden_at: Mapped[dt.datetime]
