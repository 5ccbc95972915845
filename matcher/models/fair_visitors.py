"""Who comes to a fair: visitors (参会求职者), their tickets (入场码), the scanners (验票终端) and the log of the door.

The door has a log of its own, beside the chained trail, whose lock a hundred scans a second would wait for.
That a ticket lets in once and a session no more than its approved number is held by conditional updates of
`fair_ticket` and `fair_session`; a scan sent twice is known by its own number.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import EducationLevel
from matcher.kinds.fairs import EntryKind, EntryRefusal, VisitorKind, VisitorState


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class FairVisitor(Base):
    """Somebody who is asked to a fair, registers or walks in; a graduate of the drive or anybody else."""

    __tablename__ = "fair_visitor"
    __table_args__ = (
        sa.Index(
            "uq_fair_visitor_graduate",
            "fair_id",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text("graduate_id IS NOT NULL"),
            postgresql_where=sa.text("graduate_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_fair_visitor_person",
            "fair_id",
            "person_index",
            unique=True,
            sqlite_where=sa.text("person_index IS NOT NULL"),
            postgresql_where=sa.text("person_index IS NOT NULL"),
        ),
        sa.Index("ix_fair_visitor_list", "fair_id", "state", "id"),
        sa.Index("ix_fair_visitor_phone", "fair_id", "phone_index"),
        sa.CheckConstraint(
            "graduate_id IS NOT NULL OR name_cipher IS NOT NULL OR forgotten_at IS NOT NULL",
            name="somebody",
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT"), index=True
    )
    """None: not one of the drive's graduates; then name and phone stand here, encrypted."""
    kind: Mapped[VisitorKind] = mapped_column(one_of(VisitorKind, "kind"))
    state: Mapped[VisitorState] = mapped_column(one_of(VisitorState, "state"))
    name_cipher: Mapped[bytes | None]
    name_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[str | None]
    phone_masked: Mapped[str | None]
    person_index: Mapped[str | None]
    """Keyed hash of name and number together: who registers twice is one visitor."""
    school: Mapped[str | None]
    major_text: Mapped[str | None]
    education: Mapped[EducationLevel | None] = mapped_column(one_of(EducationLevel, "education"))
    shown: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """What a booth may read after scanning the ticket (同意展位查看): codes of fields, nothing unless agreed."""
    consented_at: Mapped[dt.datetime | None]
    consent_text_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("consent_text.id", ondelete="RESTRICT")
    )
    waiting_since: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    forgotten_at: Mapped[dt.datetime | None]
    """Name and number were erased; counts stay."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairTicket(Base):
    """A ticket (入场码) of a visitor for a session; the code carries the serial and a signature, nothing else."""

    __tablename__ = "fair_ticket"
    __table_args__ = (
        sa.UniqueConstraint("serial"),
        sa.UniqueConstraint("visitor_id", "session_id"),
        sa.Index("ix_fair_ticket_session", "session_id", "id"),
        sa.CheckConstraint("NOT is_inside OR admitted_at IS NOT NULL", name="inside_was_admitted"),
    )

    id: Mapped[Id]
    serial: Mapped[bytes]
    """Random, 8 bytes: what the code names the ticket by."""
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_session.id", ondelete="CASCADE"))
    issued_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    admitted_at: Mapped[dt.datetime | None]
    """When it let somebody in, once."""
    is_inside: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class DoorDevice(Base):
    """A scanner at the door (验票终端): a phone or a computer paired by a link that expires; it has no account."""

    __tablename__ = "door_device"
    __table_args__ = (
        sa.UniqueConstraint("pairing_hash"),
        sa.UniqueConstraint("token_hash"),
        sa.Index("ix_door_device_fair", "fair_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    name: Mapped[str]
    """Which door and whose hands: 东门 1."""
    pairing_hash: Mapped[str | None]
    """Of the link that pairs it once."""
    pairing_expires_at: Mapped[dt.datetime | None]
    token_hash: Mapped[str | None]
    paired_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    last_seen_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()


class DoorLoan(Base):
    """Places of a session lent to a scanner without network (离线配额), and the signed list it took along."""

    __tablename__ = "door_loan"
    __table_args__ = (
        sa.Index(
            "uq_door_loan_live",
            "device_id",
            "session_id",
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.Index("ix_door_loan_session", "session_id"),
        sa.CheckConstraint("n_lent >= 0 AND n_used BETWEEN 0 AND n_lent", name="used_within_lent"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("door_device.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_session.id", ondelete="CASCADE"))
    n_lent: Mapped[int]
    n_used: Mapped[int] = mapped_column(default=0, server_default="0")
    lent_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    """When the scanner was back and what it had not used was given back."""


class FairEntry(Base):
    """One scan at the door and what came of it; rows are never changed."""

    __tablename__ = "fair_entry"
    __table_args__ = (
        sa.UniqueConstraint("scan_number"),
        sa.Index("ix_fair_entry_session", "session_id", "at"),
        sa.Index("ix_fair_entry_ticket", "ticket_id", "id"),
        sa.CheckConstraint("(kind = 'refused') = (refusal IS NOT NULL)", name="refused_says_why"),
    )

    id: Mapped[Id]
    scan_number: Mapped[str]
    """Made by the scanner, so that a scan sent twice is one row."""
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_session.id", ondelete="CASCADE")
    )
    ticket_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_ticket.id", ondelete="CASCADE")
    )
    """None of a code nobody knows."""
    device_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("door_device.id", ondelete="SET NULL")
    )
    """None: entered from a sheet of paper."""
    kind: Mapped[EntryKind] = mapped_column(one_of(EntryKind, "kind"))
    refusal: Mapped[EntryRefusal | None] = mapped_column(one_of(EntryRefusal, "refusal"))
    is_offline: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[dt.datetime]
    """When it was scanned, by the server's clock, or by the scanner's while it had no network."""
    entered_at: Mapped[dt.datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Ids and codes: of a conflict the other entry and its scanner."""
