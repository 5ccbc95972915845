"""A snapshot is made of plain rows: no object of a mapped class is loaded for anybody, however large the drive."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.base import Base
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.drives import Drive, DriveRevision
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.columns import gather
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_chunks import read_input
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_runs import request_run
from tests.factories.ranked_drives import make_ranked_drive

OF_THE_RUN = {RankingRun, Drive, DriveRevision}
"""One row each, whatever the size of the drive."""


@pytest.fixture
def loaded() -> Iterator[Counter[type]]:
    """Count the objects that are loaded or refreshed, by class."""
    seen: Counter[type] = Counter()

    def note(target: Any, *_: Any) -> None:
        seen[type(target)] += 1

    for event in ("load", "refresh"):
        sa.event.listen(Base, event, note, propagate=True)
    yield seen
    for event in ("load", "refresh"):
        sa.event.remove(Base, event, note)


def test_no_object_is_made_for_a_row_of_the_drive(
    session_factory: SessionFactory, loaded: Counter[type]
) -> None:
    with transaction(session_factory) as session:
        drive_id = make_ranked_drive(session).id
        run_id = request_run(session, SYSTEM, drive_id).id
    loaded.clear()

    with reading(session_factory) as session:
        given = read_input(session, run_id)

    assert given is not None
    assert (given.facts.graduates.n_rows, given.facts.postings.n_rows) == (24, 12)
    assert set(loaded) <= OF_THE_RUN


def test_objects_would_be_counted(session_factory: SessionFactory, loaded: Counter[type]) -> None:
    with transaction(session_factory) as session:
        drive_id = make_ranked_drive(session).id
    loaded.clear()

    with reading(session_factory) as session:
        gather(graduate_facts(session, drive_id), posting_facts(session, drive_id, clock.today()))
        assert not loaded
        session.scalars(sa.select(Graduate)).all()
        session.scalars(sa.select(Posting)).all()

    assert (loaded[Graduate], loaded[Posting]) == (24, 12)
