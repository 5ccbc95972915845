"""Studies of a drive's ranking (排序质量、分值建议、规则比较); what a cap leaves of graduates' lists (关注度均衡)."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds.ranking_studies import StudyKind, StudyState


def _account() -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey("account.id", ondelete="SET NULL"))


class RankingStudy(Base):
    """One computation over a drive's ranking: asked by a person, computed in the background, kept as it came."""

    __tablename__ = "ranking_study"
    __table_args__ = (
        sa.Index("ix_ranking_study_drive", "drive_id", "kind", "id"),
        sa.CheckConstraint(
            "(state IN ('accepted', 'declined')) = (decided_at IS NOT NULL)", name="decision_dated"
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    kind: Mapped[StudyKind] = mapped_column(one_of(StudyKind, "kind"))
    state: Mapped[StudyState] = mapped_column(one_of(StudyState, "state"), default=StudyState.ASKED)
    drive_revision: Mapped[int]
    """The rules it starts from; it can be taken over only while they stand."""
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Parameters to compare with; empty for the other kinds."""
    result: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Counts, measures and ids; no names."""
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = _account()
    finished_at: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = _account()
    decision_words: Mapped[str | None]
    """Why it was turned down."""
    accepted_revision: Mapped[int | None]
    """Revision of the drive's rules that came of it."""


class SpreadList(Base):
    """What a cap leaves of one graduate's list of a run; a list nothing was taken from has no row."""

    __tablename__ = "spread_list"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ranking_run.id", ondelete="CASCADE"), primary_key=True
    )
    graduate_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    partners: Mapped[bytes]
    """int32 little-endian ids of the postings shown, in the order of the list."""
