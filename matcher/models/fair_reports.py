"""What comes after a fair (会后): its report, who did not come, what became of intents, and the survey of both sides.

An intent (意向) is what a booth noted; whether it led to a job is told later, by the employer, the person or staff,
each in a row of its own that is never changed. The survey keeps answers apart from who was asked: an ask only notes
that its answer came.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_reports import (
    FollowState,
    OutcomeSaid,
    OutcomeSide,
    SurveyChannel,
    SurveySide,
)
from matcher.kinds.referrals import ReferralVia


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _version() -> Mapped[int]:
    return mapped_column(default=1, server_default="1")


class FairReport(Base):
    """The report of a closed fair (会后报告): when it is due, and what was handed in."""

    __tablename__ = "fair_report"
    __table_args__ = (
        sa.UniqueConstraint("fair_id"),
        sa.CheckConstraint(
            "(handed_in_on IS NULL) = (digest IS NULL)", name="handed_in_was_frozen"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    due_on: Mapped[dt.date]
    """Last day of reporting, counted in the working days of the venue's region."""
    due_source: Mapped[str]
    """The rule in words, with its article."""
    due_is_known: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether a notice covers all the days counted."""
    opened_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int | None] = _account()
    summary: Mapped[str | None]
    """What the organiser writes below the figures (工作小结); about the fair, never about a person."""
    handed_in_on: Mapped[dt.date | None]
    handed_to: Mapped[str | None]
    """Which authority took it."""
    receipt: Mapped[str | None]
    """Number or name on its receipt."""
    handed_in_by_id: Mapped[int | None] = _account()
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Figures as handed in, by code; those of today are computed."""
    digest: Mapped[str | None]
    """SHA-256 of what was handed in, printed at its foot."""
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """What was handed in before a corrected report, the oldest first: day, authority, receipt, figures, digest."""
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairPresence(Base):
    """A note that an employer who was expected came to the fair or did not (到会情况); the newest holds."""

    __tablename__ = "fair_presence"
    __table_args__ = (sa.Index("ix_fair_presence_fair_employer", "fair_employer_id", "id"),)

    id: Mapped[Id]
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    came: Mapped[bool]
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    by_account_id: Mapped[int | None] = _account()


class FairFollow(Base):
    """An intent that is followed (意向跟踪): what is known of it by now; its steps say who told it."""

    __tablename__ = "fair_follow"
    __table_args__ = (
        sa.UniqueConstraint("contact_id"),
        sa.Index("ix_fair_follow_list", "fair_id", "state", "id"),
        sa.Index("ix_fair_follow_employer", "fair_employer_id", "id"),
        sa.Index("ix_fair_follow_visitor", "visitor_id", "id"),
        sa.Index("ix_fair_follow_due", "state", "due_on"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_contact.id", ondelete="CASCADE"))
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    state: Mapped[FollowState] = mapped_column(
        one_of(FollowState, "state"), default=FollowState.OPEN
    )
    due_on: Mapped[dt.date]
    """Last day of both sides' answers; then staff ask."""
    placement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("placement.id", ondelete="SET NULL"), index=True
    )
    """The job on record it became; nobody outside the person's own union sees it."""
    opened_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    """When the contact ceased to be an intent; it is not followed any more."""
    version_id: Mapped[int] = _version()

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairOutcomeStep(Base):
    """What one side told of an intent (去向答复); never changed, a later one of a side replaces the one before."""

    __tablename__ = "fair_outcome_step"
    __table_args__ = (
        sa.UniqueConstraint("replaces_id"),
        sa.Index("ix_fair_outcome_step_follow", "follow_id", "side", "id"),
    )

    id: Mapped[Id]
    follow_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_follow.id", ondelete="CASCADE"))
    side: Mapped[OutcomeSide] = mapped_column(one_of(OutcomeSide, "side"))
    said: Mapped[OutcomeSaid] = mapped_column(one_of(OutcomeSaid, "said"))
    happened_on: Mapped[dt.date]
    """Day of the hiring, the start or the end; of the answer while it is still open."""
    entered_at: Mapped[dt.datetime]
    via: Mapped[ReferralVia] = mapped_column(one_of(ReferralVia, "via"))
    by_account_id: Mapped[int | None] = _account()
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_outcome_step.id", ondelete="RESTRICT")
    )


class FairAsk(Base):
    """One question after the fair to one employer or visitor (会后询问): the survey, and what became of the intents.

    Its link is made of the number of the employer's place or the visitor and a keyed hash, so nothing of it is kept.
    """

    __tablename__ = "fair_ask"
    __table_args__ = (
        sa.UniqueConstraint("fair_employer_id"),
        sa.UniqueConstraint("visitor_id"),
        sa.Index("ix_fair_ask_fair", "fair_id", "side", "id"),
        sa.CheckConstraint(
            "(fair_employer_id IS NULL) <> (visitor_id IS NULL)", name="asks_one_side"
        ),
    )

    id: Mapped[Id]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    side: Mapped[SurveySide] = mapped_column(one_of(SurveySide, "side"))
    fair_employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    visitor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_visitor.id", ondelete="CASCADE")
    )
    asked_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    survey_done: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """That an answer came, not which: answers name nobody."""


class FairSurveyAnswer(Base):
    """One answered questionnaire (答卷): nothing in it says whose, and it keeps the day, not the instant."""

    __tablename__ = "fair_survey_answer"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "paper_code"),
        sa.Index("ix_fair_survey_answer_fair", "fair_id", "side", "id"),
    )

    id: Mapped[Id]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    side: Mapped[SurveySide] = mapped_column(one_of(SurveySide, "side"))
    channel: Mapped[SurveyChannel] = mapped_column(one_of(SurveyChannel, "channel"))
    answered_on: Mapped[dt.date]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Choice by question, of the questionnaire's edition."""
    edition: Mapped[str]
    words_cipher: Mapped[bytes | None]
    """Free words, encrypted, since people may write of themselves; erased with the fair's personal parts."""
    paper_code: Mapped[str | None]
    """Code of the printed questionnaire, or number of the page at the exit: one answer, however often sent."""
