"""Ranking runs (排序运行), their chunks, the stored lists, and what changed since.

One row a list (decisions.md 5): packed keys and partner ids, replaced per chunk in one short
transaction. A changed row makes overlay rows on top of a run, by durable change numbers; pages say
"as of". Workers write, web reads and explains what it shows.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import ListSide, RunState


class RankingRun(Base):
    """One run: immutable once done, replays from its snapshot to the same bytes."""

    __tablename__ = "ranking_run"
    __table_args__ = (sa.Index("ix_ranking_run_drive", "drive_id", "state"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    number: Mapped[int]
    """The drive's first run is 1."""
    drive_revision: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    state: Mapped[RunState] = mapped_column(one_of(RunState, "state"), default=RunState.QUEUED)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    snapshot_hash: Mapped[str | None]
    """Input hash: names the snapshot folder."""
    result_hash: Mapped[str | None]
    """SHA-256 over all lists in order of side and subject."""
    as_of_change: Mapped[int] = mapped_column(default=0, server_default="0")
    """Changes up to this number are inside the snapshot."""
    followed_change: Mapped[int] = mapped_column(default=0, server_default="0")
    """The live lane has made overlays for changes up to this number."""
    n_postings: Mapped[int] = mapped_column(default=0, server_default="0")
    n_graduates: Mapped[int] = mapped_column(default=0, server_default="0")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Seconds of each step, eligible pairs, empty lists, undecided texts."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]


class RankingChunk(Base):
    """Rows of a run one task ranks; `done_at` is set with its lists, in the same transaction."""

    __tablename__ = "ranking_chunk"
    __table_args__ = (
        sa.Index(
            "ix_ranking_chunk_open",
            "run_id",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ranking_run.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[ListSide] = mapped_column(one_of(ListSide, "side"), primary_key=True)
    row_start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_stop: Mapped[int]
    n_lists: Mapped[int]
    """Rows of the range that have such a list."""
    done_at: Mapped[dt.datetime | None]
    seconds: Mapped[float | None]
    """Wall seconds of the computation alone."""


class RankedList(Base):
    """One list of a run.

    On PostgreSQL the table is partitioned by run. A partition for every run would be wrong: an office ranks a small
    drive twenty times a day, and thousands of partitions slow every statement down. So a run with many lists gets
    one of its own, dropped in a moment when its lists go, and all others share the default one
    (`services.ranking_partitions`).
    """

    __tablename__ = "ranked_list"
    __table_args__ = ({"postgresql_partition_by": "LIST (run_id)"},)

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ranking_run.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[ListSide] = mapped_column(one_of(ListSide, "side"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Posting or graduate id."""
    length: Mapped[int]
    n_eligible: Mapped[int]
    """How many partners are eligible, listed or not."""
    keys: Mapped[bytes]
    """int64 little-endian, best first."""
    partners: Mapped[bytes]
    """int32 little-endian ids of the other side, in the same order."""
    spare: Mapped[bytes | None]
    """Keys, then partners, of the places behind, which nobody is shown (`ranking_overlays`); None: nothing is known."""


class RankedOverlay(Base):
    """A list newer than the run's, made by a change."""

    __tablename__ = "ranked_overlay"

    drive_id: Mapped[int] = mapped_column(
        sa.ForeignKey("drive.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[ListSide] = mapped_column(one_of(ListSide, "side"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("ranking_run.id", ondelete="CASCADE"))
    change_number: Mapped[int]
    length: Mapped[int]
    n_eligible: Mapped[int]
    """How many partners are eligible, listed or not."""
    keys: Mapped[bytes]
    partners: Mapped[bytes]
    spare: Mapped[bytes | None]


class RankingChange(Base):
    """A row of a drive changed; the number is durable, workers catch up by it."""

    __tablename__ = "ranking_change"
    __table_args__ = (sa.Index("ix_ranking_change_drive", "drive_id", "id"),)

    id: Mapped[Id]
    drive_id: Mapped[int] = mapped_column(sa.ForeignKey("drive.id", ondelete="CASCADE"))
    side: Mapped[str]
    """posting or graduate."""
    subject_id: Mapped[int]
    changed_at: Mapped[dt.datetime]
