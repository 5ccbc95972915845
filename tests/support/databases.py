"""Databases, sessions and settings of a test; the schema always comes from the migrations.

Where the dialect matters, use `database_url`, `engine`, `session_factory` or `session`: the test runs
on SQLite (a file) and on PostgreSQL. Where it does not, `sqlite_factory` and `sqlite_session` are quick.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, make_engine
from matcher.db.engine import session_factory as make_session_factory
from matcher.keys import KeyRing, make_ring
from matcher.migrations import run as migrations
from matcher.settings import Settings, load_settings

_OUR_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "YANGGUANG_KEYS",
    "YANGGUANG_HOST",
    "YANGGUANG_PORT",
    "YANGGUANG_BATCH_WORKERS",
    "YANGGUANG_HTTPS",
    "YANGGUANG_SNAPSHOTS",
    "YANGGUANG_SNAPSHOTS_FROM",
    "YANGGUANG_LEASE_SECONDS",
    "YANGGUANG_CHILD_MB",
)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file brought to head by the migrations, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
    return path


def _copy(template: Path, folder: Path) -> str:
    """Return the address of a copy at the place where the settings expect the database."""
    path = folder / "data" / "yangguang.db"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a migrated database: the test runs once on each dialect."""
    if request.param == "sqlite":
        return _copy(request.getfixturevalue("sqlite_template"), tmp_path)
    address: str = request.getfixturevalue("postgres_database")
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database without tables, once on each dialect."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    address: str = request.getfixturevalue("empty_postgres")
    return address


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Give settings with a data folder of the test's own; the environment says the same to children."""
    for name in _OUR_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path / "data"))
    if "database_url" in request.fixturenames:
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("database_url"))
    made = load_settings()
    made.prepare()
    return made


@pytest.fixture
def ring(settings: Settings) -> KeyRing:
    """Give the key ring of the test's data folder."""
    return make_ring(settings.keys)


@pytest.fixture
def engine(database_url: str, settings: Settings) -> Iterator[sa.Engine]:
    """Give an engine, once on each dialect."""
    made = make_engine(settings.database_url)
    yield made
    made.dispose()


@pytest.fixture
def session_factory(engine: sa.Engine, ring: KeyRing, settings: Settings) -> SessionFactory:
    """Give a session factory, once on each dialect; for tests with several connections."""
    return make_session_factory(engine, ring, settings)


@pytest.fixture
def session(session_factory: SessionFactory) -> Iterator[Session]:
    """Give one session, once on each dialect; what it leaves uncommitted is gone."""
    with session_factory() as opened:
        yield opened


@pytest.fixture
def sqlite_factory(
    sqlite_template: Path, tmp_path: Path, settings: Settings, ring: KeyRing
) -> Iterator[SessionFactory]:
    """Give a session factory on SQLite only, where the dialect does not matter."""
    made = make_engine(_copy(sqlite_template, tmp_path))
    yield make_session_factory(made, ring, settings)
    made.dispose()


@pytest.fixture
def sqlite_session(sqlite_factory: SessionFactory) -> Iterator[Session]:
    """Give one session on SQLite only."""
    with sqlite_factory() as opened:
        yield opened
