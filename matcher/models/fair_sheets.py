"""Sheets of paper of a fair (纸质表): books uploaded afterwards, line by line, and which line became whom.

A printed line has a code; a code is entered once a fair, so that the same book uploaded twice leaves what once leaves.
What was written on the lines is kept encrypted until the fair's personal parts are forgotten.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.fair_reports import PaperBatchState, PaperSheet, PaperVerdict


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class FairPaperBatch(Base):
    """One uploaded book of sheets (补录批次): judged, then entered, and undone if nothing was built on it."""

    __tablename__ = "fair_paper_batch"
    __table_args__ = (sa.Index("ix_fair_paper_batch_fair", "fair_id", "id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    state: Mapped[PaperBatchState] = mapped_column(
        one_of(PaperBatchState, "state"), default=PaperBatchState.CHECKED
    )
    file_name: Mapped[str] = mapped_column(default="")
    """As the clerk's computer calls it; emptied with the fair's personal parts."""
    sha256: Mapped[str]
    """Of the file; the file itself is not kept."""
    uploaded_at: Mapped[dt.datetime]
    uploaded_by_id: Mapped[int | None] = _account()
    entered_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version_id}  # noqa: RUF012 - read by SQLAlchemy


class FairPaperRow(Base):
    """One line of an uploaded book and what it comes to; all lines stand here, the refused ones with their reason."""

    __tablename__ = "fair_paper_row"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "sheet_name", "line_number"),
        sa.Index("ix_fair_paper_row_list", "batch_id", "verdict", "id"),
        sa.CheckConstraint(
            "(verdict = 'refused') = (problem IS NOT NULL)", name="refused_says_why"
        ),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_paper_batch.id", ondelete="CASCADE"))
    sheet: Mapped[PaperSheet] = mapped_column(one_of(PaperSheet, "sheet"))
    sheet_name: Mapped[str]
    line_number: Mapped[int]
    """As the spreadsheet shows it."""
    code: Mapped[str]
    verdict: Mapped[PaperVerdict] = mapped_column(one_of(PaperVerdict, "verdict"))
    problem: Mapped[str | None]
    """What stands against it and what to do, in words that name nobody."""
    problem_column: Mapped[str] = mapped_column(default="")
    """Head of the column the problem is about; empty if it is the whole line."""
    values_cipher: Mapped[bytes | None]
    """What was written, encrypted."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Ids and codes the judging found."""


class FairPaperLine(Base):
    """A printed line that was entered (已录入的纸质行): its code, and what came of it."""

    __tablename__ = "fair_paper_line"
    __table_args__ = (
        sa.UniqueConstraint("fair_id", "code"),
        sa.Index("ix_fair_paper_line_batch", "batch_id", "id"),
    )

    id: Mapped[Id]
    fair_id: Mapped[int] = mapped_column(sa.ForeignKey("fair.id", ondelete="CASCADE"))
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("fair_paper_batch.id", ondelete="CASCADE"))
    code: Mapped[str]
    content_mark: Mapped[str]
    """Keyed hash of what was written: the same line again is known, another one under its code is refused."""
    visitor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_visitor.id", ondelete="CASCADE"), index=True
    )
    entry_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_entry.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_contact.id", ondelete="CASCADE"), index=True
    )
    answer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fair_survey_answer.id", ondelete="CASCADE"), index=True
    )
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What the line made new, for undoing: visitor, ticket, contact, numbers of steps."""
