"""Running one job: how each way a body can end ends its row, and what is said of it."""

import importlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConflictError, RuleBrokenError
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job
from matcher.services import jobs
from workers import app as workers_app
from workers import runner, schedule
from workers.logs import JsonLines
from workers.runner import JobContext, JobStoppedError, RegisteredJob, Runner

SECRET = "张三 410102199901010011"


@pytest.fixture
def body(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Give what makes a function the body of `test.body`."""

    def use(function: Callable[..., Any]) -> None:
        known = RegisteredJob("test.body", JobQueue.BATCH, function)
        monkeypatch.setitem(runner.REGISTRY, "test.body", known)

    return use


@pytest.fixture
def json_lines() -> Iterator[list[str]]:
    """Give the log lines as they would be written."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    handler = Keep()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def _ask(factory: SessionFactory, name: str = "test.body", **arguments: object) -> int:
    with transaction(factory) as session:
        return jobs.enqueue(session, name, arguments, queue=JobQueue.BATCH).id


def _row(factory: SessionFactory, job_id: int) -> Job:
    with reading(factory) as session:
        return session.get_one(Job, job_id)


def test_a_body_that_returns_leaves_its_job_done_with_result_and_progress(
    sqlite_factory: SessionFactory, body: Callable[..., None]
) -> None:
    def work(context: JobContext, n: int) -> dict[str, int]:
        context.progress(n, n)
        return {"n": n}

    body(work)
    job_id = _ask(sqlite_factory, n=3)

    assert Runner(sqlite_factory).run(job_id) is JobState.DONE

    row = _row(sqlite_factory, job_id)
    assert (row.result, row.done_units, row.total_units) == ({"n": 3}, 3, 3)
    assert row.finished_at is not None
    assert Runner(sqlite_factory).run(job_id) is None


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (RuleBrokenError("no_seats", "没有席位。"), JobState.FAILED, "no_seats"),
        (ConflictError("contended", "正忙。"), JobState.QUEUED, "contended"),
        (ValueError(SECRET), JobState.QUEUED, "job_crashed"),
    ],
    ids=["a broken rule is final", "a conflict is tried again", "a crash is tried again"],
)
def test_how_a_body_fails_decides_whether_it_is_tried_again(
    sqlite_factory: SessionFactory,
    body: Callable[..., None],
    error: Exception,
    state: JobState,
    code: str,
) -> None:
    def work(context: JobContext) -> None:
        raise error

    body(work)
    job_id = _ask(sqlite_factory)

    assert Runner(sqlite_factory).run(job_id) is state

    assert _row(sqlite_factory, job_id).error_code == code


def test_neither_log_nor_row_repeats_what_an_unexpected_error_quotes(
    sqlite_factory: SessionFactory, body: Callable[..., None], json_lines: list[str]
) -> None:
    def work(context: JobContext) -> None:
        raise ValueError(SECRET)

    body(work)
    job_id = _ask(sqlite_factory)

    Runner(sqlite_factory).run(job_id)

    said = "".join(json_lines) + (_row(sqlite_factory, job_id).error_message or "")
    assert "张三" not in said
    assert "4101" not in said
    crash = next(json.loads(line) for line in json_lines if "job raised" in line)
    assert crash["error"] == "ValueError"
    assert "test_runner.py" in crash["where"][-1]


def test_each_job_leaves_one_line_with_ids_only(
    sqlite_factory: SessionFactory, body: Callable[..., None], json_lines: list[str]
) -> None:
    body(lambda context: None)
    job_id = _ask(sqlite_factory)

    Runner(sqlite_factory).run(job_id)

    [line] = [json.loads(line) for line in json_lines]
    assert line["event"] == "job"
    assert (line["job_id"], line["job"], line["state"]) == (job_id, "test.body", "done")


def test_an_unknown_job_waits_for_a_worker_that_knows_it(sqlite_factory: SessionFactory) -> None:
    job_id = _ask(sqlite_factory, "of.a.newer.version")

    assert Runner(sqlite_factory).run(job_id) is JobState.QUEUED

    assert _row(sqlite_factory, job_id).error_code == "job_unknown"


def test_a_stop_reaches_a_running_body(
    sqlite_factory: SessionFactory, body: Callable[..., None]
) -> None:
    begun = threading.Event()

    def work(context: JobContext) -> None:
        begun.set()
        while True:
            context.checkpoint(1, 10)
            time.sleep(0.02)

    body(work)
    job_id = _ask(sqlite_factory)
    ended: list[JobState | None] = []
    quick = Runner(sqlite_factory, leases=dict.fromkeys(JobQueue, 1.0))
    worker = threading.Thread(target=lambda: ended.append(quick.run(job_id)))

    worker.start()
    assert begun.wait(10)
    with transaction(sqlite_factory) as session:
        jobs.request_stop(session, job_id)
    worker.join(30)

    assert ended == [JobState.CANCELLED]


def test_a_long_body_keeps_its_lease_and_shows_progress(
    sqlite_factory: SessionFactory, body: Callable[..., None]
) -> None:
    seen: list[tuple[int, int]] = []

    def work(context: JobContext) -> None:
        context.progress(4, 9)
        ends = time.monotonic() + 20
        while time.monotonic() < ends and not seen:
            time.sleep(0.1)
            row = _row(sqlite_factory, context.job_id)
            if row.total_units:
                seen.append((row.done_units, row.total_units))
        time.sleep(1.2)
        with transaction(sqlite_factory) as session:
            context.require_lease(session)
            assert jobs.claim(session, context.job_id, 1) is None

    body(work)
    job_id = _ask(sqlite_factory)

    state = Runner(sqlite_factory, leases=dict.fromkeys(JobQueue, 1.0)).run(job_id)

    assert state is JobState.DONE
    assert seen == [(4, 9)]


def test_a_body_whose_lease_went_to_another_ends_nothing(
    sqlite_factory: SessionFactory, body: Callable[..., None]
) -> None:
    def work(context: JobContext) -> None:
        with transaction(sqlite_factory) as session:
            session.get_one(Job, context.job_id).lease_token = "another's"

    body(work)
    job_id = _ask(sqlite_factory)

    assert Runner(sqlite_factory).run(job_id) is None

    assert _row(sqlite_factory, job_id).state is JobState.RUNNING


def test_a_worker_that_shuts_down_gives_the_job_back(
    sqlite_factory: SessionFactory, body: Callable[..., None]
) -> None:
    def work(context: JobContext) -> None:
        if context.should_stop():
            raise JobStoppedError

    body(work)
    job_id = _ask(sqlite_factory)

    assert Runner(sqlite_factory, stopping=lambda: True).run(job_id) is JobState.QUEUED


def test_two_jobs_cannot_have_one_name(body: Callable[..., None]) -> None:
    body(lambda context: None)

    def another(context: JobContext) -> None:
        """Do nothing; a second run is harmless."""

    with pytest.raises(ValueError, match="two jobs are named"):
        runner.job("test.body", queue=JobQueue.LIVE)(another)


def test_every_job_says_why_a_second_run_is_harmless() -> None:
    for module in workers_app.INCLUDE:
        importlib.import_module(module)

    silent = [
        known.name
        for known in runner.REGISTRY.values()
        if "second run" not in (known.body.__doc__ or "").lower()
    ]
    assert silent == []


def test_every_scheduled_job_is_known_and_has_its_reason() -> None:
    for module in workers_app.INCLUDE:
        importlib.import_module(module)

    for line in schedule.LINES:
        assert runner.REGISTRY[line.job].queue is line.queue
        assert line.reason


def test_a_scheduled_job_is_a_row_and_not_written_twice_while_it_waits(
    sqlite_factory: SessionFactory,
) -> None:
    for _ in range(2):
        schedule.enqueue(sqlite_factory, "retention.jobs")

    with reading(sqlite_factory) as session:
        assert session.query(Job).count() == 1
