"""What members of a household did and do: work (就业状况) and schooling (就学情况), with dates and evidence."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import WorkStatus
from matcher.models.household_facts import Entered


class OfMember:
    """The member a row is about."""

    member_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="CASCADE"), index=True
    )


class MemberEmployment(OfMember, Entered, Base):
    """A stretch of a member's working life (就业状况): one runs at a time; the derivation of 零就业 reads them."""

    __tablename__ = "member_employment"
    __table_args__ = (
        sa.CheckConstraint("to_on IS NULL OR from_on <= to_on", name="order"),
        sa.CheckConstraint(
            "registered_on IS NULL OR is_registered_unemployed", name="registered_dated"
        ),
        sa.Index(
            "uq_member_employment_running",
            "member_id",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]
    """Last day; None while it runs."""
    status: Mapped[WorkStatus] = mapped_column(one_of(WorkStatus, "status"))
    unit: Mapped[str | None]
    contract_until_on: Mapped[dt.date | None]
    is_registered_unemployed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    registered_on: Mapped[dt.date | None]
    is_able: Mapped[bool | None]
    """Able to work (有劳动能力); None is not known."""
    is_willing: Mapped[bool | None]
    """Wishes to work (有就业意愿); None is not asked."""
    evidence: Mapped[str | None]
    """What shows it (依据), in words."""
    evidence_document_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household_document.id", ondelete="SET NULL")
    )


class MemberSchooling(OfMember, Entered, Base):
    """A schooling of a member (就学情况); those that end this summer become proposed cases."""

    __tablename__ = "member_schooling"
    __table_args__ = (
        sa.CheckConstraint(
            "entered_on IS NULL OR expected_graduation_on IS NULL "
            "OR entered_on <= expected_graduation_on",
            name="order",
        ),
        sa.CheckConstraint("fee_fen IS NULL OR fee_fen >= 0", name="fee"),
        sa.Index("ix_member_schooling_graduation", "expected_graduation_on", "member_id"),
    )

    id: Mapped[Id]
    school: Mapped[str]
    region_code: Mapped[str | None]
    """Where the school stands (区内、区外)."""
    level: Mapped[SchoolLevel] = mapped_column(one_of(SchoolLevel, "level"))
    major: Mapped[str | None]
    entered_on: Mapped[dt.date | None]
    expected_graduation_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    """When it was over, finished or not; None while it runs."""
    fee_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    """Tuition a year as stated; what was paid stands by year in `household_expense`."""
    is_regular_admission: Mapped[bool | None]
    """国家统招; None is not known."""
    is_military: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """军队院校."""
