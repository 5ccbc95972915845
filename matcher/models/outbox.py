"""Outgoing messages (发件箱): written in the transaction that causes them, sent afterwards."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds import MessageChannel, MessageState


class OutboxMessage(Base):
    """One message to one person; its template and parameters say no hardship word."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.UniqueConstraint("unique_key"),
        sa.Index("ix_outbox_due", "state", "send_after"),
    )

    id: Mapped[Id]
    unique_key: Mapped[str]
    """Names the effect: the same message is never written twice."""
    channel: Mapped[MessageChannel] = mapped_column(one_of(MessageChannel, "channel"))
    account_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    address_cipher: Mapped[bytes | None]
    """Phone or mail address, encrypted."""
    template: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    secret_cipher: Mapped[bytes | None]
    """A code or link inside the message, encrypted."""
    state: Mapped[MessageState] = mapped_column(
        one_of(MessageState, "state"), default=MessageState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[dt.datetime]
    send_after: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
