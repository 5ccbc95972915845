"""Consent texts by version, and each graduate's consents and withdrawals (同意与撤回)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds import Channel, ConsentPurpose


class ConsentText(Base):
    """The words somebody agreed to; a new wording is a new version."""

    __tablename__ = "consent_text"
    __table_args__ = (sa.UniqueConstraint("purpose", "version"),)

    id: Mapped[Id]
    purpose: Mapped[ConsentPurpose] = mapped_column(one_of(ConsentPurpose, "purpose"))
    version: Mapped[int]
    body: Mapped[str]
    valid_from: Mapped[dt.date]


class Consent(Base):
    """One consent given, perhaps withdrawn; rows are never deleted while the person's record is kept."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.Index("ix_consent_graduate", "graduate_id", "purpose"),
        sa.Index(
            "uq_consent_live",
            "graduate_id",
            "purpose",
            "employer_id",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL AND employer_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL AND employer_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_consent_live_general",
            "graduate_id",
            "purpose",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL AND employer_id IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL AND employer_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    graduate_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate.id", ondelete="CASCADE"))
    purpose: Mapped[ConsentPurpose] = mapped_column(one_of(ConsentPurpose, "purpose"))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("consent_text.id", ondelete="RESTRICT"))
    employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="CASCADE")
    )
    """The employer a disclosure is for; None for general purposes."""
    given_at: Mapped[dt.datetime]
    given_through: Mapped[Channel] = mapped_column(one_of(Channel, "given_through"))
    recorded_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_through: Mapped[Channel | None] = mapped_column(one_of(Channel, "withdrawn_through"))
