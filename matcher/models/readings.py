"""What people say of requirement texts: terms (别名、更正) and decisions (人工确认).

Rows are never deleted: what is taken back keeps who made it and who ended it. A row holds for the drives of
its union and of those below it.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, one_of
from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements import Meaning


class RequirementTerm(Base):
    """One meaning of one word: of an issuer's alias list, or corrected in one text of it."""

    __tablename__ = "requirement_term"
    __table_args__ = (
        sa.Index("ix_requirement_term_place", "union_id", "issuer_key", "text_key"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
    )

    id: Mapped[Id]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    issuer_key: Mapped[str] = mapped_column(default="", server_default="")
    """`requirement_rules.issuer_key`; empty for every issuer."""
    issuer_name: Mapped[str | None]
    """As people write the issuer; an employer's name is looked up by its key."""
    text_key: Mapped[str] = mapped_column(default="", server_default="")
    """`requirement_rules.text_key` of the one text it corrects; empty for every text of the issuer."""
    text: Mapped[str | None]
    """The corrected text as written, for showing."""
    words: Mapped[str]
    meaning: Mapped[Meaning] = mapped_column(one_of(Meaning, "meaning"))
    target: Mapped[str] = mapped_column(default="", server_default="")
    level: Mapped[MajorLevel | None] = mapped_column(one_of(MajorLevel, "level"))
    """None for every level."""
    certain: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    """Last day it holds; None for good."""
    reason: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="RESTRICT"))
    made_at: Mapped[dt.datetime]
    ended_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="RESTRICT")
    )
    ended_at: Mapped[dt.datetime | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class RequirementDecision(Base):
    """A person's answer about one major of one text of one issuer, where the reading was in doubt."""

    __tablename__ = "requirement_decision"
    __table_args__ = (
        sa.Index(
            "uq_requirement_decision_live",
            "union_id",
            "issuer_key",
            "text_key",
            "leaf",
            unique=True,
            sqlite_where=sa.text("taken_back_at IS NULL"),
            postgresql_where=sa.text("taken_back_at IS NULL"),
        ),
        sa.CheckConstraint("verdict <> 'maybe'", name="settles"),
    )

    id: Mapped[Id]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="RESTRICT"))
    """Union of the drive it was taken in."""
    issuer_key: Mapped[str]
    text_key: Mapped[str]
    text: Mapped[str]
    """The text as written when it was decided, for showing."""
    leaf: Mapped[str]
    """`leaf_key` of the major."""
    level: Mapped[MajorLevel] = mapped_column(one_of(MajorLevel, "level"))
    major_code: Mapped[str]
    major_name: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict, "verdict"))
    reason: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="RESTRICT"))
    made_at: Mapped[dt.datetime]
    taken_back_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="RESTRICT")
    )
    taken_back_at: Mapped[dt.datetime | None]
