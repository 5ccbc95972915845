"""Consent to one claim (单项同意) and the statement made under it (身份说明), after somebody was hired.

A statement is the only way by which an employer learns of anybody's status; the claim it is for stands in both rows.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import Channel
from matcher.kinds.employer_side import StatedStatus, SubsidyClaim

_LIVE_CONSENT = "withdrawn_at IS NULL"
_LIVE_STATEMENT = "revoked_at IS NULL"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class StatusConsent(Base):
    """Somebody who was hired agrees that the employer is told for one claim; under a consent for this employer."""

    __tablename__ = "status_consent"
    __table_args__ = (
        sa.Index(
            "uq_status_consent_live_claim",
            "referral_id",
            "claim",
            unique=True,
            sqlite_where=sa.text(_LIVE_CONSENT),
            postgresql_where=sa.text(_LIVE_CONSENT),
        ),
        sa.Index("ix_status_consent_referral", "referral_id", "id"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id", ondelete="CASCADE"))
    consent_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consent.id", ondelete="CASCADE"), index=True
    )
    """The consent HARDSHIP_DISCLOSURE for this employer; without it alive, this one is nothing."""
    claim: Mapped[SubsidyClaim] = mapped_column(one_of(SubsidyClaim, "claim"))
    claim_title: Mapped[str | None]
    """Name of the subsidy as its rule has it, where the kind does not say it."""
    given_at: Mapped[dt.datetime]
    given_through: Mapped[Channel] = mapped_column(one_of(Channel, "given_through"))
    recorded_by_id: Mapped[int | None] = _account()
    withdrawn_at: Mapped[dt.datetime | None]


class StatusStatement(Base):
    """What the employer was told, under which consent, by whom; never changed, only revoked."""

    __tablename__ = "status_statement"
    __table_args__ = (
        sa.Index(
            "uq_status_statement_live",
            "status_consent_id",
            unique=True,
            sqlite_where=sa.text(_LIVE_STATEMENT),
            postgresql_where=sa.text(_LIVE_STATEMENT),
        ),
        sa.Index("ix_status_statement_employer", "employer_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    referral_id: Mapped[int] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employer.id", ondelete="RESTRICT"))
    status_consent_id: Mapped[int] = mapped_column(
        sa.ForeignKey("status_consent.id", ondelete="CASCADE")
    )
    disclosure_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("disclosure.id", ondelete="SET NULL")
    )
    """Its row among what left the house."""
    says: Mapped[StatedStatus] = mapped_column(one_of(StatedStatus, "says"))
    held_on: Mapped[dt.date]
    """Day on which the files said so."""
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = _account()
    revoked_at: Mapped[dt.datetime | None]
    revoked_by_id: Mapped[int | None] = _account()
