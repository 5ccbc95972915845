"""Rules of who may end a transaction, and of what stands in one."""

from tests.support import tree

_COMMITTERS = {"web/session.py", "matcher/db/engine.py", "matcher/migrations/env.py"}
"""Everybody else goes through `transaction()`; a request's session is web's own, migrations Alembic's."""


def test_only_the_named_modules_commit_or_roll_back() -> None:
    """Savepoints (`begin_nested`) are free: they end nothing."""
    found = {
        f"{tree.name(path)}:{call.lineno}"
        for path in tree.files(".py")
        if tree.name(path) not in _COMMITTERS
        for call in tree.calls(path)
        if tree.called(call) in {"commit", "rollback"}
    }

    assert found == set()


def test_no_use_case_opens_a_session_of_its_own() -> None:
    """`installation` opens the house; every other use case takes the session."""
    allowed = {"matcher/services/installation.py"}
    found = {
        tree.name(path)
        for path in tree.files(".py", under=("matcher/services",))
        if tree.name(path) not in allowed
        for call in tree.calls(path)
        if tree.called(call) in {"make_engine", "create_engine", "sessionmaker"}
    }

    assert found == set()
