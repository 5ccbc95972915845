"""Asking for many pieces of background work at once: the chunks of a large run.

`jobs.enqueue` looks for each job's twin and locks it, three statements a job; fifty thousand chunks would
hold a transaction for minutes. Here one statement inserts them all, and leaves alone those that stand queued.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job


@dataclass(frozen=True)
class Wanted:
    """One job of many: its arguments, and the key by which it is queued only once."""

    arguments: dict[str, Any]
    unique_key: str


def enqueue_many(
    session: Session,
    name: str,
    wanted: Iterable[Wanted],
    *,
    queue: JobQueue,
    parent_id: int | None = None,
) -> None:
    """Ask for jobs of one name in the caller's transaction; they start after the commit."""
    now = clock.now()
    rows = [
        {
            "name": name,
            "arguments": one.arguments,
            "unique_key": one.unique_key,
            "queue": queue,
            "state": JobState.QUEUED,
            "parent_id": parent_id,
            "created_at": now,
            "run_after": now,
        }
        for one in wanted
    ]
    if not rows:
        return
    table = cast(sa.Table, Job.__table__)
    # Two branches and not a choice of functions: each dialect's insert has a type of its own.
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
    else:
        session.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
