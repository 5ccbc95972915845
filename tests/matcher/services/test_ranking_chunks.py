"""A chunk's lists are stored once, whoever comes late, and several hosts store at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobQueue, JobState, ListSide, RunState
from matcher.models.jobs import Job
from matcher.models.ranking_runs import RankedList, RankingChunk, RankingRun
from matcher.ranking.engine import Ranked
from matcher.services import ranking_chunks
from matcher.services.job_batches import Wanted, enqueue_many
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive

_SIDE = ListSide.GRADUATE
_LISTS = 30


@dataclass(frozen=True)
class Running:
    """A running run with chunks of thirty lists each."""

    run_id: int
    n_chunks: int


@pytest.fixture
def running(session_factory: SessionFactory) -> Running:
    with transaction(session_factory) as session:
        drive = make_drive(session, make_union(session))
        run = RankingRun(
            drive_id=drive.id,
            number=1,
            drive_revision=1,
            parameters={},
            state=RunState.RUNNING,
            created_at=clock.now(),
        )
        session.add(run)
        session.flush()
        for number in range(4):
            start = number * _LISTS
            session.add(
                RankingChunk(
                    run_id=run.id, side=_SIDE, row_start=start, row_stop=start + _LISTS, n_lists=30
                )
            )
        return Running(run.id, 4)


def _ranked(n_lists: int, partner: int) -> Ranked:
    width = 3
    return Ranked(
        keys=np.full((n_lists, width), 9, dtype=np.int64),
        partners=np.full((n_lists, width), partner, dtype=np.int32),
        counts=np.full(n_lists, width, dtype=np.int32),
        eligible=np.full(n_lists, 40, dtype=np.int32),
    )


def _store(factory: SessionFactory, run: Running, number: int, partner: int = 1) -> None:
    start = number * _LISTS
    with transaction(factory) as session:
        ranking_chunks.store_chunk(
            session,
            run.run_id,
            _SIDE,
            row_start=start,
            subjects=list(range(start + 1, start + _LISTS + 1)),
            ranked=_ranked(_LISTS, partner),
            seconds=0.1,
        )


def _partners(factory: SessionFactory) -> list[tuple[int, ...]]:
    with reading(factory) as session:
        rows = session.scalars(sa.select(RankedList.partners).order_by(RankedList.subject_id)).all()
    return [tuple(np.frombuffer(row, dtype="<i4").tolist()) for row in rows]


def _n_finishes(factory: SessionFactory) -> int:
    counted = sa.select(sa.func.count()).where(Job.name == ranking_chunks.FINISH)
    with reading(factory) as session:
        return session.scalar(counted) or 0


def test_who_comes_late_with_a_chunk_stores_nothing(
    session_factory: SessionFactory, running: Running
) -> None:
    _store(session_factory, running, 0, partner=1)

    _store(session_factory, running, 0, partner=2)

    assert _partners(session_factory) == [(1, 1, 1)] * _LISTS


def test_lists_of_an_earlier_try_are_replaced(
    session_factory: SessionFactory, running: Running
) -> None:
    _store(session_factory, running, 0, partner=1)
    with transaction(session_factory) as session:
        session.get_one(RankingChunk, (running.run_id, _SIDE, 0)).done_at = None

    _store(session_factory, running, 0, partner=2)

    assert _partners(session_factory) == [(2, 2, 2)] * _LISTS


def test_hosts_that_store_the_last_chunks_at_the_same_time_finish_the_run_once(
    session_factory: SessionFactory, running: Running
) -> None:
    """Each chunk is stored by two hosts at once: nothing twice, nobody in a deadlock, one end."""
    chunks = [*range(running.n_chunks), *reversed(range(running.n_chunks))]
    with ThreadPoolExecutor(len(chunks)) as hosts:
        list(hosts.map(lambda number: _store(session_factory, running, number), chunks))

    assert len(_partners(session_factory)) == running.n_chunks * _LISTS
    assert _n_finishes(session_factory) == 1


def test_a_run_stopped_while_a_chunk_was_ranked_keeps_nothing_of_it(
    session_factory: SessionFactory, running: Running
) -> None:
    with transaction(session_factory) as session:
        session.get_one(RankingRun, running.run_id).state = RunState.CANCELLED

    _store(session_factory, running, 0)

    assert _partners(session_factory) == []


def test_a_chunk_may_have_more_lists_than_a_statement_takes_values(
    session_factory: SessionFactory, running: Running
) -> None:
    """SQLite takes 32,766, PostgreSQL 65,535: seen to fail with one IN over all subjects."""
    n_lists = 70_000
    with transaction(session_factory) as session:
        ranking_chunks.store_chunk(
            session,
            running.run_id,
            _SIDE,
            row_start=0,
            subjects=list(range(1, n_lists + 1)),
            ranked=_ranked(n_lists, 1),
            seconds=0.1,
        )

    with reading(session_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RankedList)) == n_lists


def test_many_jobs_are_asked_for_at_once_and_those_that_stand_queued_are_not_asked_for_again(
    session_factory: SessionFactory,
) -> None:
    wanted = [Wanted({"number": number}, f"many:{number}") for number in range(300)]
    for _ in range(2):
        with transaction(session_factory) as session:
            enqueue_many(session, "test.many", wanted, queue=JobQueue.RANKING)

    with reading(session_factory) as session:
        rows = session.scalars(sa.select(Job).order_by(Job.id)).all()
    assert [row.arguments["number"] for row in rows] == list(range(300))
    assert {row.state for row in rows} == {JobState.QUEUED}
    assert len({row.public_id for row in rows}) == 300
