"""Published versions of sheets (公布版): what was shown to everybody, and which places were withheld.

What is withheld is no part of `content`; its figures stay in the sheet alone. `withheld` names the places, since later
versions must not tell them either: a version that was withdrawn stays known to whoever read it.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId

_STANDS = sa.text("withdrawn_at IS NULL")


class PublishedSheet(Base):
    """One published version of an accepted or locked sheet; at most one stands at a time."""

    __tablename__ = "published_sheet"
    __table_args__ = (
        sa.Index(
            "uq_published_sheet_standing",
            "sheet_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        sa.UniqueConstraint("drive_id", "number"),
        sa.CheckConstraint("threshold >= 2", name="threshold_hides"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token: Mapped[str] = mapped_column(unique=True)
    """Of the page everybody may read."""
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="RESTRICT"))
    number: Mapped[int]
    """In the drive, in the order of publication: what was told before whom."""
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id", ondelete="RESTRICT"))
    union_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    threshold: Mapped[int]
    """Counts from one to below it were withheld."""
    threshold_source: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """All that is shown: names of unions, days, lines; nothing of a person and nothing withheld."""
    withheld: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Places of `matcher.statistics.published_versions`."""
    digest: Mapped[str]
    """SHA-256 of the content. The sheet's own digest is never shown: few small counts could be tried until it fits."""
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy
