"""What stands around a file: yearly incomes and expenses, causes, home visits, papers, and its change history.

A row that was removed is gone from its table; `household_change` keeps it sealed, so that a removal can be undone.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.household_facts import ExpenseKind, FileAct, IncomeKind, PaperKind, VisitOutcome
from matcher.kinds.households import HardshipCause


class Entered:
    """Columns of a row somebody typed: when and who."""

    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class OfHousehold:
    """The household a row belongs to."""

    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )


class OfOneMember:
    """The member a row is about; None is the family as a whole."""

    member_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )


class HouseholdIncome(OfHousehold, OfOneMember, Entered, Base):
    """Income of one kind of a year (家庭收入): of a member, or of the family."""

    __tablename__ = "household_income"
    __table_args__ = (
        sa.CheckConstraint("amount_fen >= 0", name="amount"),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        sa.Index(
            "uq_household_income_member",
            "member_id",
            "year",
            "kind",
            unique=True,
            sqlite_where=sa.text("member_id IS NOT NULL"),
            postgresql_where=sa.text("member_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_household_income_family",
            "household_id",
            "year",
            "kind",
            unique=True,
            sqlite_where=sa.text("member_id IS NULL"),
            postgresql_where=sa.text("member_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    year: Mapped[int]
    kind: Mapped[IncomeKind] = mapped_column(one_of(IncomeKind, "kind"))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger())
    basis: Mapped[str | None]
    """What shows it (依据): 单位收入证明, 养老金流水 …"""


class HouseholdExpense(OfHousehold, OfOneMember, Entered, Base):
    """A rigid expense of a year (刚性支出), as the family bears it: after insurance and compensation."""

    __tablename__ = "household_expense"
    __table_args__ = (
        sa.CheckConstraint("amount_fen >= 0", name="amount"),
        sa.CheckConstraint("gross_fen IS NULL OR gross_fen >= amount_fen", name="gross"),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
    )

    id: Mapped[Id]
    year: Mapped[int]
    kind: Mapped[ExpenseKind] = mapped_column(one_of(ExpenseKind, "kind"))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger())
    gross_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    """Before insurance, compensation and relief, if known."""
    basis: Mapped[str | None]


class HouseholdCause(OfHousehold, Base):
    """A cause of hardship (致困原因): position 0 is the main one, 1 to 3 are secondary."""

    __tablename__ = "household_cause"
    __table_args__ = (
        sa.UniqueConstraint("household_id", "position"),
        sa.UniqueConstraint("household_id", "cause"),
        sa.CheckConstraint("position BETWEEN 0 AND 3", name="one_main_three_more"),
        sa.Index("ix_household_cause_cause", "cause", "household_id"),
    )

    id: Mapped[Id]
    position: Mapped[int]
    cause: Mapped[HardshipCause] = mapped_column(one_of(HardshipCause, "cause"))
    detail: Mapped[str | None]
    """In words, without illness; asked for 其他."""


class HouseholdDocument(OfHousehold, OfOneMember, Entered, Base):
    """A paper of the file (档案材料) with its validity; its scan lies in the encrypted store."""

    __tablename__ = "household_document"
    __table_args__ = (
        sa.CheckConstraint(
            "valid_until IS NULL OR issued_on IS NULL OR issued_on <= valid_until", name="validity"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[PaperKind] = mapped_column(one_of(PaperKind, "kind"))
    issuer: Mapped[str | None]
    issued_on: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]
    is_original_seen: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    note: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )


class HomeVisit(OfHousehold, Entered, Base):
    """A home visit (入户走访): date, who, findings, signatures of the two authorisations."""

    __tablename__ = "home_visit"
    __table_args__ = (
        sa.CheckConstraint(
            "(application_signed_on IS NULL) = (application_signer_id IS NULL)",
            name="application_signed",
        ),
        sa.CheckConstraint(
            "(authorisation_signed_on IS NULL) = (authorisation_signer_id IS NULL)",
            name="authorisation_signed",
        ),
    )

    id: Mapped[Id]
    visited_on: Mapped[dt.date]
    outcome: Mapped[VisitOutcome] = mapped_column(one_of(VisitOutcome, "outcome"))
    visitors: Mapped[str]
    """Everybody who went (走访人), in words: at least two as a rule."""
    credited_to_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    """Whose work it was, if not of who typed it."""
    findings_cipher: Mapped[bytes | None]
    """What was found (走访情况), sealed: it speaks of illness."""
    application_signed_on: Mapped[dt.date | None]
    """困难职工帮扶申请书."""
    application_signer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="RESTRICT")
    )
    authorisation_signed_on: Mapped[dt.date | None]
    """家庭经济状况核对授权委托书."""
    authorisation_signer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="RESTRICT")
    )


class HouseholdChange(OfHousehold, Base):
    """A change of a file as people read it (变更记录): who changed which field when; appended only.

    The audit trail proves that an act happened; this says what it changed, sensitive values masked.
    """

    __tablename__ = "household_change"
    __table_args__ = (sa.Index("ix_household_change_order", "household_id", "id"),)

    id: Mapped[Id]
    part: Mapped[str]
    """Table of the row that changed."""
    part_id: Mapped[int]
    act: Mapped[FileAct] = mapped_column(one_of(FileAct, "act"))
    fields: Mapped[list[dict[str, Any]]]
    """Each field with `before` and `after` as shown to people, sensitive ones masked."""
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    credited_to_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    reason: Mapped[str | None]
    row_cipher: Mapped[bytes | None]
    """The removed row, sealed, so that the removal can be undone."""
