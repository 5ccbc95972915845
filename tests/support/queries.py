"""Counting the statements a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session


@dataclass
class Counted:
    """How many statements were sent."""

    n: int = 0


@contextmanager
def count_queries(session: Session) -> Iterator[Counted]:
    """Count what a session's database is sent inside the block, after what was changed is written."""
    session.flush()
    bind, counted = session.get_bind(), Counted()

    def note(*_args: object) -> None:
        counted.n += 1

    sa.event.listen(bind, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        sa.event.remove(bind, "before_cursor_execute", note)
