"""Before somebody comes to a fair: bookings of sessions (场次预约), rounds of invitations (邀请), routes (参会路线).

No row here tells anybody's circumstances. When somebody's invitation leaves is kept nowhere but in the message.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_guests import BookingState


class FairBooking(Base):
    """A visitor's place in a session, or in the line for one; a booked one has a ticket."""

    __tablename__ = "fair_booking"
    __table_args__ = (
        sa.UniqueConstraint("visitor_id", "session_id"),
        sa.Index("ix_fair_booking_line", "session_id", "state", "waiting_since", "id"),
        sa.CheckConstraint(
            "(state = 'waiting') = (waiting_since IS NOT NULL)", name="waiting_since_when"
        ),
    )

    id: Mapped[Id]
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_session.id", ondelete="CASCADE"))
    state: Mapped[BookingState] = mapped_column(one_of(BookingState, "state"))
    waiting_since: Mapped[dt.datetime | None]
    """The line goes by it."""


class FairBookingCount(Base):
    """How many places of a session are booked; moved by conditional updates, apart from the counters of the door."""

    __tablename__ = "fair_booking_count"
    __table_args__ = (sa.CheckConstraint("n_booked >= 0", name="n_booked"),)

    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_session.id", ondelete="CASCADE"), primary_key=True
    )
    n_booked: Mapped[int] = mapped_column(default=0, server_default="0")


class FairInvitation(Base):
    """One round of invitations (一轮邀请): whom it is for, and by when all have theirs."""

    __tablename__ = "fair_invitation"
    __table_args__ = (sa.UniqueConstraint("fair_id", "number"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    number: Mapped[int]
    """The fair's first round is 1."""
    everybody: Mapped[bool]
    """All of the drive rather than those whom a post at the fair fits."""
    key_cipher: Mapped[bytes]
    """Draws who is among the first; encrypted, since who holds it could tell drawn people from others."""
    begins_at: Mapped[dt.datetime]
    all_out_at: Mapped[dt.datetime]
    """From then on everybody's message has left; before, nobody's answer is shown by itself."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class FairRoute(Base):
    """A visitor's own route: booths in order, with posts and reasons (codes and ids only)."""

    __tablename__ = "fair_route"
    __table_args__ = (sa.UniqueConstraint("visitor_id"),)

    id: Mapped[Id]
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    stops: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """In order: {"fair_employer": id, "postings": [ids], "reasons": [codes]}."""
    arrive_minutes: Mapped[int | None]
    """When it is quiet at the door: so many minutes after the session begins."""
    made_at: Mapped[dt.datetime]
