"""Households in hardship (困难职工家庭) and their members: enough for a file, a tier and a clock.

The issue about households brings the full file; what stands here is its root: one open file a
household, nobody in two open files anywhere in the tree.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import HardshipTier


class Household(Base):
    """A household with its hardship file (困难职工档案)."""

    __tablename__ = "household"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "file_number"),
        sa.CheckConstraint(
            "is_zero_employment = (zero_employment_on IS NOT NULL)", name="zero_employment_dated"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    file_number: Mapped[str]
    tier: Mapped[HardshipTier] = mapped_column(
        one_of(HardshipTier, "tier"), default=HardshipTier.NONE
    )
    tier_on: Mapped[dt.date | None]
    is_zero_employment: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A claim until the derived state replaces it (零就业家庭)."""
    zero_employment_on: Mapped[dt.date | None]
    region_code: Mapped[str | None]
    address_cipher: Mapped[bytes | None]
    is_open: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    closed_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    import_batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batch.id", ondelete="SET NULL")
    )
    import_digest: Mapped[str | None]
    """Of the checked row that last made or changed it: the same row again changes nothing."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class HouseholdMember(Base):
    """A member of a household; `in_open_file` repeats the file's flag so that an index can hold the rule."""

    __tablename__ = "household_member"
    __table_args__ = (
        sa.Index(
            "uq_household_member_open_file",
            "id_number_index",
            unique=True,
            sqlite_where=sa.text("in_open_file = 1 AND id_number_index IS NOT NULL"),
            postgresql_where=sa.text("in_open_file AND id_number_index IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(
        sa.ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    relation: Mapped[str]
    """To the holder (与户主关系)."""
    is_holder: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    id_number_cipher: Mapped[bytes | None]
    id_number_index: Mapped[str | None]
    id_number_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[str | None]
    phone_masked: Mapped[str | None]
    card_cipher: Mapped[bytes | None]
    """Bank card (银行卡号)."""
    card_masked: Mapped[str | None]
    birth_on: Mapped[dt.date | None]
    employment_state: Mapped[str | None]
    """Work state as the roster says it (工作状态)."""
    in_open_file: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    import_digest: Mapped[str | None]
    """Of the roster's row that last spoke of this person."""
