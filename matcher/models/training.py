"""Courses (培训班), their orders (订单), and the people referred to them (培训转介).

What two people at once could break are constraints: places taken never exceed the places there are, one live
training referral a person and course, one entry of attendance a person and session, one certificate a referral,
and a subsidy hangs on a certificate.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.referrals import ReferralVia
from matcher.kinds.training import (
    CertificateKind,
    CourseKind,
    CoursePayer,
    CourseState,
    DropReason,
    OrderPart,
    TradeLevel,
    TrainingRefusal,
    TrainingState,
)

_LIVE = "state NOT IN ('refused', 'expired', 'dropped')"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _referral() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("training_referral.id", ondelete="CASCADE"), index=True)


class TrainingProvider(Base):
    """A training provider (培训机构) or the unit that offers an internship (见习单位); it has no account here."""

    __tablename__ = "training_provider"
    __table_args__ = (sa.UniqueConstraint("union_id", "name"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    name: Mapped[str]
    licence_number: Mapped[str | None]
    """Licence of a private training school (办学许可证), or the record as an internship base (见习基地)."""
    licence_valid_to: Mapped[dt.date | None]
    region_code: Mapped[str | None]
    address: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_phone_cipher: Mapped[bytes | None]
    contact_phone_masked: Mapped[str | None]
    """Where the answer link (答复链接) goes by SMS."""
    contact_mail_cipher: Mapped[bytes | None]
    """Where it goes by mail."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Course(Base):
    """A course (班次) with a number of places; an internship or start-up support is a course of that kind."""

    __tablename__ = "course"
    __table_args__ = (
        sa.CheckConstraint("places >= 1", name="places_positive"),
        sa.CheckConstraint("places_taken >= 0 AND places_taken <= places", name="places_enough"),
        sa.CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
        sa.CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        sa.CheckConstraint(
            "promised_posts = 0 OR employer_id IS NOT NULL", name="promise_has_employer"
        ),
        sa.Index("ix_course_list", "union_id", "state", "starts_on", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that offers it; its district may refer people to it."""
    provider_id: Mapped[int] = mapped_column(
        sa.ForeignKey("training_provider.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[CourseKind] = mapped_column(one_of(CourseKind, "kind"))
    title: Mapped[str]
    trade: Mapped[str | None]
    """Trade (职业、工种) as the provider names it."""
    occupation_code: Mapped[str | None]
    level: Mapped[TradeLevel | None] = mapped_column(one_of(TradeLevel, "level"))
    planned_hours: Mapped[int | None]
    actual_hours: Mapped[int | None]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    place_text: Mapped[str | None]
    region_code: Mapped[str | None]
    places: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0, server_default="0")
    """Referrals that take a place now; changed only by conditional updates in `services.training.places`."""
    cost_fen: Mapped[int] = mapped_column(default=0, server_default="0")
    """Cost for one person, in fen."""
    payer: Mapped[CoursePayer] = mapped_column(one_of(CoursePayer, "payer"))
    certificate: Mapped[str | None]
    """Certificate it leads to, by the name postings require it under."""
    certificate_kind: Mapped[CertificateKind | None] = mapped_column(
        one_of(CertificateKind, "certificate_kind")
    )
    employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="RESTRICT"), index=True
    )
    """Employer of the order (订单单位)."""
    promised_posts: Mapped[int] = mapped_column(default=0, server_default="0")
    """Posts the employer promised those who finish (承诺岗位)."""
    told_seats: Mapped[int] = mapped_column(default=0, server_default="0")
    """Tied seats that stood when both sides were last told."""
    state: Mapped[CourseState] = mapped_column(
        one_of(CourseState, "state"), default=CourseState.OPEN
    )
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class CourseSeat(Base):
    """A seat (席位) tied to an order: for people who finish the course; the row goes with the seat."""

    __tablename__ = "course_seat"

    seat_id: Mapped[int] = mapped_column(
        sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="CASCADE"), index=True
    )
    tied_at: Mapped[dt.datetime]


class OrderDrop(Base):
    """An order that became less (订单减少): shown to both sides until a person has noted it."""

    __tablename__ = "order_drop"
    __table_args__ = (sa.CheckConstraint("after < before", name="less"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="CASCADE"), index=True
    )
    part: Mapped[OrderPart] = mapped_column(one_of(OrderPart, "part"))
    before: Mapped[int]
    after: Mapped[int]
    dropped_at: Mapped[dt.datetime]


class TrainingReferral(Base):
    """One person referred to one course, from the proposal to the certificate, the job or the end."""

    __tablename__ = "training_referral"
    __table_args__ = (
        sa.Index(
            "uq_training_referral_live",
            "course_id",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
        sa.CheckConstraint(
            "state <> 'hired' OR hired_referral_id IS NOT NULL OR placement_id IS NOT NULL",
            name="hired_by_record",
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR refusal_reason IS NOT NULL", name="refusal_has_reason"
        ),
        sa.CheckConstraint("state <> 'dropped' OR drop_reason IS NOT NULL", name="drop_has_reason"),
        sa.Index("ix_training_referral_graduate", "graduate_id", "state"),
        sa.Index("ix_training_referral_union", "union_id", "state", "decide_by_on", "id"),
        sa.Index("ix_training_referral_due", "state", "decide_by_on"),
        sa.Index("ix_training_referral_queue", "course_id", "state", "queued_at", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    graduate_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that serves the graduate, as it was at the proposal; its staff see the referral."""
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[TrainingState] = mapped_column(one_of(TrainingState, "state"))
    proposed_at: Mapped[dt.datetime]
    proposed_by_id: Mapped[int | None] = _account()
    queued_at: Mapped[dt.datetime | None]
    """Since when the person waits for a place; the order of the waiting list (候补)."""
    asked_at: Mapped[dt.datetime]
    """Since when it waits in the present state: reminders and the expiry count from here."""
    decide_by_on: Mapped[dt.date | None]
    """Last day for an answer, China time; None when nobody must answer."""
    reminded_on: Mapped[dt.date | None]
    n_reminders: Mapped[int] = mapped_column(default=0, server_default="0")
    agreed_at: Mapped[dt.datetime | None]
    """When the person agreed to take part and to be named to the provider; the provider sees nobody before."""
    agreed_via: Mapped[ReferralVia | None] = mapped_column(one_of(ReferralVia, "agreed_via"))
    provider_answered_at: Mapped[dt.datetime | None]
    attending_on: Mapped[dt.date | None]
    """First day of taking part; set once, also for who drops out later: 人次 counts it."""
    finished_on: Mapped[dt.date | None]
    ended_at: Mapped[dt.datetime | None]
    refusal_reason: Mapped[TrainingRefusal | None] = mapped_column(
        one_of(TrainingRefusal, "refusal_reason")
    )
    drop_reason: Mapped[DropReason | None] = mapped_column(one_of(DropReason, "drop_reason"))
    service_act_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("service_act.id", ondelete="SET NULL"), index=True
    )
    """The one service act this enrolment is on the case."""
    hired_on: Mapped[dt.date | None]
    hired_referral_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="RESTRICT"), index=True
    )
    placement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("placement.id", ondelete="RESTRICT"), index=True
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class TrainingStep(Base):
    """One step of a training referral; rows are never changed."""

    __tablename__ = "training_step"

    id: Mapped[Id]
    referral_id: Mapped[int] = _referral()
    before: Mapped[TrainingState | None] = mapped_column(one_of(TrainingState, "before"))
    after: Mapped[TrainingState] = mapped_column(one_of(TrainingState, "after"))
    at: Mapped[dt.datetime]
    via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "via"))
    by_account_id: Mapped[int | None] = _account()
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Codes, days and ids; no names and no free words."""
