"""Requests for help (求助) and pairings with somebody who helps (结对帮扶)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.casework import ContactChannel, NeedKind, RequestSource, RequestState


class HelpRequest(Base):
    """A dated lead (求助线索) with an owner and an answer; it may come before there is a case or a graduate."""

    __tablename__ = "help_request"
    __table_args__ = (
        sa.CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answer_dated"),
        sa.CheckConstraint(
            "(passed_on_to IS NULL) = (passed_on_on IS NULL)", name="passed_on_dated"
        ),
        sa.Index("ix_help_request_list", "union_id", "state", "due_on", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate_case.id", ondelete="SET NULL"), index=True
    )
    person_name: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[str | None]
    phone_masked: Mapped[str | None]
    source: Mapped[RequestSource] = mapped_column(one_of(RequestSource, "source"))
    kind: Mapped[NeedKind] = mapped_column(one_of(NeedKind, "kind"))
    words_cipher: Mapped[bytes]
    """What is asked for, sealed."""
    received_at: Mapped[dt.datetime]
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    due_on: Mapped[dt.date]
    """Last day for an answer, by the rule `help_request.answer`."""
    due_is_known: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether the table of working days covers the whole time."""
    state: Mapped[RequestState] = mapped_column(
        one_of(RequestState, "state"), default=RequestState.OPEN
    )
    passed_on_to: Mapped[str | None]
    """The body it was passed on to (转办单位)."""
    passed_on_on: Mapped[dt.date | None]
    reply_due_on: Mapped[dt.date | None]
    replied_on: Mapped[dt.date | None]
    answer_cipher: Mapped[bytes | None]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Pairing(Base):
    """A graduate and a partner (结对帮扶): a person with an account here, or a unit that keeps no account."""

    __tablename__ = "pairing"
    __table_args__ = (
        sa.CheckConstraint(
            "partner_id IS NOT NULL OR partner_unit IS NOT NULL", name="partner_named"
        ),
        sa.CheckConstraint("rhythm_days > 0", name="rhythm_positive"),
        sa.Index(
            "uq_pairing_live",
            "graduate_id",
            "partner_id",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL AND partner_id IS NOT NULL"),
            postgresql_where=sa.text("ended_on IS NULL AND partner_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_pairing_live_unit",
            "graduate_id",
            "partner_unit",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL AND partner_id IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL AND partner_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT"), index=True
    )
    partner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="RESTRICT"), index=True
    )
    partner_unit: Mapped[str | None]
    """Unit the partner belongs to, or the unit that is the partner (帮扶单位)."""
    employer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="RESTRICT"), index=True
    )
    """The partner's own firm: the partner is kept out of this graduate's selection there."""
    consent_id: Mapped[int] = mapped_column(sa.ForeignKey("consent.id", ondelete="RESTRICT"))
    agreed_help: Mapped[str]
    """What was agreed, in words the partner may read (约定的帮助)."""
    rhythm_days: Mapped[int]
    """Days between two contacts at most."""
    started_on: Mapped[dt.date]
    last_contact_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    end_reason: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class PairingContact(Base):
    """One contact of a partner with the graduate (联系记录)."""

    __tablename__ = "pairing_contact"

    id: Mapped[Id]
    pairing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("pairing.id", ondelete="CASCADE"), index=True
    )
    happened_on: Mapped[dt.date]
    channel: Mapped[ContactChannel] = mapped_column(one_of(ContactChannel, "channel"))
    note_cipher: Mapped[bytes | None]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
