"""Phases of a drive (活动阶段), its census (统计时点) and the log of whom its figures count (统计人群).

Rows of the log are never changed. Each carries the whole state after it and names the row it replaces; two who
write at once cannot replace the same one. The state known at an instant is the newest row entered before it;
whether somebody had joined or left by a day is read from the two days in that row.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds import HardshipTier
from matcher.kinds.cohorts import (
    CohortActKind,
    CohortStanding,
    LeaveReason,
    PhaseKind,
    StandingBasis,
)

_FIRST = "kind IN ('counted', 'joined')"


def _drive() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))


def _union() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True)


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class DrivePhase(Base):
    """One phase of a drive, with the day after which its figures are locked (锁定日)."""

    __tablename__ = "drive_phase"
    __table_args__ = (
        sa.UniqueConstraint("drive_id", "kind"),
        sa.CheckConstraint("from_on <= until_on", name="dates_in_order"),
        sa.CheckConstraint("locks_on IS NULL OR locks_on >= until_on", name="locks_after_end"),
    )

    id: Mapped[Id]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    kind: Mapped[PhaseKind] = mapped_column(one_of(PhaseKind, "kind"))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    locks_on: Mapped[dt.date | None]
    """Last day entries still count in the phase's figures; None while nobody set one."""
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = _account()
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class Census(Base):
    """The census of a drive: whom it counts, frozen once; what is known later is a row of the log."""

    __tablename__ = "census"

    id: Mapped[Id]
    drive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("drive.id", ondelete="RESTRICT"), unique=True
    )
    counted_on: Mapped[dt.date]
    """Day the figures speak of (统计时点), China time."""
    taken_at: Mapped[dt.datetime]
    """When it was taken; later than the day if nobody ran it in time, and said so on every page."""
    taken_by_id: Mapped[int | None] = _account()
    """None for the nightly job."""
    n_people: Mapped[int]
    n_households: Mapped[int]
    n_not_counted: Mapped[int]
    """People of the drive without a hardship file that day: served, and in no figure."""
    digest: Mapped[str]
    """SHA-256 of the rows it wrote, in the order of people and households."""


class CohortAct(Base):
    """What befell one graduate's place in the cohort, with the whole state after it."""

    __tablename__ = "cohort_act"
    __table_args__ = (
        sa.Index(
            "uq_cohort_act_first",
            "drive_id",
            "graduate_id",
            unique=True,
            sqlite_where=sa.text(_FIRST),
            postgresql_where=sa.text(_FIRST),
        ),
        sa.UniqueConstraint("replaces_id"),
        sa.Index("ix_cohort_act_person", "drive_id", "graduate_id", "id"),
        sa.Index("ix_cohort_act_graduate", "graduate_id"),
        sa.CheckConstraint(f"(replaces_id IS NULL) = ({_FIRST})", name="follows_a_first"),
        sa.CheckConstraint("(left_on IS NULL) = (reason IS NULL)", name="left_with_reason"),
        sa.CheckConstraint("left_on IS NULL OR left_on >= since_on", name="dates_in_order"),
        sa.CheckConstraint("left_on IS NOT NULL OR NOT counts_out", name="out_only_left"),
    )

    id: Mapped[Id]
    drive_id: Mapped[int] = _drive()
    graduate_id: Mapped[int] = mapped_column(sa.ForeignKey("graduate.id", ondelete="RESTRICT"))
    kind: Mapped[CohortActKind] = mapped_column(one_of(CohortActKind, "kind"))
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("cohort_act.id", ondelete="RESTRICT")
    )
    """The person's row before; None for the first."""
    union_id: Mapped[int] = _union()
    """The union that serves the person, as it was when counted."""
    household_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="RESTRICT"), index=True
    )
    tier: Mapped[HardshipTier] = mapped_column(one_of(HardshipTier, "tier"))
    is_zero_employment: Mapped[bool]
    is_earlier_year: Mapped[bool]
    """Graduated in a year before the drive's (往届): counted apart on every line."""
    standing: Mapped[CohortStanding] = mapped_column(one_of(CohortStanding, "standing"))
    standing_basis: Mapped[StandingBasis] = mapped_column(one_of(StandingBasis, "standing_basis"))
    standing_source_id: Mapped[int | None]
    """Row of `survey_person` or `placement` the standing was read from, as the basis says."""
    since_on: Mapped[dt.date]
    """First day the person is counted: the census day, or the day of joining."""
    left_on: Mapped[dt.date | None]
    """First day out of the drive; None while in it."""
    reason: Mapped[LeaveReason | None] = mapped_column(one_of(LeaveReason, "reason"))
    counts_out: Mapped[bool]
    """Whether the reason takes the person out of the denominator from `left_on`, as the data had it that day."""
    words_cipher: Mapped[bytes | None]
    """Why, in words, sealed: they may speak of illness."""
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()


class CohortHouseholdAct(Base):
    """What befell one hardship household's place in the figures (困难职工家庭数、在校子女数)."""

    __tablename__ = "cohort_household_act"
    __table_args__ = (
        sa.Index(
            "uq_cohort_household_act_first",
            "drive_id",
            "household_id",
            unique=True,
            sqlite_where=sa.text(_FIRST),
            postgresql_where=sa.text(_FIRST),
        ),
        sa.UniqueConstraint("replaces_id"),
        sa.Index("ix_cohort_household_act_of", "drive_id", "household_id", "id"),
        sa.Index("ix_cohort_household_act_household", "household_id"),
        sa.CheckConstraint(f"(replaces_id IS NULL) = ({_FIRST})", name="follows_a_first"),
        sa.CheckConstraint("(left_on IS NULL) = (reason IS NULL)", name="left_with_reason"),
        sa.CheckConstraint("left_on IS NOT NULL OR NOT counts_out", name="out_only_left"),
        sa.CheckConstraint("n_in_school >= 0", name="children_not_negative"),
    )

    id: Mapped[Id]
    drive_id: Mapped[int] = _drive()
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id", ondelete="RESTRICT"))
    kind: Mapped[CohortActKind] = mapped_column(one_of(CohortActKind, "kind"))
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("cohort_household_act.id", ondelete="RESTRICT")
    )
    union_id: Mapped[int] = _union()
    tier: Mapped[HardshipTier] = mapped_column(one_of(HardshipTier, "tier"))
    is_zero_employment: Mapped[bool]
    n_in_school: Mapped[int]
    """Children at school or studying that day (在校子女)."""
    since_on: Mapped[dt.date]
    left_on: Mapped[dt.date | None]
    reason: Mapped[LeaveReason | None] = mapped_column(one_of(LeaveReason, "reason"))
    counts_out: Mapped[bool]
    happened_on: Mapped[dt.date]
    entered_at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = _account()
