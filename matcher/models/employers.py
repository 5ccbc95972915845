"""Employers (用人单位) and the checks of their papers."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import EmployerState, UnitKind


class Employer(Base):
    """An employer; pending (待核) until a clerk has checked licence and agent's authorisation."""

    __tablename__ = "employer"
    __table_args__ = (
        sa.Index(
            "uq_employer_credit_code",
            "credit_code",
            unique=True,
            sqlite_where=sa.text("credit_code IS NOT NULL"),
            postgresql_where=sa.text("credit_code IS NOT NULL"),
        ),
        sa.Index("ix_employer_union_name", "union_id", "name"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """The union that keeps this employer."""
    name: Mapped[str]
    credit_code: Mapped[str | None]
    """Unified social credit code (统一社会信用代码)."""
    credit_code_override: Mapped[str | None]
    """Why a code that fails its check was taken all the same."""
    unit_kind: Mapped[UnitKind | None] = mapped_column(one_of(UnitKind, "unit_kind"))
    industry: Mapped[str | None]
    """Letter or division of GB/T 4754."""
    region_code: Mapped[str | None]
    address: Mapped[str | None]
    size_text: Mapped[str | None]
    about: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_phone_cipher: Mapped[bytes | None]
    contact_phone_masked: Mapped[str | None]
    is_labour_dispatch: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Labour dispatch (劳务派遣): shown on every posting."""
    state: Mapped[EmployerState] = mapped_column(
        one_of(EmployerState, "state"), default=EmployerState.PENDING
    )
    recheck_due_on: Mapped[dt.date | None]
    """Last day the check is good for; six months after it (five ministries, January 2026)."""
    created_at: Mapped[dt.datetime]
    import_batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batch.id", ondelete="SET NULL")
    )
    import_digest: Mapped[str | None]
    """Of the checked row that last made or changed it: the same row again changes nothing."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class EmployerCheck(Base):
    """One check of an employer's papers: licence and agent's authorisation; never changed."""

    __tablename__ = "employer_check"

    id: Mapped[Id]
    employer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employer.id", ondelete="CASCADE"), index=True
    )
    checked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="RESTRICT"))
    checked_at: Mapped[dt.datetime]
    licence_ok: Mapped[bool]
    """Business licence (营业执照)."""
    authorisation_ok: Mapped[bool]
    """The agent's letter of authorisation (委托证明)."""
    outcome: Mapped[EmployerState] = mapped_column(one_of(EmployerState, "outcome"))
    reason: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL")
    )
