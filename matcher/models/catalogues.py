"""Editions of catalogues and provincial directories (专业目录版次) that this installation imported."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds import MajorLevel


class CatalogueEdition(Base):
    """One imported edition: of a national catalogue (`namespace`), or of an issuer's directory."""

    __tablename__ = "catalogue_edition"
    __table_args__ = (
        sa.CheckConstraint(
            "(namespace IS NULL) <> (issuer IS NULL) AND (issuer IS NULL) = (year IS NULL)",
            name="catalogue_or_directory",
        ),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    namespace: Mapped[str | None]
    issuer: Mapped[str | None]
    year: Mapped[int | None]
    title: Mapped[str]
    valid_from: Mapped[dt.date]
    whole: Mapped[bool]
    """False for a list of additions (增补): what it does not name stays in force."""
    digest: Mapped[str]
    """Of its rows: the same table again changes nothing, and processes see that they have it."""
    file_name: Mapped[str]
    imported_at: Mapped[dt.datetime]
    imported_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )


class CatalogueNode(Base):
    """One row of an imported edition, as read from the table."""

    __tablename__ = "catalogue_node"

    edition_id: Mapped[int] = mapped_column(
        sa.ForeignKey("catalogue_edition.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its place in the edition, from 0."""
    level: Mapped[MajorLevel] = mapped_column(one_of(MajorLevel, "level"))
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    parent: Mapped[str]
    """Code of the row above it; in a directory its kind and code or name."""
    former_names: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    note: Mapped[str] = mapped_column(default="", server_default="")
