"""A partition of its own for a run with many lists (分区), on PostgreSQL.

Thirteen million lists leave in a moment by DROP TABLE; deleting them row by row takes as long as ranking them
and leaves their space behind. Small runs share the default partition: an office ranks twenty times a day, and
thousands of partitions would slow every statement down. SQLite has no partitions; there nothing happens.

Making and dropping a partition needs locks on the whole table; making one also reads the default partition
through under its lock, for lists of the run. Whoever is not done within seconds gives up: without a partition
of its own a run lies in the default one, and nothing else changes.
"""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction

FEWEST_LISTS = 200_000
"""Deleting fewer takes seconds (docs/scale.md); a city's drive stays below, a province's is above."""

_PATIENCE = "3s"
"""Pages that read lists wait behind us as long as we wait ourselves."""

_OWN = "ranked_list_run_"

_OUT_OF_PATIENCE = ("55P03", "57014")
"""The lock could not be had; the statement took too long."""


def make_partition(
    factory: SessionFactory, run_id: int, n_lists: int, *, fewest: int = FEWEST_LISTS
) -> bool:
    """Give a run a partition if it has many lists; done in a transaction of its own, before the first chunk.

    Returns
    -------
    bool : whether the run has one now; a second call finds it there
    """
    if n_lists < fewest:
        return False
    name = _name(run_id)
    with factory() as session:
        if not _has_partitions(session):
            return False
        if _exists(session, name):
            return True
    return _try(
        factory,
        f"CREATE TABLE {name} (LIKE ranked_list INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"ALTER TABLE ranked_list ATTACH PARTITION {name} FOR VALUES IN ({int(run_id)})",
    )


def drop_partition(factory: SessionFactory, run_id: int) -> bool:
    """Drop a run's partition with all its lists; False if it has none, or the table was too busy just now."""
    name = _name(run_id)
    with factory() as session:
        if not _has_partitions(session) or not _exists(session, name):
            return False
    return _try(factory, f"DROP TABLE {name}")


def has_partition(session: Session, run_id: int) -> bool:
    """Say whether a run's lists lie in a partition of their own."""
    return _has_partitions(session) and _exists(session, _name(run_id))


def partitioned_runs(session: Session) -> set[int]:
    """Return the runs that have a partition of their own, whether there are lists in it or not."""
    if not _has_partitions(session):
        return set()
    parts = sa.text(
        "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
        " WHERE inhparent = to_regclass('ranked_list')"
    )
    names = session.scalars(parts)
    return {int(name.removeprefix(_OWN)) for name in names if name.startswith(_OWN)}


def _name(run_id: int) -> str:
    return f"{_OWN}{int(run_id)}"


def _has_partitions(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _exists(session: Session, name: str) -> bool:
    return session.scalar(sa.select(sa.func.to_regclass(name))) is not None


def _try(factory: SessionFactory, *statements: str) -> bool:
    """Run statements with little patience for locks and for each statement; False if it ran out."""
    try:
        with transaction(factory) as session:
            for limit in ("lock_timeout", "statement_timeout"):
                session.execute(sa.text(f"SET LOCAL {limit} = '{_PATIENCE}'"))
            for statement in statements:
                session.execute(sa.text(statement))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _OUT_OF_PATIENCE:
            return False
        raise
    return True
