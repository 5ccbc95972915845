"""A job runs under the editions in force when it begins (试验数据)."""

import datetime as dt
from collections.abc import Iterator

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job
from matcher.services import catalogues, jobs
from matcher.services.permissions import SYSTEM
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.editions import EditionRow, EditionTable
from matcher.vocabulary.majors.references import NATIONAL
from workers import runner
from workers.runner import JobContext, RegisteredJob, Runner

TABLE = EditionTable(
    "试验版",
    NATIONAL,
    dt.date(2020, 1, 1),
    whole=False,
    rows=(EditionRow("080994", "试验新学", "major", "0809"),),
)


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    catalogues.give_up()
    yield
    catalogues.give_up()


def _editions(context: JobContext) -> dict[str, list[str]]:
    return {"editions": list(load_catalogue().editions)}


def _run(factory: SessionFactory) -> dict[str, object] | None:
    with transaction(factory) as session:
        number = jobs.enqueue(session, "test.editions", {}, queue=JobQueue.BATCH).id
    assert Runner(factory).run(number) is JobState.DONE
    with transaction(factory) as session:
        return session.get_one(Job, number).result


def test_a_job_reads_under_an_edition_imported_while_its_worker_ran(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = RegisteredJob("test.editions", JobQueue.BATCH, _editions)
    monkeypatch.setitem(runner.REGISTRY, "test.editions", known)
    before = _run(sqlite_factory)

    with transaction(sqlite_factory) as session:
        catalogues.store(session, SYSTEM, TABLE, file_name="test.csv")

    assert (before, _run(sqlite_factory)) == ({"editions": []}, {"editions": ["试验版"]})
