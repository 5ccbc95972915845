"""Drives (活动, such as 阳光就业 2026), their revisions of parameters, and who takes part."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import DriveState


class Drive(Base):
    """One drive of one union, with its dates, targets, and the lottery it has committed to."""

    __tablename__ = "drive"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "name"),
        sa.CheckConstraint("opens_on <= closes_on", name="dates_in_order"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str]
    neutral_name: Mapped[str]
    """What employers, doors and phones read: says nothing of anybody's status."""
    neutral_sender: Mapped[str | None]
    """Who signs what leaves the union (对外署名); None signs with the neutral name."""
    neutral_contact: Mapped[str | None]
    """Where employers and graduates ask (对外联系方式): a counter and its number."""
    is_blind: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Employers see no name before an interview is arranged (盲选)."""
    opens_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    census_on: Mapped[dt.date | None]
    """Day hardship status is frozen for the figures (统计时点)."""
    state: Mapped[DriveState] = mapped_column(
        one_of(DriveState, "state"), default=DriveState.PREPARING
    )
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    targets: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Shares to reach with their source: placed, zero_employment, coverage."""
    lottery_key_cipher: Mapped[bytes]
    lottery_commitment: Mapped[str]
    """SHA-256 of the lottery key, published when the drive opens."""
    lottery_revealed_at: Mapped[dt.datetime | None]
    next_entry_number: Mapped[int] = mapped_column(default=1, server_default="1")
    next_posting_number: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[dt.datetime]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class DriveRevision(Base):
    """The parameters of a drive at one revision, of its ranking and of its plans; never changed, cited by runs."""

    __tablename__ = "drive_revision"

    drive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("drive.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parameters: Mapped[dict[str, Any]]
    plan_parameters: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What its plans go by (`services.plans.parameters`); left out is what stands at its default."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class DriveEntry(Base):
    """A graduate's part in a drive; the number gives the lottery, so it never changes."""

    __tablename__ = "drive_entry"
    __table_args__ = (
        sa.UniqueConstraint("drive_id", "graduate_id"),
        sa.UniqueConstraint("drive_id", "number"),
    )

    id: Mapped[Id]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    graduate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    entered_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
    left_reason: Mapped[str | None]
