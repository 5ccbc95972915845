"""Background work as rows (后台任务): the row is the truth, the broker's message only wakes a worker.

A job is written in the transaction that asks for it. A worker claims it by a conditional update and
holds a lease; a sweep sends again what was not sent or whose lease ran out. So a committed job is
never lost (broker away, worker killed) and its effect is made once (idempotent bodies).
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import JobQueue, JobState


class Job(Base):
    """One piece of background work with its progress."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_due", "state", "queue", "run_after"),
        sa.Index(
            "uq_job_live_key",
            "unique_key",
            unique=True,
            sqlite_where=sa.text("state IN ('queued') AND unique_key IS NOT NULL"),
            postgresql_where=sa.text("state IN ('queued') AND unique_key IS NOT NULL"),
        ),
        sa.CheckConstraint("done_units >= 0 AND total_units >= 0", name="progress_positive"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    name: Mapped[str]
    """Registered name of the work, such as ranking.rank_chunk."""
    queue: Mapped[JobQueue] = mapped_column(one_of(JobQueue, "queue"))
    state: Mapped[JobState] = mapped_column(one_of(JobState, "state"), default=JobState.QUEUED)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Ids and plain values, never names or numbers of people."""
    unique_key: Mapped[str | None]
    """While a job with this key is queued, no second one is."""
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("job.id", ondelete="CASCADE"), index=True
    )
    union_id: Mapped[int | None] = mapped_column(sa.ForeignKey("union_org.id", ondelete="CASCADE"))
    run_after: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    """When the broker last took its id."""
    lease_until: Mapped[dt.datetime | None]
    lease_token: Mapped[str | None]
    """Of the worker that holds it: who lost the lease can finish nothing."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    max_attempts: Mapped[int] = mapped_column(default=5, server_default="5")
    done_units: Mapped[int] = mapped_column(default=0, server_default="0")
    total_units: Mapped[int] = mapped_column(default=0, server_default="0")
    stop_requested: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    result: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
