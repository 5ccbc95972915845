"""Households in hardship (困难职工家庭) with their file (困难职工档案), and their members.

One open file a household, nobody in two open files anywhere in the tree: a unique index on the member row holds
it. What stands around a file has tables of its own: `household_facts` (incomes, causes, visits …), `assessments`,
`approvals`, `zero_employment`, `graduate_cases`.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import HardshipTier
from matcher.kinds.household_facts import PoliticalStatus
from matcher.kinds.households import (
    FileLevel,
    FileState,
    HealthState,
    HousingKind,
    HukouKind,
    MaritalStatus,
    Sex,
    WorkStatus,
)


class Household(Base):
    """A household with its hardship file (困难职工档案)."""

    __tablename__ = "household"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "file_number"),
        sa.CheckConstraint(
            "is_zero_employment = (zero_employment_on IS NOT NULL)", name="zero_employment_dated"
        ),
        sa.CheckConstraint(
            "is_open = (state IN ('draft', 'in_approval', 'active'))", name="open_by_state"
        ),
        sa.Index("ix_household_list", "union_id", "is_open", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    file_number: Mapped[str]
    state: Mapped[FileState] = mapped_column(
        one_of(FileState, "state"), default=FileState.ACTIVE, server_default="active"
    )
    """An imported roster holds files approved elsewhere: they are active; those opened here are drafts."""
    level: Mapped[FileLevel | None] = mapped_column(one_of(FileLevel, "level"))
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    """Caseworker who owns the household (负责人)."""
    unit_name: Mapped[str | None]
    """The holder's work unit (工作单位), printed on publicity sheets."""
    unit_nature: Mapped[str | None]
    unit_condition: Mapped[str | None]
    """How the unit fares (企业状况)."""
    industry: Mapped[str | None]
    tier: Mapped[HardshipTier] = mapped_column(
        one_of(HardshipTier, "tier"), default=HardshipTier.NONE
    )
    tier_on: Mapped[dt.date | None]
    is_zero_employment: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """What ranking reads: kept in step with the derived state or a recorded recognition (零就业家庭); an imported
    flag is a claim to verify."""
    zero_employment_on: Mapped[dt.date | None]
    region_code: Mapped[str | None]
    hukou_region_code: Mapped[str | None]
    """Where the household is registered (户口所在地)."""
    address_cipher: Mapped[bytes | None]
    postcode: Mapped[str | None]
    contact_cipher: Mapped[bytes | None]
    """Another way to reach the family (其他联系方式), sealed."""
    has_self_help: Mapped[bool | None]
    """Can help itself in part (有一定自救能力)."""
    housing: Mapped[HousingKind | None] = mapped_column(one_of(HousingKind, "housing"))
    floor_area_m2: Mapped[int | None]
    is_single_parent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    applied_on: Mapped[dt.date | None]
    approved_on: Mapped[dt.date | None]
    changed_on: Mapped[dt.date | None]
    """Last change of what the file says (一年未改)."""
    paper_on: Mapped[dt.date | None]
    """Last day the paper file was brought in step with this one."""
    merged_into_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("household.id", ondelete="RESTRICT")
    )
    is_open: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    closed_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    """Who entered it: nobody approves what they entered."""
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
        sa.CheckConstraint("NOT (in_open_file AND left_on IS NOT NULL)", name="left_no_open_file"),
        sa.Index("ix_household_member_file", "household_id", "in_open_file"),
        sa.Index("ix_household_member_phone", "phone_index"),
        sa.Index("ix_household_member_name", "name", "birth_on"),
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
    bank_name: Mapped[str | None]
    """Bank and branch of the card (开户银行、支行)."""
    birth_on: Mapped[dt.date | None]
    sex: Mapped[Sex | None] = mapped_column(one_of(Sex, "sex"))
    ethnicity: Mapped[str | None]
    marital: Mapped[MaritalStatus | None] = mapped_column(one_of(MaritalStatus, "marital"))
    hukou: Mapped[HukouKind | None] = mapped_column(one_of(HukouKind, "hukou"))
    politics: Mapped[PoliticalStatus | None] = mapped_column(one_of(PoliticalStatus, "politics"))
    medical_insurance: Mapped[str | None]
    model_worker: Mapped[str | None]
    """Honour of a model worker (劳模类型)."""
    education: Mapped[str | None]
    """Highest finished education (当前学历)."""
    work_since_on: Mapped[dt.date | None]
    is_migrant_worker: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """农民工."""
    is_living_together: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Counts among the people of the formulas (共同生活)."""
    left_on: Mapped[dt.date | None]
    """Since when the person belongs to the household no longer; stands in no open file then."""
    left_reason: Mapped[str | None]
    health: Mapped[HealthState | None] = mapped_column(one_of(HealthState, "health"))
    illness_cipher: Mapped[bytes | None]
    """Illness or disability in words (疾病、残疾类别和等级), sealed; shown for a typed reason."""
    employment_state: Mapped[str | None]
    """Work state as the roster says it (工作状态)."""
    work_status: Mapped[WorkStatus] = mapped_column(
        one_of(WorkStatus, "work_status"),
        default=WorkStatus.UNKNOWN,
        server_default="unknown",
    )
    """The newest of `member_employment`; the derivation of 零就业 reads the history."""
    graduate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("graduate.id", ondelete="SET NULL"), index=True
    )
    """The same person's record as a graduate (毕业生), if there is one."""
    in_open_file: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    import_digest: Mapped[str | None]
    """Of the roster's row that last spoke of this person."""
