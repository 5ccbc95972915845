"""Who met whom at a fair (接触): one row an employer and a visitor, and the log of what was done at the booth.

The log is what happened; the row is what it comes to now, so that lists and figures need no folding. A step that was
pressed by mistake is undone by another that names it, never changed.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_hall import ContactState, ContactStepKind, ContactVia
from matcher.kinds.referrals import RefusalReason


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class FairContact(Base):
    """An employer at a fair and a visitor who came to its booth (展位接触); nothing of it tells hardship."""

    __tablename__ = "fair_contact"
    __table_args__ = (
        sa.UniqueConstraint("fair_employer_id", "visitor_id"),
        sa.Index("ix_fair_contact_fair", "fair_id", "state", "id"),
        sa.Index("ix_fair_contact_visitor", "visitor_id", "id"),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal_reason IS NOT NULL)", name="refused_says_why"
        ),
        sa.CheckConstraint("(state = 'intent') = (intent_at IS NOT NULL)", name="intent_dated"),
        sa.CheckConstraint(
            "state <> 'interviewed' OR interviewed_at IS NOT NULL", name="interviewed_dated"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    fair_employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fair_employer.id", ondelete="CASCADE")
    )
    visitor_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"))
    state: Mapped[ContactState] = mapped_column(
        one_of(ContactState, "state"), default=ContactState.MET
    )
    posting_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="RESTRICT"), index=True
    )
    """What the intent is for (意向岗位); kept when a refusal follows."""
    refusal_reason: Mapped[RefusalReason | None] = mapped_column(
        one_of(RefusalReason, "refusal_reason")
    )
    note_cipher: Mapped[bytes | None]
    """What the booth wrote for itself, encrypted; erased with the visitor's name."""
    met_at: Mapped[dt.datetime]
    """The first scan."""
    resume_at: Mapped[dt.datetime | None]
    """When a résumé was handed in (投递)."""
    interviewed_at: Mapped[dt.datetime | None]
    intent_at: Mapped[dt.datetime | None]
    """When the intent that stands was reached; an intent is no hire."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairContactStep(Base):
    """One step at a booth; rows are never changed."""

    __tablename__ = "fair_contact_step"
    __table_args__ = (
        sa.UniqueConstraint("step_number"),
        sa.UniqueConstraint("undoes_id"),
        sa.Index("ix_fair_contact_step_contact", "contact_id", "id"),
        sa.CheckConstraint("(kind = 'undone') = (undoes_id IS NOT NULL)", name="undoes_one"),
        sa.CheckConstraint("(kind = 'refused') = (reason IS NOT NULL)", name="refused_says_why"),
    )

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_contact.id", ondelete="CASCADE"))
    step_number: Mapped[str]
    """Chosen by who sends it, so that a step sent twice is kept once."""
    kind: Mapped[ContactStepKind] = mapped_column(one_of(ContactStepKind, "kind"))
    posting_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("posting.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[RefusalReason | None] = mapped_column(one_of(RefusalReason, "reason"))
    undoes_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_contact_step.id", ondelete="CASCADE")
    )
    happened_on: Mapped[dt.date]
    at: Mapped[dt.datetime]
    """When it happened; on paper: the hour of the session it was written in."""
    entered_at: Mapped[dt.datetime]
    via: Mapped[ContactVia] = mapped_column(one_of(ContactVia, "via"))
    by_account_id: Mapped[int | None] = _account()
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Codes and numbers of the step; no names, no free words."""
