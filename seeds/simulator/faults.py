"""Things going wrong on purpose: a worker killed before a commit, two who act at the same moment."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from matcher.db.engine import SessionFactory
from matcher.errors import YangguangError

_PATIENCE_S = 60


class KilledError(BaseException):
    """The worker is gone; no handler of ordinary errors may catch it."""


@contextmanager
def killed_after(factory: SessionFactory, commits: int) -> Iterator[None]:
    """Let the process die, as far as the database can tell, before it commits once more than `commits`."""
    engine = factory.kw["bind"]
    left = [commits]
    own = threading.get_ident()

    def before_commit(_connection: sa.Connection) -> None:
        if threading.get_ident() != own:  # the heartbeat's thread dies with its lease
            return
        left[0] -= 1
        if left[0] < 0:
            raise KilledError

    sa.event.listen(engine, "commit", before_commit)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", before_commit)


def at_once(actions: list[Callable[[], object]]) -> list[str | None]:
    """Do actions in threads that start together; return the code of each refusal, None for each that passed."""
    told: list[str | None] = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def do(place: int, action: Callable[[], object]) -> None:
        start.wait(_PATIENCE_S)
        try:
            action()
        except YangguangError as error:
            told[place] = error.code

    threads = [
        threading.Thread(target=do, args=(place, action)) for place, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_S)
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError("two acts wait for one another")
    return told
