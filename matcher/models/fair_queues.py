"""Waiting at a booth: queue numbers (排队号), interview slots (面试时段), and announcements (公告) of a fair.

The rules two people at once could break are indexes: a visitor stands once in a queue, a slot takes one person, and a
person is in one place at the same time.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_hall import Audience, QueueState
from matcher.kinds.interviews import InterviewState

_IN_LINE = "state IN ('waiting', 'called')"
_STANDS = "state IN ('booked', 'attended', 'missed')"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class FairQueuePlace(Base):
    """A number a visitor took at an employer's queue on a day."""

    __tablename__ = "fair_queue_place"
    __table_args__ = (
        sa.UniqueConstraint("fair_employer_id", "held_on", "number"),
        sa.Index(
            "uq_fair_queue_place_in_line",
            "fair_employer_id",
            "visitor_id",
            unique=True,
            sqlite_where=sa.text(_IN_LINE),
            postgresql_where=sa.text(_IN_LINE),
        ),
        sa.Index("ix_fair_queue_place_line", "fair_employer_id", "held_on", "state", "number"),
        sa.Index("ix_fair_queue_place_visitor", "visitor_id", "id"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("state <> 'waiting' OR called_at IS NULL", name="waiting"),
        sa.CheckConstraint(
            "(state IN ('waiting', 'called')) = (ended_at IS NULL)", name="ended_dated"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    held_on: Mapped[dt.date]
    number: Mapped[int]
    """From 1 each day."""
    state: Mapped[QueueState] = mapped_column(
        one_of(QueueState, "state"), default=QueueState.WAITING
    )
    taken_at: Mapped[dt.datetime]
    called_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class FairSlot(Base):
    """One place for one person at one employer's table during a fair; several tables at a time are several rows."""

    __tablename__ = "fair_slot"
    __table_args__ = (
        sa.UniqueConstraint("fair_employer_id", "begins_at", "table_number"),
        sa.CheckConstraint("begins_at < ends_at", name="times_in_order"),
        sa.CheckConstraint("table_number BETWEEN 1 AND 50", name="table_number"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_session.id", ondelete="CASCADE"), index=True
    )
    table_number: Mapped[int]
    begins_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]


class FairInterview(Base):
    """One visitor in one slot of a booth; a new time is a new row."""

    __tablename__ = "fair_interview"
    __table_args__ = (
        sa.Index(
            "uq_fair_interview_slot",
            "slot_id",
            unique=True,
            sqlite_where=sa.text(_STANDS),
            postgresql_where=sa.text(_STANDS),
        ),
        sa.Index(
            "uq_fair_interview_person_time",
            "visitor_id",
            "begins_at",
            unique=True,
            sqlite_where=sa.text(_STANDS),
            postgresql_where=sa.text(_STANDS),
        ),
        sa.Index(
            "uq_fair_interview_contact",
            "contact_id",
            unique=True,
            sqlite_where=sa.text("state = 'booked'"),
            postgresql_where=sa.text("state = 'booked'"),
        ),
        sa.CheckConstraint("(state = 'booked') = (settled_at IS NULL)", name="settled_dated"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slot_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_slot.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_contact.id", ondelete="CASCADE"), index=True
    )
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    begins_at: Mapped[dt.datetime]
    """The slot's, for the index that keeps a person in one place."""
    state: Mapped[InterviewState] = mapped_column(
        one_of(InterviewState, "state"), default=InterviewState.BOOKED
    )
    booked_at: Mapped[dt.datetime]
    booked_by_id: Mapped[int | None] = _account()
    settled_at: Mapped[dt.datetime | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairAnnouncement(Base):
    """What the organiser says to the hall (现场公告): on the wall, on phones, at the booths, until it ends."""

    __tablename__ = "fair_announcement"
    __table_args__ = (
        sa.Index("ix_fair_announcement_fair", "fair_id", "shown_from"),
        sa.CheckConstraint("shown_from < shown_until", name="times_in_order"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    audience: Mapped[Audience] = mapped_column(one_of(Audience, "audience"))
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    body: Mapped[str]
    """Read by everybody: no word of hardship in it."""
    shown_from: Mapped[dt.datetime]
    shown_until: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
