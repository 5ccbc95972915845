"""Following up (回访): is somebody still in the job after 1, 3, 6 months; how was each seat of a posting filled.

A call-back stands once a placement and month; a posting is asked about once. What an employer answers says nothing
of which seat was kept for whom: outcomes are numbered from one and point to no seat.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.follow_ups import (
    CallBackAnswer,
    CallBackState,
    SeatOutcomeKind,
    SeatSurveyState,
)
from matcher.kinds.placements import PlacementEnd
from matcher.kinds.referrals import ReferralVia


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class CallBack(Base):
    """One call-back (就业回访) about a placement, so many months after it began."""

    __tablename__ = "call_back"
    __table_args__ = (
        sa.UniqueConstraint("placement_id", "months"),
        sa.Index("ix_call_back_list", "union_id", "state", "due_on", "id"),
        sa.CheckConstraint("months > 0", name="months_positive"),
        sa.CheckConstraint("(state = 'due') = (settled_at IS NULL)", name="settled_dated"),
        sa.CheckConstraint("(state = 'answered') = (answer IS NOT NULL)", name="answer_told"),
        sa.CheckConstraint("(answer = 'left') = (left_on IS NOT NULL)", name="left_dated"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id", ondelete="CASCADE"))
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT"), index=True
    )
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that serves the graduate, as the placement has it."""
    months: Mapped[int]
    reached_on: Mapped[dt.date]
    """Day on which so many months are over."""
    due_on: Mapped[dt.date]
    """Last day to ask."""
    state: Mapped[CallBackState] = mapped_column(
        one_of(CallBackState, "state"), default=CallBackState.DUE
    )
    answer: Mapped[CallBackAnswer | None] = mapped_column(one_of(CallBackAnswer, "answer"))
    left_on: Mapped[dt.date | None]
    end_reason: Mapped[PlacementEnd | None] = mapped_column(one_of(PlacementEnd, "end_reason"))
    words_cipher: Mapped[bytes | None]
    """What was said, sealed."""
    via: Mapped[ReferralVia | None] = mapped_column(one_of(ReferralVia, "via"))
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = _account()
    act_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("service_act.id", ondelete="SET NULL"), index=True
    )
    """The service act (回访) recorded with it."""
    created_at: Mapped[dt.datetime]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class SeatSurvey(Base):
    """The question to an employer how the seats of a closed posting were filled (招满情况)."""

    __tablename__ = "seat_survey"
    __table_args__ = (
        sa.UniqueConstraint("posting_id"),
        sa.Index("ix_seat_survey_employer", "employer_id", "state", "ask_on"),
        sa.Index("ix_seat_survey_due", "state", "ask_on", "due_on"),
        sa.CheckConstraint("seats > 0", name="seats_positive"),
        sa.CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answer_dated"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("posting.id", ondelete="CASCADE"))
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employer.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    """The union of the drive, which asks."""
    seats: Mapped[int]
    """How many the posting had."""
    closed_on: Mapped[dt.date]
    """Its last day, or the day it was found closed before it."""
    ask_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    state: Mapped[SeatSurveyState] = mapped_column(
        one_of(SeatSurveyState, "state"), default=SeatSurveyState.WAITING
    )
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = _account()
    via: Mapped[ReferralVia | None] = mapped_column(one_of(ReferralVia, "via"))
    created_at: Mapped[dt.datetime]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class SeatOutcome(Base):
    """How one seat was filled, as the employer said (席位结果)."""

    __tablename__ = "seat_outcome"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "number"),
        sa.CheckConstraint("referral_id IS NULL OR outcome = 'referred'", name="person_referred"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("seat_survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    outcome: Mapped[SeatOutcomeKind] = mapped_column(one_of(SeatOutcomeKind, "outcome"))
    referral_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="SET NULL"), index=True
    )
    """The person known to have it; None if the union has not heard who it is."""
