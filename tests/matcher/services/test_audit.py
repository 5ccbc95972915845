"""The trail of acts: whole or found out. Nothing is lost by a savepoint, nothing kept that did not happen."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matcher.cli.entry import outcome
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry, AuditHead
from matcher.services import audit
from matcher.services.audit import TrailReport, verify_trail
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import unique_or
from matcher.settings import Settings
from tests.factories.accounts import make_account, make_actor
from tests.support import tree

_ANCHORS = "audit-heads.log"


def _write(factory: SessionFactory, *actions: str, by: Actor = SYSTEM) -> None:
    """Note each act in a transaction of its own."""
    for action in actions:
        with transaction(factory) as session:
            audit.record(session, by, action, subject=("drive", 7), note="x")


def _verify(factory: SessionFactory) -> TrailReport:
    with reading(factory) as session:
        return verify_trail(session)


def _actions(factory: SessionFactory) -> list[str]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))


@pytest.fixture
def tamper(sqlite_factory: SessionFactory) -> Callable[..., None]:
    """Give a function that does what only the owner of the database file can: lift the triggers, write."""

    def write(*statements: Any) -> None:
        engine = sqlite_factory.kw["bind"]
        with engine.begin() as connection:
            for name in connection.scalars(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)

    return write


def test_entries_are_chained_without_gaps_from_the_first(session_factory: SessionFactory) -> None:
    _write(session_factory, "a.one", "a.two", "a.three")

    with reading(session_factory) as session:
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert _verify(session_factory) == TrailReport(3, entries[-1].hash, None, None)


_OTHER: dict[str, Any] = {
    "at": sa.func.datetime("now", "+1 hour"),
    "actor_id": 99,
    "role": "auditor",
    "place": "union:99",
    "on_behalf_of": 99,
    "action": "drive.closed",
    "subject_kind": "graduate",
    "subject_id": 99,
    "details": {"note": "y"},
    "previous_hash": "1" * 64,
    "hash": "2" * 64,
}
"""A wrong value for each column an entry has."""


def test_every_column_of_an_entry_is_tried() -> None:
    assert set(_OTHER) == {column.name for column in AuditEntry.__table__.columns} - {"number"}


@pytest.mark.parametrize("column", sorted(_OTHER))
def test_a_changed_field_is_found_at_its_entry(
    sqlite_factory: SessionFactory, tamper: Callable[..., None], column: str
) -> None:
    _write(sqlite_factory, "a.one", "a.two", "a.three")

    tamper(sa.update(AuditEntry).where(AuditEntry.number == 2).values({column: _OTHER[column]}))

    report = _verify(sqlite_factory)
    assert (report.first_bad, report.reason) == (2, "changed")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_entry_is_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None], number: int
) -> None:
    _write(sqlite_factory, "a.one", "a.two", "a.three")

    tamper(sa.delete(AuditEntry).where(AuditEntry.number == number))

    assert _verify(sqlite_factory).first_bad == number


def test_entries_that_changed_places_are_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    _write(sqlite_factory, "a.one", "a.two", "a.three")

    for old, new in ((1, 9), (2, 1), (9, 2)):
        tamper(sa.update(AuditEntry).where(AuditEntry.number == old).values(number=new))

    assert _verify(sqlite_factory).first_bad == 1


def test_a_tail_cut_off_with_its_head_is_found_by_the_anchor_outside_the_database(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    _write(sqlite_factory, "a.one", "a.two", "a.three")
    with reading(sqlite_factory) as session:
        second = session.scalars(sa.select(AuditEntry).where(AuditEntry.number == 2)).one().hash

    tamper(
        sa.delete(AuditEntry).where(AuditEntry.number == 3),
        sa.update(AuditHead).values(number=2, hash=second),
    )

    report = _verify(sqlite_factory)
    assert (report.first_bad, report.reason) == (3, "cut_off")


def test_a_whole_trail_thrown_away_is_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    _write(sqlite_factory, "a.one")

    tamper(sa.delete(AuditEntry), sa.delete(AuditHead))

    assert _verify(sqlite_factory).first_bad == 1


def test_an_entry_written_past_the_product_is_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    _write(sqlite_factory, "a.one")
    with reading(sqlite_factory) as session:
        first = session.scalars(sa.select(AuditEntry)).one()

    forged = {"number": 2, "at": first.at, "action": "a.two", "details": {}, "hash": "3" * 64}
    tamper(sa.insert(AuditEntry).values(**forged, previous_hash=first.hash))

    assert _verify(sqlite_factory).first_bad == 2


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(AuditEntry).values(action="a.other"),
        sa.delete(AuditEntry),
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_an_entry(
    session_factory: SessionFactory, statement: Any
) -> None:
    _write(session_factory, "a.one")

    with pytest.raises(DBAPIError, match="append-only"), transaction(session_factory) as session:
        session.execute(statement)

    assert _actions(session_factory) == ["a.one"]
    assert _verify(session_factory).first_bad is None


def test_no_code_of_ours_changes_or_deletes_an_entry() -> None:
    """The triggers say it too; this says it before anything runs."""
    writing = [
        f"{tree.name(path)}:{call.lineno}"
        for path in tree.files(".py")
        for call in tree.calls(path)
        if tree.called(call) in {"update", "delete"}
        and any("AuditEntry" in _name_of(argument) for argument in call.args)
    ]

    assert writing == []


def _name_of(node: Any) -> str:
    """Return the name of an argument, or nothing."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def test_what_is_rolled_back_leaves_no_entry(session_factory: SessionFactory) -> None:
    with session_factory() as session:
        audit.record(session, SYSTEM, "a.undone")
        session.execute(sa.text("SELECT 1"))
        session.rollback()
        audit.record(session, SYSTEM, "a.done")
        session.commit()

    assert _actions(session_factory) == ["a.done"]


def _twice(session: Session, login: str) -> None:
    """Make an account; a second one of the name is refused by the database, in a savepoint."""
    with unique_or(session, RuleBrokenError("login_taken", "登录名已有人用。")):
        make_account(session, login=login)


def _note_and_fail(session: Session, login: str) -> None:
    with session.begin_nested():
        audit.record(session, SYSTEM, "a.undone")
        make_account(session, login=login)


def test_a_refused_savepoint_keeps_what_was_noted_before_and_forgets_what_it_undid(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        _twice(session, "li.ming")
        audit.record(session, SYSTEM, "a.before")
        with pytest.raises(RuleBrokenError):
            _twice(session, "li.ming")
        with pytest.raises(IntegrityError):
            _note_and_fail(session, "li.ming")
        with session.begin_nested():
            audit.record(session, SYSTEM, "a.inside")
        audit.record(session, SYSTEM, "a.after")

    assert _actions(session_factory) == ["a.before", "a.inside", "a.after"]
    assert _verify(session_factory).first_bad is None


def test_a_savepoint_inside_another_takes_its_entries_with_it(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        outer = session.begin_nested()
        audit.record(session, SYSTEM, "a.outer")
        with session.begin_nested():
            audit.record(session, SYSTEM, "a.inner")
        outer.rollback()
        audit.record(session, SYSTEM, "a.after")

    assert _actions(session_factory) == ["a.after"]


def test_two_who_write_at_once_make_one_chain_without_gaps(
    session_factory: SessionFactory,
) -> None:
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def work(name: str) -> None:
        start.wait()
        try:
            for number in range(8):
                _write(session_factory, f"{name}.{number}")
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(_actions(session_factory)) == sorted(
        f"{name}.{number}" for name in ("left", "right") for number in range(8)
    )
    assert _verify(session_factory).first_bad is None


def test_a_trail_that_grows_while_it_is_verified_is_whole(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every check in a busy office would cry tampering."""
    _write(session_factory, "a.one")
    read = audit._entries

    def interrupted(session: Session) -> Iterator[AuditEntry]:
        yield from read(session)
        _write(session_factory, "a.meanwhile")

    monkeypatch.setattr(audit, "_entries", interrupted)

    assert _verify(session_factory).first_bad is None


def test_an_entry_tells_role_and_place_of_who_acted_and_holds_no_name(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        actor = make_actor(session, Role.CASEWORKER)
        session.get_one(Account, actor.account_id).display_name = "张三丰"

    _write(session_factory, "graduate.edited", by=actor)

    with reading(session_factory) as session:
        entry = session.scalars(sa.select(AuditEntry)).one()
        row = session.execute(sa.select(AuditEntry.__table__)).mappings().one()
    assert (entry.actor_id, entry.role, entry.place) == (
        actor.account_id,
        "caseworker",
        f"union:{actor.union_id}",
    )
    assert "张三丰" not in str(dict(row))


def test_the_command_tells_by_its_exit_code_whether_the_trail_is_whole(
    sqlite_factory: SessionFactory,
    tamper: Callable[..., None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("matcher.cli.audit.open_house", lambda: sqlite_factory)
    _write(sqlite_factory, "a.one", "a.two")
    assert (settings.data / _ANCHORS).exists()

    whole, words = outcome(["audit", "verify"]), capsys.readouterr().out
    tamper(sa.update(AuditEntry).where(AuditEntry.number == 1).values(action="a.other"))
    broken, report = outcome(["audit", "verify", "--json"]), capsys.readouterr().out

    assert (whole, broken) == (0, 2)
    assert "2" in words
    assert json.loads(report)["first_bad"] == 1
