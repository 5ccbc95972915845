"""Opening an installation (安装): data folder, keys, schema, seeds; and refusing what cannot be right.

`prepare_installation` is for the one who starts the house (`up`, `demo`, the command line): it makes
what is missing and migrates. `open_installation` is for everybody else (web, workers): it changes
nothing and refuses a schema that is not at head. Both refuse a key ring that is not the one the
database was made with: values written under a second ring could be read by neither.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, make_engine, reading, session_factory, transaction
from matcher.errors import ConfigurationError
from matcher.keys import KeyRing, load_ring, make_ring
from matcher.migrations import run as migrations
from matcher.models.installation import InstallationFact
from matcher.services.calendar import seed_calendar_days
from matcher.services.consents import seed_consent_texts
from matcher.settings import Settings

_KEY_CHECK = "key_check"
_LOCK_FILE = "prepare.lock"


def prepare_installation(settings: Settings) -> SessionFactory:
    """Make or update the installation and open it; doing it again changes nothing.

    Raises
    ------
    ConfigurationError
        No keys were supplied for an outside database, the keys are not this database's, or the
        database is newer than this program.
    """
    settings.prepare()
    with _alone(settings):
        engine = make_engine(settings.database_url)
        try:
            ring = _ring(settings, engine)
            _refuse_newer(migrations.current_revision(engine))
            migrations.upgrade(engine)
            factory = session_factory(engine, ring, settings)
            with transaction(factory) as session:
                _check_keys(session, ring)
                session.merge(InstallationFact(name=_KEY_CHECK, value=ring.check_value()))
                seed_calendar_days(session)
                seed_consent_texts(session)
        except BaseException:
            engine.dispose()
            raise
    return factory


def open_installation(settings: Settings) -> SessionFactory:
    """Open an installation that was prepared; change nothing.

    Raises
    ------
    ConfigurationError
        The schema is not at head, or the keys are missing or not this database's.
    """
    ring = load_ring(settings.keys)
    engine = make_engine(settings.database_url)
    try:
        found, wanted = migrations.current_revision(engine), migrations.head_revision()
        if found != wanted:
            raise ConfigurationError(
                "schema_not_at_head",
                f"数据库结构为 {found or '空'}，程序需要 {wanted}。请先运行 yangguang up，它会升级数据库。",
                found=found,
                wanted=wanted,
            )
        factory = session_factory(engine, ring, settings)
        with reading(factory) as session:
            _check_keys(session, ring)
    except BaseException:
        engine.dispose()
        raise
    return factory


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Let one process of this data folder prepare at a time; between hosts the database's lock serves."""
    with (settings.data / _LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ring(settings: Settings, engine: sa.Engine) -> KeyRing:
    """Return the key ring; make a new one only for a new embedded database."""
    if settings.embedded_database and migrations.current_revision(engine) is None:
        return make_ring(settings.keys)
    return load_ring(settings.keys)


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in migrations.revisions().walk_revisions()}
    if found is not None and found not in known:
        raise ConfigurationError(
            "schema_newer",
            f"数据库结构 {found} 比本程序新，请安装更新的版本。",
            found=found,
        )


def _check_keys(session: Session, ring: KeyRing) -> None:
    stored = session.get(InstallationFact, _KEY_CHECK)
    if stored is not None and stored.value != ring.check_value():
        raise ConfigurationError(
            "key_ring_wrong",
            "密钥与数据库不符：数据库是用另一套密钥建立的。请恢复原来的 keys 目录，"
            "或用 YANGGUANG_KEYS 指定它。",
        )
