"""How Alembic speaks to our databases; run by Alembic, by path, never imported.

SQLite changes a table by making it anew and dropping the old one. With foreign keys on, that drop
would cascade into the children and empty them; so they are off while migrations run, and
`foreign_key_check` must come back empty before the commit. PostgreSQL waits for a lock a limited
time only, because a migration that waits holds up everybody behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext

from matcher.db.engine import make_engine
from matcher.errors import ConfigurationError
from matcher.models import Base
from matcher.settings import load_settings

_LOCK_TIMEOUT = "10s"
"""Longer than any transaction of ours; then the migration gives up and nothing has changed."""

_ADVISORY_LOCK = 0x59414E47
"""`YANG`: two hosts that start at once migrate one after the other."""


def _number_revision(
    _context: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    """Give a new revision the next number: 0007, not a random hash."""
    numbers = [int(path.name[:4]) for path in Path(__file__).with_name("versions").glob("0*.py")]
    for directive in directives:
        directive.rev_id = f"{max(numbers, default=0) + 1:04d}"


def _differs(_context: MigrationContext, *compared: object) -> bool | None:
    """Say that two empty texts are the same default (Alembic thinks not, on SQLite); else None."""
    texts = {str(compared[2]).strip("()'"), str(compared[4]).strip("()'")}
    return False if texts == {""} else None


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave partitions of a table (分区) out of the comparison: they come and go with the runs."""
    return not (kind == "table" and (name or "").startswith("ranked_list_"))


def _prepare(connection: sa.Connection) -> None:
    """Set what must be set before the transaction begins."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.execute("PRAGMA foreign_keys=OFF")


def _restore(connection: sa.Connection) -> None:
    """Give the connection back as it came."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.execute("PRAGMA foreign_keys=ON")


def _lock(connection: sa.Connection) -> None:
    """Wait for other migrations; SQLite's BEGIN IMMEDIATE has done so already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")


def _check(connection: sa.Connection) -> None:
    """Refuse to commit rows that point to nothing."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = sorted({row[0] for row in broken})
        raise ConfigurationError(
            "migration_broken_references",
            f"数据库升级已取消：{'、'.join(tables)} 中有 {len(broken)} 行指向不存在的记录。",
            tables=tables,
            rows=len(broken),
        )


def _run(connection: sa.Connection) -> None:
    _prepare(connection)
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,  # on SQLite as well, since our engine says BEGIN itself
            compare_server_default=_differs,
            include_name=_is_ours,
            process_revision_directives=_number_revision,
        )
        with context.begin_transaction():
            _lock(connection)
            context.run_migrations()
            _check(connection)
    finally:
        if connection.in_transaction():
            connection.rollback()
        _restore(connection)


def _run_here() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    engine = make_engine(load_settings().database_url)
    try:
        with engine.connect() as connection:
            _run(connection)
    finally:
        engine.dispose()


_run_here()
