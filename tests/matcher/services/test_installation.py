"""Rules of opening an installation, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, make_engine, reading
from matcher.errors import ConfigurationError
from matcher.keys import make_ring
from matcher.migrations import run as migrations
from matcher.models.calendar import CalendarDay
from matcher.models.consents import ConsentText
from matcher.services.installation import open_installation, prepare_installation
from matcher.settings import Settings, load_settings

Open = Callable[[Callable[[Settings], SessionFactory]], SessionFactory]


@pytest.fixture
def installed(
    settings: Settings, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Give settings of an empty database, with keys supplied."""
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    make_ring(settings.keys)
    return load_settings()


@pytest.fixture
def opened(installed: Settings) -> Iterator[Open]:
    """Give a function that opens the installation one way or the other, and closes it afterwards."""
    factories = []

    def through(door: Callable[[Settings], SessionFactory]) -> SessionFactory:
        factory = door(installed)
        factories.append(factory)
        return factory

    yield through
    for factory in factories:
        factory.kw["bind"].dispose()


def _counts(factory: SessionFactory) -> tuple[int, ...]:
    with reading(factory) as session:
        return tuple(
            session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (CalendarDay, ConsentText)
        )


def test_preparing_makes_schema_and_seeds(opened: Open) -> None:
    factory = opened(prepare_installation)

    assert migrations.current_revision(factory.kw["bind"]) == migrations.head_revision()
    assert all(_counts(factory))


def test_preparing_again_changes_nothing(opened: Open) -> None:
    before = _counts(opened(prepare_installation))

    assert _counts(opened(prepare_installation)) == before


def test_what_was_prepared_can_be_opened(opened: Open) -> None:
    before = _counts(opened(prepare_installation))

    assert _counts(opened(open_installation)) == before


def test_a_database_that_was_never_migrated_is_not_opened(opened: Open) -> None:
    with pytest.raises(ConfigurationError) as refused:
        opened(open_installation)

    assert refused.value.code == "schema_not_at_head"


@pytest.mark.parametrize("door", [prepare_installation, open_installation])
def test_other_keys_than_the_databases_are_refused(
    door: Callable[[Settings], SessionFactory], opened: Open, installed: Settings
) -> None:
    opened(prepare_installation)
    shutil.rmtree(installed.keys)
    make_ring(installed.keys)

    with pytest.raises(ConfigurationError) as refused:
        opened(door)

    assert refused.value.code == "key_ring_wrong"


def test_no_second_key_ring_is_made_for_a_database_that_has_one(
    opened: Open, installed: Settings
) -> None:
    opened(prepare_installation)
    shutil.rmtree(installed.keys)

    with pytest.raises(ConfigurationError) as refused:
        opened(prepare_installation)

    assert refused.value.code == "key_ring_missing"
    assert not installed.keys.exists()


def test_a_database_newer_than_the_program_is_left_alone(opened: Open) -> None:
    factory = opened(prepare_installation)
    with factory.kw["bind"].begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigurationError) as refused:
        opened(prepare_installation)

    assert refused.value.code == "schema_newer"


def _prepare_here(settings: Settings) -> tuple[int, ...]:
    factory = prepare_installation(settings)
    counts = _counts(factory)
    factory.kw["bind"].dispose()
    return counts


def test_processes_that_start_together_prepare_once(installed: Settings, opened: Open) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        seen = list(pool.map(_prepare_here, [installed] * 2))

    assert set(seen) == {_counts(opened(open_installation))}


def test_the_first_embedded_start_makes_its_own_keys(settings: Settings) -> None:
    factory = prepare_installation(settings)
    factory.kw["bind"].dispose()

    assert (settings.keys / "keyring.json").exists()


def test_an_outside_database_is_refused_without_supplied_keys(
    empty_postgres: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_postgres)

    with pytest.raises(ConfigurationError) as refused:
        prepare_installation(load_settings())

    assert refused.value.code == "key_ring_missing"
    engine = make_engine(empty_postgres)
    assert migrations.current_revision(engine) is None
    engine.dispose()
