"""Stored lists go when nobody looks at them any more; large runs lose theirs by dropping a partition."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ListSide, RunState
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.models.ranking_studies import SpreadList
from matcher.services import ranking_partitions
from matcher.services.ranking_retention import (
    KEEP_LISTS_DAYS,
    forget_some_lists,
    forget_some_spread,
    runs_to_forget,
)
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive

_OLD = KEEP_LISTS_DAYS + 1


@pytest.fixture
def drive_id(session_factory: SessionFactory) -> int:
    with transaction(session_factory) as session:
        return make_drive(session, make_union(session)).id


def _run(
    factory: SessionFactory,
    drive_id: int,
    number: int,
    *,
    state: RunState = RunState.DONE,
    days_ago: int = _OLD,
) -> int:
    with transaction(factory) as session:
        run = RankingRun(
            drive_id=drive_id,
            number=number,
            drive_revision=1,
            parameters={},
            state=state,
            created_at=clock.now() - dt.timedelta(days=days_ago),
        )
        session.add(run)
        session.flush()
        return run.id


def _put_lists(factory: SessionFactory, run_id: int, n_lists: int = 3) -> None:
    with transaction(factory) as session:
        for number in range(n_lists):
            session.add(
                RankedList(
                    run_id=run_id,
                    side=ListSide.GRADUATE,
                    subject_id=number + 1,
                    length=1,
                    n_eligible=1,
                    keys=b"\1" * 8,
                    partners=b"\2" * 4,
                )
            )


def _to_forget(factory: SessionFactory) -> list[int]:
    with reading(factory) as session:
        return runs_to_forget(session, clock.now())


def _n_lists(factory: SessionFactory, run_id: int, table: str = "ranked_list") -> int:
    counted = sa.text(f"SELECT count(*) FROM {table} WHERE run_id = :run_id")
    with reading(factory) as session:
        return int(session.execute(counted, {"run_id": run_id}).scalar_one())


def test_lists_of_the_current_run_and_of_young_ones_are_kept(
    session_factory: SessionFactory, drive_id: int
) -> None:
    old = _run(session_factory, drive_id, 1)
    young = _run(session_factory, drive_id, 2, days_ago=1)
    current = _run(session_factory, drive_id, 3)
    for run_id in (old, young, current):
        _put_lists(session_factory, run_id)

    assert _to_forget(session_factory) == [old]


def test_a_run_that_failed_after_the_current_one_does_not_make_it_old(
    session_factory: SessionFactory, drive_id: int
) -> None:
    current = _run(session_factory, drive_id, 1)
    failed = _run(session_factory, drive_id, 2, state=RunState.FAILED)
    running = _run(session_factory, drive_id, 3, state=RunState.RUNNING)
    for run_id in (current, failed, running):
        _put_lists(session_factory, run_id)

    assert _to_forget(session_factory) == [failed]


def test_lists_go_batch_by_batch_until_none_is_left(
    session_factory: SessionFactory, drive_id: int
) -> None:
    old, kept = _run(session_factory, drive_id, 1), _run(session_factory, drive_id, 2)
    _put_lists(session_factory, old, 7)
    _put_lists(session_factory, kept, 2)

    gone = []
    for _ in range(2):
        with transaction(session_factory) as session:
            gone.append(forget_some_lists(session, old))

    assert gone == [7, 0]
    assert _to_forget(session_factory) == []
    assert (_n_lists(session_factory, old), _n_lists(session_factory, kept)) == (0, 2)


def _is_postgresql(factory: SessionFactory) -> bool:
    return factory.kw["bind"].dialect.name == "postgresql"


def test_a_run_with_many_lists_has_a_partition_that_is_dropped_with_them(
    session_factory: SessionFactory, drive_id: int
) -> None:
    """On SQLite nothing is made, the same calls are harmless, and the lists lie in the one table."""
    large, small = _run(session_factory, drive_id, 1), _run(session_factory, drive_id, 2)
    has = _is_postgresql(session_factory)

    made = [
        ranking_partitions.make_partition(session_factory, large, 10, fewest=10),
        ranking_partitions.make_partition(session_factory, large, 10, fewest=10),
        ranking_partitions.make_partition(session_factory, small, 9, fewest=10),
    ]
    for run_id in (large, small):
        _put_lists(session_factory, run_id)

    assert made == [has, has, False]
    if has:
        assert _n_lists(session_factory, large, f"ranked_list_run_{large}") == 3
        assert _n_lists(session_factory, small, "ranked_list_rest") == 3
    assert ranking_partitions.drop_partition(session_factory, large) is has
    assert ranking_partitions.drop_partition(session_factory, large) is False
    assert _n_lists(session_factory, large) == (0 if has else 3)
    assert _n_lists(session_factory, small) == 3


def test_a_run_that_goes_takes_its_partitions_lists_with_it(
    session_factory: SessionFactory, drive_id: int
) -> None:
    run_id = _run(session_factory, drive_id, 1)
    ranking_partitions.make_partition(session_factory, run_id, 10, fewest=10)
    _put_lists(session_factory, run_id)

    with transaction(session_factory) as session:
        session.execute(sa.delete(RankingRun).where(RankingRun.id == run_id))

    assert _n_lists(session_factory, run_id) == 0


def test_who_cannot_have_the_table_for_a_moment_goes_on_without_a_partition(
    session_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not _is_postgresql(session_factory):
        pytest.skip("SQLite has no partitions")
    monkeypatch.setattr(ranking_partitions, "_PATIENCE", "100ms")
    run_id = _run(session_factory, drive_id, 1)

    with reading(session_factory) as reader:
        reader.execute(sa.select(RankedList)).all()
        made = ranking_partitions.make_partition(session_factory, run_id, 10, fewest=10)
    _put_lists(session_factory, run_id)

    assert made is False
    assert _n_lists(session_factory, run_id, "ranked_list_rest") == 3


def test_what_a_cap_left_goes_too_where_no_list_is_left(
    session_factory: SessionFactory, drive_id: int
) -> None:
    """A dropped partition takes the lists in one go; what a cap left of them lies in a table of its own."""
    old, kept = _run(session_factory, drive_id, 1), _run(session_factory, drive_id, 2)
    with transaction(session_factory) as session:
        for run_id in (old, kept):
            for number in range(3):
                session.add(SpreadList(run_id=run_id, graduate_id=number + 1, partners=b"\2" * 4))

    assert _to_forget(session_factory) == [old]
    gone = []
    for _ in range(2):
        with transaction(session_factory) as session:
            gone.append(forget_some_spread(session, old))
    assert gone == [3, 0]
    assert _to_forget(session_factory) == []
    assert _n_lists(session_factory, kept, "spread_list") == 3


def test_an_empty_partition_of_a_run_that_failed_is_found(
    session_factory: SessionFactory, drive_id: int
) -> None:
    failed = _run(session_factory, drive_id, 1, state=RunState.FAILED)
    _run(session_factory, drive_id, 2)
    made = ranking_partitions.make_partition(session_factory, failed, 10, fewest=10)

    assert _to_forget(session_factory) == ([failed] if made else [])
    ranking_partitions.drop_partition(session_factory, failed)
    assert _to_forget(session_factory) == []


@pytest.mark.parametrize("patience", ["3s", "5ms"])
def test_a_run_whose_partition_would_hold_all_readers_up_goes_without(
    session_factory: SessionFactory,
    drive_id: int,
    monkeypatch: pytest.MonkeyPatch,
    patience: str,
) -> None:
    """Attaching a partition reads the whole default one, and nobody else may read it meanwhile."""
    if not _is_postgresql(session_factory):
        pytest.skip("SQLite has no partitions")
    monkeypatch.setattr(ranking_partitions, "_PATIENCE", patience)
    small, large = _run(session_factory, drive_id, 1), _run(session_factory, drive_id, 2)
    many = sa.text(
        "INSERT INTO ranked_list SELECT :run_id, 'graduate', number, 1, 1, '12345678', '1234'"
        " FROM generate_series(1, 200000) AS number"
    )
    with transaction(session_factory) as session:
        session.execute(many, {"run_id": small})

    made = ranking_partitions.make_partition(session_factory, large, 10, fewest=10)
    _put_lists(session_factory, large)

    assert made is (patience == "3s")
    assert _n_lists(session_factory, large) == 3
