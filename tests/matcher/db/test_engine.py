"""Rules of engines and sessions, on SQLite and on PostgreSQL."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matcher.db.engine import (
    SessionFactory,
    make_engine,
    reading,
    ring_of,
    settings_of,
    transaction,
)
from matcher.keys import KeyRing
from matcher.models.installation import InstallationFact
from matcher.settings import Settings

_WRITERS = 4
_ROUNDS = 10


def _fact(factory: SessionFactory, name: str) -> InstallationFact | None:
    with reading(factory) as session:
        return session.get(InstallationFact, name)


def test_what_a_transaction_wrote_is_there_afterwards(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        session.add(InstallationFact(name="a", value="1"))

    found = _fact(session_factory, "a")
    assert found is not None
    assert found.value == "1"


def test_a_failed_transaction_leaves_nothing(session_factory: SessionFactory) -> None:
    def fail_halfway() -> None:
        with transaction(session_factory) as session:
            session.add(InstallationFact(name="a", value="1"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail_halfway()

    assert _fact(session_factory, "a") is None


def test_a_reading_session_cannot_write(session_factory: SessionFactory) -> None:
    with reading(session_factory) as session:
        session.add(InstallationFact(name="a", value="1"))
        with pytest.raises(DBAPIError):
            session.flush()


def test_a_connection_that_only_read_can_write_again(session_factory: SessionFactory) -> None:
    for _ in range(20):  # more often than the pool has connections
        assert _fact(session_factory, "a") is None

    with transaction(session_factory) as session:
        session.add(InstallationFact(name="a", value="1"))

    assert _fact(session_factory, "a") is not None


def test_a_reader_does_not_wait_for_a_writer(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        session.add(InstallationFact(name="a", value="1"))
        session.flush()

        started = time.monotonic()
        found = _fact(session_factory, "a")

    assert found is None
    assert time.monotonic() - started < 5


def test_no_count_is_lost_when_many_read_and_then_write(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        session.add(InstallationFact(name="count", value="0"))

    def count_up() -> None:
        for _ in range(_ROUNDS):
            with transaction(session_factory) as session:
                fact = session.get_one(InstallationFact, "count", with_for_update=True)
                fact.value = str(int(fact.value) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(_WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = _fact(session_factory, "count")
    assert found is not None
    assert found.value == str(_WRITERS * _ROUNDS)


def test_values_never_stand_in_the_errors_of_the_database(session_factory: SessionFactory) -> None:
    with session_factory() as session:
        session.add(InstallationFact(name="a", value="1"))
        session.commit()
        session.add(InstallationFact(name="a", value="13800000000"))
        with pytest.raises(IntegrityError) as refused:
            session.flush()

    assert "13800000000" not in str(refused.value)


def test_a_row_cannot_point_to_nothing(session: Session) -> None:
    with pytest.raises(IntegrityError):
        session.execute(
            sa.text(
                "INSERT INTO union_closure (ancestor_id, descendant_id, depth) VALUES (1, 1, 0)"
            )
        )


def test_a_session_carries_its_key_ring_and_settings(
    session: Session, ring: KeyRing, settings: Settings
) -> None:
    assert ring_of(session) == ring
    assert settings_of(session) == settings


def test_sqlite_writes_ahead_so_that_readers_go_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('wal') / 'a.db'}")

    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    engine.dispose()

    assert mode == "wal"


def test_a_select_without_an_order_comes_back_shuffled_in_tests(session: Session) -> None:
    names = [f"{number:02}" for number in range(20)]
    session.add_all(InstallationFact(name=name, value="") for name in names)
    session.flush()

    seen = session.scalars(sa.select(InstallationFact.name)).all()

    assert sorted(seen) == names
    assert seen != names
