"""Several at once, really: threads with database connections of their own, let go together."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, make_engine, transaction
from matcher.db.engine import session_factory as make_factory
from matcher.errors import YangguangError
from matcher.keys import KeyRing
from matcher.settings import Settings

_MEETING_S, _LONGEST_S = 60, 120


@pytest.fixture
def connect(
    engine: sa.Engine, settings: Settings, ring: KeyRing
) -> Iterator[Callable[[], SessionFactory]]:
    """Give factories whose engines are their own: as many connections as there are threads."""
    made: list[sa.Engine] = []

    def factory() -> SessionFactory:
        own = make_engine(settings.database_url)
        made.append(own)
        return make_factory(own, ring, settings)

    yield factory
    for one in made:
        one.dispose()


def all_at_once(acts: Sequence[Callable[[], str]]) -> Counter[str]:
    """Run each act in a thread, all let go together; return how often each ended how.

    Returns
    -------
    counts of what acts returned, the code of the product's error it ended with, or any other error's name and words
    """
    together, ended = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        together.wait(_MEETING_S)
        try:
            ended[place] = acts[place]()
        except YangguangError as error:
            ended[place] = error.code
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            ended[place] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LONGEST_S)
    return Counter(ended)


def committed(factory: SessionFactory, act: Callable[[Session], object]) -> Callable[[], str]:
    """Return an act that does its work in a transaction of its own and says "done"."""

    def run() -> str:
        with transaction(factory) as session:
            act(session)
        return "done"

    return run
