"""Interview days (面试日), the employers that come, their slots (面试时段), and who meets whom (面试).

The rules two clerks at once could break are indexes: a slot takes one person, a referral has one interview that
stands, and a person is in one place at the same time.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.interviews import InterviewDayState, InterviewState

_STANDS = "state IN ('booked', 'attended', 'missed')"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class InterviewDay(Base):
    """A day and a place at which employers of a drive meet people; times in minutes of China's day."""

    __tablename__ = "interview_day"
    __table_args__ = (
        sa.Index("ix_interview_day_list", "union_id", "held_on", "id"),
        sa.CheckConstraint("first_minute BETWEEN 0 AND 1439", name="first_minute"),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_minutes"),
        sa.CheckConstraint("slots_each BETWEEN 1 AND 100", name="slots_each"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("drive.id", ondelete="RESTRICT"), index=True
    )
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that holds it."""
    held_on: Mapped[dt.date]
    place: Mapped[str]
    first_minute: Mapped[int]
    slot_minutes: Mapped[int]
    slots_each: Mapped[int]
    """Slots one after another in each room."""
    breaks: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """Pauses in minutes of the day: {"from": 720, "to": 810}."""
    state: Mapped[InterviewDayState] = mapped_column(
        one_of(InterviewDayState, "state"), default=InterviewDayState.PLANNED
    )
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class InterviewSlot(Base):
    """One place for one person at one employer; slots of an employer at the same time are rooms."""

    __tablename__ = "interview_slot"
    __table_args__ = (
        sa.UniqueConstraint("day_id", "employer_id", "room", "begins_at"),
        sa.Index("ix_interview_slot_employer", "employer_id", "begins_at"),
        sa.CheckConstraint("begins_at < ends_at", name="times_in_order"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    day_id: Mapped[int] = mapped_column(sa.ForeignKey("interview_day.id", ondelete="CASCADE"))
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employer.id", ondelete="RESTRICT"))
    room: Mapped[int]
    """Number of the employer's room or table, from 1."""
    begins_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]


class Interview(Base):
    """One person in one slot; a new time is a new row that follows the old one."""

    __tablename__ = "interview"
    __table_args__ = (
        sa.Index(
            "uq_interview_slot",
            "slot_id",
            unique=True,
            sqlite_where=sa.text(_STANDS),
            postgresql_where=sa.text(_STANDS),
        ),
        sa.Index(
            "uq_interview_person_time",
            "graduate_id",
            "begins_at",
            unique=True,
            sqlite_where=sa.text(_STANDS),
            postgresql_where=sa.text(_STANDS),
        ),
        sa.Index(
            "uq_interview_referral",
            "referral_id",
            unique=True,
            sqlite_where=sa.text("state = 'booked'"),
            postgresql_where=sa.text("state = 'booked'"),
        ),
        sa.CheckConstraint("(state = 'booked') = (settled_at IS NULL)", name="settled_dated"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slot_id: Mapped[int] = mapped_column(
        sa.ForeignKey("interview_slot.id", ondelete="RESTRICT"), index=True
    )
    referral_id: Mapped[int] = mapped_column(
        sa.ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT"), index=True
    )
    begins_at: Mapped[dt.datetime]
    """The slot's, for the index that keeps a person in one place."""
    state: Mapped[InterviewState] = mapped_column(
        one_of(InterviewState, "state"), default=InterviewState.BOOKED
    )
    booked_at: Mapped[dt.datetime]
    booked_by_id: Mapped[int | None] = _account()
    settled_at: Mapped[dt.datetime | None]
    """When it was attended, missed, moved or cancelled."""
    settled_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy
