"""What came of a training referral: attendance (考勤), start-up steps, certificate (证书) and subsidy (培训补贴)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds.referrals import ReferralVia
from matcher.kinds.training import CertificateKind, DaySession, SupportKind, TradeLevel


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _referral(*, unique: bool = False) -> Mapped[int]:
    key = sa.ForeignKey("training_referral.id", ondelete="CASCADE")
    return mapped_column(key, index=not unique, unique=unique)


class TrainingAttendance(Base):
    """Whether somebody was there in one part of one day (考勤); a correction overwrites the row and is audited."""

    __tablename__ = "training_attendance"
    __table_args__ = (
        sa.CheckConstraint("hours >= 0 AND hours <= 12", name="hours_of_a_day"),
        sa.CheckConstraint("attended OR hours = 0", name="absent_no_hours"),
    )

    referral_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_referral.id", ondelete="CASCADE"), primary_key=True
    )
    happened_on: Mapped[dt.date] = mapped_column(primary_key=True)
    session: Mapped[DaySession] = mapped_column(one_of(DaySession, "session"), primary_key=True)
    attended: Mapped[bool]
    hours: Mapped[int]
    entered_at: Mapped[dt.datetime]
    via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "via"))
    entered_by_id: Mapped[int | None] = _account()


class SupportStep(Base):
    """One step of start-up support (创业扶持) for one person."""

    __tablename__ = "support_step"

    id: Mapped[Id]
    referral_id: Mapped[int] = _referral()
    kind: Mapped[SupportKind] = mapped_column(one_of(SupportKind, "kind"))
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()


class TrainingCertificate(Base):
    """The certificate somebody got by a course; its number is closed, found by keyed hash, shown masked."""

    __tablename__ = "training_certificate"

    id: Mapped[Id]
    referral_id: Mapped[int] = _referral(unique=True)
    kind: Mapped[CertificateKind] = mapped_column(one_of(CertificateKind, "kind"))
    name: Mapped[str]
    level: Mapped[TradeLevel | None] = mapped_column(one_of(TradeLevel, "level"))
    number_cipher: Mapped[bytes]
    number_index: Mapped[str] = mapped_column(unique=True)
    number_masked: Mapped[str]
    issued_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "via"))
    entered_by_id: Mapped[int | None] = _account()


class TrainingSubsidy(Base):
    """A claim of the union's training subsidy (职业培训补贴): one a certificate, never above the own cost."""

    __tablename__ = "training_subsidy"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0 AND amount_fen <= own_cost_fen", name="within_own_cost"),
        sa.Index("ix_training_subsidy_year", "graduate_id", "year"),
    )

    id: Mapped[Id]
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_certificate.id", ondelete="RESTRICT"), unique=True
    )
    graduate_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    year: Mapped[int]
    """Calendar year the limit counts in: that of the certificate."""
    own_cost_fen: Mapped[int]
    amount_fen: Mapped[int]
    limit_source: Mapped[str]
    """Source of the limit that held, as the data had it that day."""
    claimed_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()
