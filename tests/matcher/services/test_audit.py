"""The trail of acts: whole or found out. Nothing is lost by a savepoint, nothing kept that did not happen."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry
from matcher.services import audit
from matcher.services.audit import TrailReport
from matcher.services.permissions import SYSTEM
from matcher.services.rows import unique_or
from tests.factories.accounts import make_account, make_actor
from tests.factories.trail import actions_of, verified, write_entries
from tests.support import tree


def test_entries_are_chained_without_gaps_from_the_first(session_factory: SessionFactory) -> None:
    write_entries(session_factory, "a.one", "a.two", "a.three")

    with reading(session_factory) as session:
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert verified(session_factory) == TrailReport(3, entries[-1].hash, None, None)


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
    write_entries(session_factory, "a.one")

    with pytest.raises(DBAPIError, match="append-only"), transaction(session_factory) as session:
        session.execute(statement)

    assert actions_of(session_factory) == ["a.one"]
    assert verified(session_factory).first_bad is None


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

    assert actions_of(session_factory) == ["a.done"]


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

    assert actions_of(session_factory) == ["a.before", "a.inside", "a.after"]
    assert verified(session_factory).first_bad is None


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

    assert actions_of(session_factory) == ["a.after"]


def test_two_who_write_at_once_make_one_chain_without_gaps(
    session_factory: SessionFactory,
) -> None:
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def work(name: str) -> None:
        start.wait()
        try:
            for number in range(8):
                write_entries(session_factory, f"{name}.{number}")
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(actions_of(session_factory)) == sorted(
        f"{name}.{number}" for name in ("left", "right") for number in range(8)
    )
    assert verified(session_factory).first_bad is None


def test_a_trail_that_grows_while_it_is_verified_is_whole(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every check in a busy office would cry tampering."""
    write_entries(session_factory, "a.one")
    read = audit._entries

    def interrupted(session: Session) -> Iterator[AuditEntry]:
        yield from read(session)
        write_entries(session_factory, "a.meanwhile")

    monkeypatch.setattr(audit, "_entries", interrupted)

    assert verified(session_factory).first_bad is None


def test_an_entry_tells_role_and_place_of_who_acted_and_holds_no_name(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        actor = make_actor(session, Role.CASEWORKER)
        session.get_one(Account, actor.account_id).display_name = "张三丰"

    write_entries(session_factory, "graduate.edited", by=actor)

    with reading(session_factory) as session:
        entry = session.scalars(sa.select(AuditEntry)).one()
        row = session.execute(sa.select(AuditEntry.__table__)).mappings().one()
    assert (entry.actor_id, entry.role, entry.place) == (
        actor.account_id,
        "caseworker",
        f"union:{actor.union_id}",
    )
    assert "张三丰" not in str(dict(row))
