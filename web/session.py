"""One database session a request, and the only commits in web.

A reading request (GET, HEAD) gets a read-only session, which never waits for the write lock. Any other
gets a write session at its first use: on SQLite its first statement takes the write lock, so slow work
(hashing, parsing) comes before it. `commit_request` runs inside the dispatch (`web/app.py`), so that
an error at the commit becomes a page like any other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, open_reader, reading, settings_of, transaction
from web.nudge import wake_dispatcher

FACTORY = "yangguang.sessions"
"""Key of the session factory in `app.extensions`."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LEAST_ERROR = 400


def factory() -> SessionFactory:
    """Return the session factory of the running application."""
    return cast(SessionFactory, current_app.extensions[FACTORY])


def request_session() -> Session:
    """Return the request's session: read-only for GET and HEAD, else one that is committed at the end."""
    if "database" not in g:
        g.database = open_reader(factory()) if request.method in _READING else factory()()
    return cast(Session, g.database)


@contextmanager
def reading_aside() -> Iterator[Session]:
    """Give a session for a look before the request's own work: the request's own one if it only reads."""
    if request.method in _READING:
        yield request_session()
    else:
        with reading(factory()) as session:
            yield session


@contextmanager
def own_transaction() -> Iterator[Session]:
    """Give a short transaction of its own, kept whatever the answer is (failed sign-ins, last use)."""
    with transaction(factory()) as session:
        yield session
    wake_dispatcher(settings_of(session))


def commit_request(status: int) -> None:
    """Commit what the request changed if its answer is no error, else undo it."""
    session: Session | None = g.get("database")
    if session is None or request.method in _READING:
        return
    if status >= _LEAST_ERROR:
        session.rollback()
        return
    session.commit()
    wake_dispatcher(settings_of(session))


def undo_request() -> None:
    """Undo what the request changed so far; for a page that is shown again with what was typed."""
    session: Session | None = g.get("database")
    if session is not None:
        session.rollback()


def close_request(_error: BaseException | None = None) -> None:
    """Close the request's session; what was not committed is undone."""
    session: Session | None = g.pop("database", None)
    if session is not None:
        session.close()
