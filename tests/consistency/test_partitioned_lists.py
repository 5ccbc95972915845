"""Revision 0029 with lists in the table: nothing is lost up, down and up again, on both dialects."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from matcher.db.engine import make_engine
from matcher.migrations import run as migrations

_BEFORE, _WITH = "0028", "0029"

_ROWS = (
    "INSERT INTO union_org (public_id, code, name, kind) VALUES ('u', '1', 'a', 'city')",
    "INSERT INTO drive (public_id, union_id, name, neutral_name, state, opens_on, closes_on, created_at,"
    " lottery_key_cipher, lottery_commitment)"
    " VALUES ('d', 1, '活动', '招聘', 'open', '2026-07-01', '2026-12-31', '2026-06-01', '', '')",
    "INSERT INTO job (public_id, name, queue, state, run_after, created_at)"
    " VALUES ('j', 'ranking.rank_chunk', 'batch', 'queued', '2026-07-01', '2026-07-01')",
)
_RUN = (
    "INSERT INTO ranking_run (id, public_id, drive_id, number, drive_revision, parameters, state, created_at)"
    " VALUES ({run}, 'r{run}', 1, {run}, 1, '{{}}', 'done', '2026-07-01')"
)
_LIST = (
    "INSERT INTO ranked_list (run_id, side, subject_id, length, n_eligible, keys, partners)"
    " VALUES ({run}, 'graduate', {subject}, 1, 2, '12345678', '1234')"
)


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[sa.Engine]:
    """Give an engine on a database without tables, once on each dialect."""
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def _do(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement.replace(":", r"\:")))


def _ask(engine: sa.Engine, question: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(question))]


def _lists(engine: sa.Engine) -> list[tuple[object, ...]]:
    return _ask(engine, "SELECT run_id, subject_id FROM ranked_list ORDER BY run_id, subject_id")


def test_lists_stay_when_the_table_is_partitioned_and_when_it_is_one_again(
    empty: sa.Engine,
) -> None:
    migrations.upgrade(empty, _BEFORE)
    runs = [_RUN.format(run=run) for run in (1, 2)]
    _do(empty, *_ROWS, *runs, *(_LIST.format(run=1, subject=number) for number in (1, 2, 3)))

    migrations.upgrade(empty, _WITH)
    if empty.dialect.name == "postgresql":
        _do(empty, "CREATE TABLE ranked_list_run_2 PARTITION OF ranked_list FOR VALUES IN (2)")
    _do(empty, _LIST.format(run=2, subject=9), "UPDATE job SET queue = 'ranking'")
    stored = [(1, 1), (1, 2), (1, 3), (2, 9)]
    assert _lists(empty) == stored

    migrations.downgrade(empty, _BEFORE)
    assert _lists(empty) == stored
    assert _ask(empty, "SELECT queue FROM job") == [("batch",)]
    assert not [
        name for name in sa.inspect(empty).get_table_names() if name.startswith("ranked_list_")
    ]

    migrations.upgrade(empty, _WITH)
    assert _lists(empty) == stored
    _do(empty, "DELETE FROM ranking_run WHERE id = 1")
    assert _lists(empty) == [(2, 9)]


def test_a_job_that_is_deleted_never_gives_its_number_to_another(empty: sa.Engine) -> None:
    """SQLite makes the job table anew for its closed list; its numbers must still never come twice."""
    migrations.upgrade(empty, _WITH)
    _do(empty, *_ROWS, "DELETE FROM job")
    _do(empty, _ROWS[2])

    assert _ask(empty, "SELECT id FROM job") == [(2,)]
