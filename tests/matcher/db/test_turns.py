"""Rules of short write transactions in line: all or nothing, one after the other, on the disk before going on."""

import os
import threading
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher.db import turns
from matcher.db.engine import SessionFactory, reading
from matcher.db.turns import transaction_in_turn
from matcher.models.installation import InstallationFact


def _write(factory: SessionFactory, name: str) -> None:
    with transaction_in_turn(factory) as session:
        session.add(InstallationFact(name=name, value="1"))


def _break(factory: SessionFactory) -> None:
    with transaction_in_turn(factory) as session:
        session.add(InstallationFact(name="b", value="1"))
        session.flush()
        raise ZeroDivisionError


def _names(factory: SessionFactory) -> list[str]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(InstallationFact.name).order_by("name")))


def test_what_is_done_in_turn_is_kept_or_not_at_all(session_factory: SessionFactory) -> None:
    _write(session_factory, "a")
    with pytest.raises(ZeroDivisionError):
        _break(session_factory)
    _write(session_factory, "c")

    assert _names(session_factory) == ["a", "c"]


def test_on_one_file_nobody_begins_before_the_other_is_done(
    sqlite_factory: SessionFactory,
) -> None:
    inside, most = 0, 0

    def act(number: int) -> None:
        nonlocal inside, most
        with transaction_in_turn(sqlite_factory) as session:
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            session.add(InstallationFact(name=f"n{number:02d}", value="1"))
            inside -= 1

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1
    assert len(_names(sqlite_factory)) == 8


def test_another_process_is_waited_for(sqlite_factory: SessionFactory) -> None:
    """A second opening of the lock file is to the kernel what another process is."""
    _write(sqlite_factory, "a")
    path = f"{sqlite_factory.kw['bind'].url.database}-line"
    other = os.open(path, os.O_RDWR)
    turns.fcntl.flock(other, turns.fcntl.LOCK_EX)
    waiting = threading.Thread(target=_write, args=(sqlite_factory, "b"))
    waiting.start()
    waiting.join(0.3)
    was_waiting = waiting.is_alive()
    os.close(other)
    waiting.join(10)

    assert was_waiting
    assert _names(sqlite_factory) == ["a", "b"]


def test_the_log_is_on_the_disk_before_the_caller_goes_on(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync: Callable[[int], None] = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.path.basename(os.readlink(f"/proc/self/fd/{handle}")))
        sync(handle)

    monkeypatch.setattr(turns.os, "fsync", noted)
    _write(sqlite_factory, "a")

    assert synced == ["yangguang.db-wal"]
