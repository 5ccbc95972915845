"""Templates of the statistics sheet (表样) with their bindings, and the files made of sheets (统计表文件).

A template is kept as it was uploaded, in the encrypted store; what is written into which cell stands beside it. A
later upload of the same form is the next edition, and files say from which edition they were made.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.sheet_exports import SheetFileKind, SheetFileState


class SheetTemplate(Base):
    """One edition of a form sent down by somebody; used by its union and all below."""

    __tablename__ = "sheet_template"
    __table_args__ = (
        sa.UniqueConstraint("union_id", "name", "edition"),
        sa.CheckConstraint("edition >= 1", name="edition_positive"),
        sa.CheckConstraint("is_official = (issuer IS NOT NULL)", name="official_has_issuer"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    name: Mapped[str]
    edition: Mapped[int]
    file_id: Mapped[int] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="RESTRICT"), index=True
    )
    is_official: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether who uploaded it says that it is the official form; files made of it then say so."""
    issuer: Mapped[str | None]
    """Who sent the official form, under what number and day."""
    bindings: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """Cells and what stands in them; shape in `documents.template_bindings.CellBinding`."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    retired_at: Mapped[dt.datetime | None]
    """Since when it is offered no more; files made of it stay what they are."""
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class SheetFile(Base):
    """One file asked for: of which union's figures, of which moment or submitted sheet, as what."""

    __tablename__ = "sheet_file"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'template') = (template_id IS NOT NULL)", name="template_named"
        ),
        sa.CheckConstraint("state <> 'ready' OR made_at IS NOT NULL", name="ready_is_made"),
        sa.Index("ix_sheet_file_list", "union_id", "drive_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"), index=True)
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    kind: Mapped[SheetFileKind] = mapped_column(one_of(SheetFileKind, "kind"))
    template_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("sheet_template.id", ondelete="RESTRICT"), index=True
    )
    sheet_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("sheet.id", ondelete="SET NULL"), index=True
    )
    """Submitted sheet it shows; None for live figures."""
    as_of: Mapped[dt.date | None]
    """Last day of live figures; None for what was known when it was made."""
    role: Mapped[str]
    """Role in which it was asked for; scope is asked again when it is made."""
    asker_union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    state: Mapped[SheetFileState] = mapped_column(
        one_of(SheetFileState, "state"), default=SheetFileState.WAITING
    )
    job_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("job.id", ondelete="SET NULL"), index=True
    )
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    made_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime | None]
    digest: Mapped[str | None]
    """Hash of the figures it shows."""
    left_empty: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Cells of the template that could not be filled, as sheet!cell."""
    problem: Mapped[str | None]
    """Code of what kept it from being made."""
