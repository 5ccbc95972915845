"""Engines, sessions and transactions for SQLite and PostgreSQL: one code, by address.

SQLite speaks WAL and `BEGIN IMMEDIATE`: with a deferred `BEGIN` two of three read-then-write
transactions fail at once, with the driver's default one update in four is lost (measured). A
read-only session takes a plain `BEGIN` and never waits for the writer. Rule of the house: what is read to
be changed is read `with_for_update=True`; nothing is computed or sent inside a write transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from matcher.keys import KeyRing
from matcher.settings import Settings

_BUSY_TIMEOUT_MS = 15_000
"""Longer than the longest write transaction we allow (a few thousand rows, under 5 s)."""

_NOTICE_A_CUT: dict[str, int] = {
    "connect_timeout": 20,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 35_000,
}
"""A host that is cut off (断网) is noticed within a minute: by the systems' own defaults it waits a quarter of an hour,
and the server keeps the locks of its open transaction for two hours."""

_SERVER_NOTICES_A_CUT = (
    "SET idle_in_transaction_session_timeout = '60s'; SET tcp_keepalives_idle = 15;"
    " SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
)

SessionFactory = sessionmaker[Session]


def make_engine(url: str) -> sa.Engine:
    """Return an engine for a database address; parameters never appear in its errors or logs."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            address, hide_parameters=True, connect_args={"timeout": 15, "check_same_thread": False}
        )
        _speak_sqlite(engine)
        return engine
    engine = sa.create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        connect_args={
            name: value for name, value in _NOTICE_A_CUT.items() if name not in address.query
        },
    )
    _speak_postgresql(engine)
    return engine


def _speak_sqlite(engine: sa.Engine) -> None:
    """Set WAL, foreign keys, the busy timeout, and say BEGIN ourselves."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _speak_postgresql(engine: sa.Engine) -> None:
    """Make read-only sessions read-only in the server as well, and show them one state throughout.

    SQLite does the same by itself: a figure and the list below it are of one moment.
    """

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SERVER_NOTICES_A_CUT)
        connection.commit()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("read_only", False):
            connection.exec_driver_sql(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                # A reader may compute between two looks, and holds no lock anybody waits for.
                " SET LOCAL idle_in_transaction_session_timeout = 0"
            )


def session_factory(engine: sa.Engine, ring: KeyRing, settings: Settings) -> SessionFactory:
    """Return the factory of sessions; each knows the key ring and the settings by its `info`."""
    return sessionmaker(engine, expire_on_commit=False, info={"ring": ring, "settings": settings})


def open_reader(factory: SessionFactory) -> Session:
    """Return a session that can only read and never waits for the write lock."""
    engine = factory.kw["bind"]
    return factory(bind=engine.execution_options(read_only=True))


@contextmanager
def transaction(factory: SessionFactory) -> Iterator[Session]:
    """Give a session whose changes are committed at the end, or not at all."""
    with factory() as session, session.begin():
        yield session


@contextmanager
def reading(factory: SessionFactory) -> Iterator[Session]:
    """Give a read-only session."""
    with open_reader(factory) as session:
        yield session


def ring_of(session: Session) -> KeyRing:
    """Return the key ring a session carries."""
    ring: KeyRing = session.info["ring"]
    return ring


def settings_of(session: Session) -> Settings:
    """Return the settings a session carries."""
    settings: Settings = session.info["settings"]
    return settings
