"""Tuition aid (金秋助学): the cities' standards and the applications of students of households on file.

A standard is set at city level or above and holds for everybody below (S1: no county departs from it). What an
application was judged by (school, batch, amount) is frozen in its row; the way through the chain stands in `approvals`.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage, TuitionState


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class TuitionStandard(Base):
    """One edition of a city's standard from a school year on (助学标准)."""

    __tablename__ = "tuition_standard"
    __table_args__ = (
        sa.CheckConstraint("from_year BETWEEN 1990 AND 2100", name="year"),
        sa.Index(
            "uq_tuition_standard_current",
            "union_id",
            "from_year",
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    from_year: Mapped[int]
    """First school year it holds for; until a later one."""
    home_region: Mapped[str]
    """Prefix of the region codes that count as 区内."""
    batches: Mapped[list[str]]
    """Batches of admission it pays for (二本以上); they limit this aid only, never help with work."""
    source: Mapped[str]
    set_at: Mapped[dt.datetime]
    set_by_id: Mapped[int | None] = _account()
    replaced_at: Mapped[dt.datetime | None]


class TuitionAmount(Base):
    """The sum of a standard for one stage, place and level."""

    __tablename__ = "tuition_amount"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_positive"),)

    standard_id: Mapped[int] = mapped_column(
        sa.ForeignKey("tuition_standard.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[TuitionStage] = mapped_column(one_of(TuitionStage, "stage"), primary_key=True)
    place: Mapped[SchoolPlace] = mapped_column(one_of(SchoolPlace, "place"), primary_key=True)
    level: Mapped[SchoolLevel] = mapped_column(one_of(SchoolLevel, "level"), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger())


class TuitionApplication(Base):
    """One student's application for one school year (助学申请)."""

    __tablename__ = "tuition_application"
    __table_args__ = (
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint(
            "state NOT IN ('in_approval', 'approved') OR amount_fen IS NOT NULL",
            name="judged_before_sent",
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_on IS NOT NULL)", name="approved_dated"
        ),
        sa.Index(
            "uq_tuition_application_live",
            "member_id",
            "year",
            unique=True,
            sqlite_where=sa.text("state NOT IN ('refused', 'cancelled')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'cancelled')"),
        ),
        sa.Index("ix_tuition_application_list", "union_id", "year", "state", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="RESTRICT"), index=True
    )
    member_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household_member.id", ondelete="RESTRICT"), index=True
    )
    schooling_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("member_schooling.id", ondelete="SET NULL")
    )
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The household's union when it was made: its books pay."""
    year: Mapped[int]
    """School year, named by the autumn it begins in."""
    stage: Mapped[TuitionStage] = mapped_column(one_of(TuitionStage, "stage"))
    school: Mapped[str]
    school_region: Mapped[str | None]
    level: Mapped[SchoolLevel] = mapped_column(one_of(SchoolLevel, "level"))
    batch: Mapped[AdmissionBatch | None] = mapped_column(one_of(AdmissionBatch, "batch"))
    is_regular_admission: Mapped[bool | None]
    """国家统招; None is not known."""
    is_military: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    fee_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    """Tuition of the year as stated."""
    term_starts_on: Mapped[dt.date]
    """First day of term: paid before."""
    need_cipher: Mapped[bytes | None]
    """Why the family needs it (家庭困难情况), sealed: it speaks of illness."""
    place: Mapped[SchoolPlace | None] = mapped_column(one_of(SchoolPlace, "place"))
    amount_fen: Mapped[int | None] = mapped_column(sa.BigInteger())
    """By the standard, judged when it was sent on its way."""
    standard_source: Mapped[str | None]
    state: Mapped[TuitionState] = mapped_column(
        one_of(TuitionState, "state"), default=TuitionState.DRAFT, server_default="draft"
    )
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()
    applied_on: Mapped[dt.date | None]
    approved_on: Mapped[dt.date | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy
