"""Inserting a row unless a unique index says it stands already, in one statement on both databases."""

from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher.db.base import Base

Row = TypeVar("Row", bound=Base)


def insert_if_new(session: Session, model: type[Row], values: dict[str, Any]) -> Row | None:
    """Insert a row and return it; None if a unique index already holds its like.

    On PostgreSQL it waits for another transaction that is inserting the like, and sees its outcome.
    """
    # Two branches and not a choice of functions: each dialect's insert has a type of its own.
    made: Row | None
    if session.get_bind().dialect.name == "sqlite":
        made = session.scalar(
            sqlite.insert(model).values(**values).on_conflict_do_nothing().returning(model)
        )
    else:
        made = session.scalar(
            postgresql.insert(model).values(**values).on_conflict_do_nothing().returning(model)
        )
    return made
