"""The union tree (工会组织) and its closure, by which every reader's scope is cut."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import UnionKind


class Union(Base):
    """A union (工会) at one place of the tree; industry unions may hang under any level."""

    __tablename__ = "union_org"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    code: Mapped[str] = mapped_column(unique=True)
    """The office's own code; stable across renames."""
    name: Mapped[str]
    kind: Mapped[UnionKind] = mapped_column(one_of(UnionKind, "union_kind"))
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="RESTRICT"), index=True
    )
    region_code: Mapped[str | None]
    closed_on: Mapped[dt.date | None]


class UnionClosure(Base):
    """Every (ancestor, descendant) pair of the union tree, itself included at depth 0."""

    __tablename__ = "union_closure"
    __table_args__ = (sa.Index("ix_union_closure_descendant", "descendant_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="CASCADE"), primary_key=True
    )
    descendant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("union_org.id", ondelete="CASCADE"), primary_key=True
    )
    depth: Mapped[int]
