"""The summer survey (摸底): a round, a line per household to visit, a line per child or graduate found."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.casework import NotNowReason, SurveyDestination, SurveyStanding, SurveyState


class SurveyRound(Base):
    """A round of the survey, run by a union for all unions below it (一轮摸底)."""

    __tablename__ = "survey_round"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "year"),
        sa.CheckConstraint("from_on <= to_on", name="dates_in_order"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    year: Mapped[int]
    """Year of graduation asked for."""
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class SurveyVisit(Base):
    """How far a round got with one household."""

    __tablename__ = "survey_visit"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "household_id"),
        sa.CheckConstraint("(state = 'to_visit') = (visited_on IS NULL)", name="visited_dated"),
        sa.Index("ix_survey_visit_list", "round_id", "union_id", "state"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_round.id", ondelete="CASCADE"))
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    """The grass-roots union that visits."""
    state: Mapped[SurveyState] = mapped_column(
        one_of(SurveyState, "state"), default=SurveyState.TO_VISIT
    )
    visited_on: Mapped[dt.date | None]
    visited_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    entered_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class SurveyPerson(Base):
    """A child at school or a graduate of a household (在读子女、毕业生), as the round found them."""

    __tablename__ = "survey_person"
    __table_args__ = (
        sa.UniqueConstraint("visit_id", "member_id"),
        sa.CheckConstraint(
            "destination IS NULL OR standing = 'graduate'", name="destination_of_graduate"
        ),
        sa.CheckConstraint(
            "(destination = 'not_now' AND reason IS NOT NULL) OR "
            "((destination IS NULL OR destination <> 'not_now') AND reason IS NULL)",
            name="reason_of_not_now",
        ),
    )

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_visit.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )
    standing: Mapped[SurveyStanding] = mapped_column(one_of(SurveyStanding, "standing"))
    graduated_on: Mapped[dt.date | None]
    """Expected or past day of graduation; who graduated before the year of the round is 往届."""
    needs_aid: Mapped[bool | None]
    """Whether the child needs help with study costs (助学需求); None until asked."""
    destination: Mapped[SurveyDestination | None] = mapped_column(
        one_of(SurveyDestination, "destination")
    )
    reason: Mapped[NotNowReason | None] = mapped_column(one_of(NotNowReason, "reason"))
    entered_at: Mapped[dt.datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
