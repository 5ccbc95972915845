"""Money as it was given (资金): payment lists with their lines, and the ledger (台账), one per payer and programme.

The house pays nothing itself. The ledger is appended only: what was wrong is reversed by an entry of the same amount
below zero that names it, in the same year of aid, so that every total is the plain sum of the entries. Programmes are
data (`policy/data/programmes.csv`), so programme and purpose are codes and no closed lists.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, Json, PublicId, one_of
from matcher.kinds.money import (
    DuplicateAnswer,
    EntrySource,
    Payer,
    PaymentListState,
    ReversalReason,
)


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


def _kept(other: str, *, index: bool = True) -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey(f"{other}.id", ondelete="RESTRICT"), index=index)


class PaymentList(Base):
    """A list of people and sums (发放清单) that one person makes and another approves; marked paid once."""

    __tablename__ = "payment_list"
    __table_args__ = (
        sa.CheckConstraint(
            "approved_by_id IS NULL OR made_by_id IS NULL OR approved_by_id <> made_by_id",
            name="approved_by_another",
        ),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid_dated"),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        sa.Index("ix_payment_list_list", "union_id", "state", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    payer: Mapped[Payer] = mapped_column(one_of(Payer, "payer"))
    programme: Mapped[str]
    """Code of `policy/data/programmes.csv`."""
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union whose list it is, and which pays if union money is paid."""
    title: Mapped[str]
    year: Mapped[int]
    """Year of the aid: its totals count there."""
    state: Mapped[PaymentListState] = mapped_column(
        one_of(PaymentListState, "state"), default=PaymentListState.DRAFT, server_default="draft"
    )
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = _account()
    submitted_at: Mapped[dt.datetime | None]
    submitted_by_id: Mapped[int | None] = _account()
    approved_at: Mapped[dt.datetime | None]
    approved_by_id: Mapped[int | None] = _account()
    return_reason: Mapped[str | None]
    paid_on: Mapped[dt.date | None]
    """Day the money went out, as the office tells."""
    paid_at: Mapped[dt.datetime | None]
    paid_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class PaymentLine(Base):
    """One person's sum on a payment list, with the person's own card, masked and closed."""

    __tablename__ = "payment_line"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("graduate_id IS NOT NULL OR member_id IS NOT NULL", name="of_somebody"),
        sa.CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        sa.UniqueConstraint("subject_kind", "subject_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    list_id: Mapped[int] = mapped_column(
        sa.ForeignKey("payment_list.id", ondelete="CASCADE"), index=True
    )
    graduate_id: Mapped[int | None] = _kept("graduate")
    member_id: Mapped[int | None] = _kept("household_member")
    household_id: Mapped[int | None] = _kept("household")
    purpose: Mapped[str]
    """What it is for (用途), by which equal aid is found; a code of the programmes."""
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger())
    card_cipher: Mapped[bytes | None]
    card_masked: Mapped[str | None]
    bank_name: Mapped[str | None]
    subject_kind: Mapped[str | None]
    """The application it pays, as kind and id; an application stands on one list at most."""
    subject_id: Mapped[int | None]
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()


class LedgerEntry(Base):
    """One sum given to somebody, or the reversal of one; the database refuses to change or delete it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.CheckConstraint(
            "graduate_id IS NOT NULL OR member_id IS NOT NULL OR household_id IS NOT NULL",
            name="of_somebody",
        ),
        sa.CheckConstraint("amount_fen <> 0", name="amount_not_nothing"),
        sa.CheckConstraint(
            "(amount_fen < 0) = (reverses_id IS NOT NULL)", name="below_zero_reverses"
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (reversal_reason IS NULL)", name="reversal_says_why"
        ),
        sa.CheckConstraint(
            "(payer = 'union') = (payer_union_id IS NOT NULL)", name="union_money_of_a_union"
        ),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        sa.CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        sa.Index("ix_ledger_entry_totals", "union_id", "year", "programme", "id"),
        sa.Index("ix_ledger_entry_subject", "subject_kind", "subject_id"),
        sa.Index("ix_ledger_entry_same_graduate", "graduate_id", "year", "purpose"),
        sa.Index("ix_ledger_entry_same_member", "member_id", "year", "purpose"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    payer: Mapped[Payer] = mapped_column(one_of(Payer, "payer"))
    payer_union_id: Mapped[int | None] = _kept("union_org")
    """The union whose money it is; None for others' money."""
    payer_name: Mapped[str | None]
    """Which body gave it (民政局, 教育部门 …), for others' money."""
    programme: Mapped[str]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union whose books it stands in."""
    graduate_id: Mapped[int | None] = _kept("graduate", index=False)
    member_id: Mapped[int | None] = _kept("household_member", index=False)
    household_id: Mapped[int | None] = _kept("household")
    year: Mapped[int]
    """Year of the aid; a reversal keeps its entry's year."""
    purpose: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger())
    """Below zero in a reversal, which takes back the whole of what it reverses."""
    source: Mapped[EntrySource] = mapped_column(one_of(EntrySource, "source"))
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
    list_line_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("payment_line.id", ondelete="RESTRICT"), unique=True
    )
    """The line that was paid: a line is booked once, whoever marks the list paid how often."""
    reverses_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("ledger_entry.id", ondelete="RESTRICT"), unique=True
    )
    reversal_reason: Mapped[ReversalReason | None] = mapped_column(
        one_of(ReversalReason, "reversal_reason")
    )
    subject_kind: Mapped[str | None]
    """What was paid by it: training_subsidy, tuition_application, entitlement_application …"""
    subject_id: Mapped[int | None]
    once_key: Mapped[str | None] = mapped_column(unique=True)
    """Key of what may be booked once only, whoever books it how often."""
    note: Mapped[str | None]
    """Voucher or words of the office (凭证、说明); emptied when the person is forgotten."""


class DuplicateDecision(Base):
    """What a person decided on aid for the same person, purpose and year (重复帮扶); a new one replaces the last."""

    __tablename__ = "duplicate_decision"
    __table_args__ = (
        sa.CheckConstraint("graduate_id IS NOT NULL OR member_id IS NOT NULL", name="of_somebody"),
        sa.Index("ix_duplicate_decision_subject", "subject_kind", "subject_id", "id"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[str]
    """What it was decided for: payment_line, entitlement_application …"""
    subject_id: Mapped[int]
    graduate_id: Mapped[int | None] = _kept("graduate")
    member_id: Mapped[int | None] = _kept("household_member")
    purpose: Mapped[str]
    year: Mapped[int]
    entry_ids: Mapped[list[int]] = mapped_column(Json)
    """The entries known then: another one asks for a new decision."""
    answer: Mapped[DuplicateAnswer] = mapped_column(one_of(DuplicateAnswer, "answer"))
    reason: Mapped[str]
    decided_at: Mapped[dt.datetime]
    decided_by_id: Mapped[int | None] = _account()
