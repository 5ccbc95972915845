"""Tasks of people (待办): made by rules and clocks, each with the rule that made it."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base, Id, PublicId, one_of
from matcher.kinds import TaskState


class Task(Base):
    """One act somebody owes, with its day; generic, so that every clock of the product can make one."""

    __tablename__ = "task"
    __table_args__ = (
        sa.Index(
            "uq_task_live",
            "rule",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_task_owner", "union_id", "state", "due_on"),
        sa.Index(
            "ix_task_unclaimed",
            "union_id",
            "due_on",
            sqlite_where=sa.text("state = 'open' AND assignee_id IS NULL"),
            postgresql_where=sa.text("state = 'open' AND assignee_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    union_id: Mapped[int] = mapped_column(sa.ForeignKey("union_org.id", ondelete="CASCADE"))
    assignee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    rule: Mapped[str]
    """Code of the rule that made it; its words are shown under the task."""
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    due_on: Mapped[dt.date | None]
    state: Mapped[TaskState] = mapped_column(one_of(TaskState, "state"), default=TaskState.OPEN)
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="SET NULL")
    )
