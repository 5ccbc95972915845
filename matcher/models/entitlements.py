"""Entitlements (政策待遇): facts somebody asked for, applications with their steps, and the papers they need.

All three logs are appended only: what was wrong is replaced by a newer row that names the older one. What the rules
say is data of `matcher.policy.entitlements`; here stand their codes alone. One live application a person and
entitlement is held by partial unique indexes, and one hire opens a unit's entitlement once.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.entitlements import EntitlementState

_LIVE = "state IN ('clue', 'preparing', 'submitted', 'publicity')"


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _of(other: str, *, index: bool = True) -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey(f"{other}.id", ondelete="CASCADE"), index=index)


def _application() -> Mapped[int]:
    key = sa.ForeignKey("entitlement_application.id", ondelete="CASCADE")
    return mapped_column(key, index=True)


class EntitlementFact(Base):
    """A fact of a person, a unit or a hire that somebody asked for (问到的情况); the newest row says what is so."""

    __tablename__ = "entitlement_fact"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN graduate_id IS NULL AND member_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN employer_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN placement_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one",
        ),
        sa.UniqueConstraint("replaces_id"),
    )

    id: Mapped[Id]
    graduate_id: Mapped[int | None] = _of("graduate")
    member_id: Mapped[int | None] = _of("household_member")
    """The same person inside a household; both where both are known."""
    employer_id: Mapped[int | None] = _of("employer")
    placement_id: Mapped[int | None] = _of("placement")
    """The hire (录用) a fact is about: months of contract, months insured."""
    code: Mapped[str]
    """Of a fact in `policy/data/entitlements.toml`, or received.<entitlement>, same_item.<aid>."""
    value: Mapped[str]
    """yes, no, a day, a number or a code; unknown takes an older answer back."""
    basis: Mapped[str | None]
    """Who said it or what shows it (依据)."""
    happened_on: Mapped[dt.date]
    """Day it was asked."""
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entitlement_fact.id", ondelete="SET NULL")
    )


class EntitlementApplication(Base):
    """One application of a person, or of a unit for a person it hired, from the clue to the money."""

    __tablename__ = "entitlement_application"
    __table_args__ = (
        sa.CheckConstraint("graduate_id IS NOT NULL OR member_id IS NOT NULL", name="of_somebody"),
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("state <> 'paid' OR paid_on IS NOT NULL", name="paid_dated"),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        sa.Index(
            "uq_entitlement_application_live_graduate",
            "graduate_id",
            "entitlement",
            unique=True,
            sqlite_where=sa.text(f"{_LIVE} AND graduate_id IS NOT NULL"),
            postgresql_where=sa.text(f"{_LIVE} AND graduate_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_entitlement_application_live_member",
            "member_id",
            "entitlement",
            unique=True,
            sqlite_where=sa.text(f"{_LIVE} AND member_id IS NOT NULL"),
            postgresql_where=sa.text(f"{_LIVE} AND member_id IS NOT NULL"),
        ),
        sa.Index("ix_entitlement_application_list", "union_id", "state", "due_on", "id"),
        sa.Index("ix_entitlement_application_owner", "owner_id", "state", "due_on"),
        sa.Index("ix_entitlement_application_graduate", "graduate_id", "id"),
        sa.Index("ix_entitlement_application_member", "member_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that follows it."""
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="RESTRICT")
    )
    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="RESTRICT")
    )
    placement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("placement.id", ondelete="SET NULL"), index=True
    )
    """The hire a unit applies for; None for a person's own application."""
    owner_id: Mapped[int | None] = _account()
    """Caseworker who follows it (跟进人)."""
    entitlement: Mapped[str]
    region_code: Mapped[str | None]
    """Region whose rule was read."""
    rule_from_on: Mapped[dt.date]
    """First day of the rule that was read: with the region it names the rule."""
    year: Mapped[int]
    """Year the money counts in."""
    state: Mapped[EntitlementState] = mapped_column(
        one_of(EntitlementState, "state"), default=EntitlementState.CLUE
    )
    due_on: Mapped[dt.date | None]
    """Last day to hand it in; None where no day is set."""
    submitted_on: Mapped[dt.date | None]
    paid_on: Mapped[dt.date | None]
    amount_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    """As asked for, later as paid."""
    opened_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class EntitlementStep(Base):
    """One step of an application; rows are never changed, a mistaken one is taken back by another."""

    __tablename__ = "entitlement_step"
    __table_args__ = (sa.UniqueConstraint("replaces_id"),)

    id: Mapped[Id]
    application_id: Mapped[int] = _application()
    act: Mapped[str]
    """opened, moved, taken_back, owner_set, due_set."""
    before: Mapped[EntitlementState | None] = mapped_column(one_of(EntitlementState, "before"))
    after: Mapped[EntitlementState] = mapped_column(one_of(EntitlementState, "after"))
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    """None for the house itself, at night."""
    amount_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Codes, days and ids of the step; no names and no free words."""
    words_cipher: Mapped[bytes | None]
    """Why, sealed: a refusal may speak of the household."""
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entitlement_step.id", ondelete="SET NULL")
    )
    """The step this one takes back."""


class EntitlementPaper(Base):
    """That a paper of an application is there, or is not any more (材料); the newest row of a paper counts."""

    __tablename__ = "entitlement_paper"
    __table_args__ = (sa.UniqueConstraint("replaces_id"),)

    id: Mapped[Id]
    application_id: Mapped[int] = _application()
    paper: Mapped[str]
    """Code of a paper in `policy/data/entitlements.toml`."""
    is_held: Mapped[bool]
    document_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_document.id", ondelete="SET NULL"), index=True
    )
    """The paper of the household's file that is the same one."""
    note: Mapped[str | None]
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entitlement_paper.id", ondelete="SET NULL")
    )
