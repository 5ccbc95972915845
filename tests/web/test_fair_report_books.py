"""A report of many rows is made while its organiser goes on: progress is shown, then the file, once it is there."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError
from matcher.intake import open_table
from matcher.kinds import JobState, Role
from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.fair_papers import FairPrint
from matcher.models.files import StoredFile
from matcher.models.jobs import Job
from matcher.policy import limits
from matcher.services import jobs
from matcher.services.fair_employers import prints
from matcher.services.fair_reports import books, figures
from tests.factories.fair_after import HeldFair, make_held_fair
from tests.factories.jobs import job_row
from tests.support.pages import PageClient
from tests.web.cohort_world import Enter, Office, enter, office, send
from workers import fair_reports
from workers.runner import Runner

WORLD = (enter, office)
BODIES = (fair_reports,)
"""Modules whose import registers the bodies that are run here."""


@pytest.fixture
def made(sqlite_factory: SessionFactory, office: Office) -> HeldFair:
    with transaction(sqlite_factory) as session:
        held = make_held_fair(session, session.get_one(Drive, office.drive_id))
        session.expunge_all()
        return held


@pytest.fixture
def organiser(enter: Enter, made: HeldFair, monkeypatch: pytest.MonkeyPatch) -> PageClient:
    """Give an organiser whose fair has more rows than are written at once."""
    none = limits.Limit("fair.report_rows_at_once", "", dt.date(2026, 1, 1), None, 0, "")
    monkeypatch.setattr(books, "get_limit", lambda *_: none)
    return enter(Role.FAIR_ORGANISER)


def _address(made: HeldFair, rest: str = "/report") -> str:
    return f"/fairs/{made.fair.public_id}{rest}"


def _work(factory: SessionFactory) -> Job:
    with reading(factory) as session:
        job_id = session.scalars(sa.select(Job.id).where(Job.name == prints.REPORT_JOB)).one()
    Runner(factory).run(job_id)
    return job_row(factory, job_id)


def _print(factory: SessionFactory) -> FairPrint:
    with reading(factory) as session:
        return session.scalars(sa.select(FairPrint)).one()


def test_a_long_report_shows_its_progress_and_then_the_file(
    sqlite_factory: SessionFactory, organiser: PageClient, made: HeldFair
) -> None:
    assert 'id="books"' not in organiser.get(_address(made)).text

    assert send(organiser, _address(made, "/report/book")) == 303
    waiting = organiser.get(_address(made)).text
    assert "<progress" in waiting
    assert "/download" not in waiting

    job = _work(sqlite_factory)
    assert (job.state, job.done_units, job.total_units) == (
        JobState.DONE,
        books.N_SHEETS + 1,
        books.N_SHEETS + 1,
    )
    where = _address(made, f"/prints/{_print(sqlite_factory).public_id}/download")
    assert where in organiser.get(_address(made)).text
    book = organiser.post(where, data={"csrf_token": organiser.token()})
    assert len(open_table(book.data, "报告.xlsx")) == len(figures.REPORT) + 1
    with reading(sqlite_factory) as session:
        acts = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"fair_print.asked", "fair_print.made", "fair_print.fetched"} <= acts


def test_a_report_is_kept_once_however_often_its_job_runs(
    sqlite_factory: SessionFactory, organiser: PageClient, made: HeldFair
) -> None:
    send(organiser, _address(made, "/report/book"))
    job = _work(sqlite_factory)

    with transaction(sqlite_factory) as session:
        again = jobs.enqueue(session, prints.REPORT_JOB, job.arguments, queue=job.queue).id
    assert Runner(sqlite_factory).run(again) is JobState.DONE

    assert job_row(sqlite_factory, again).result == {"kept": 0}
    with reading(sqlite_factory) as session:
        assert len(session.scalars(sa.select(StoredFile.id)).all()) == 1


def test_a_report_too_large_to_keep_says_that_it_was_not_made(
    sqlite_factory: SessionFactory,
    organiser: PageClient,
    made: HeldFair,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send(organiser, _address(made, "/report/book"))

    def refuse(*_: object, **__: object) -> StoredFile:
        raise InvalidInputError("file_too_large", "文件超过 64 MB，请拆分后再传。", fields={})

    monkeypatch.setattr(prints.files, "put_file", refuse)
    assert _work(sqlite_factory).result == {"kept": 0}

    failed = _print(sqlite_factory)
    assert (failed.state, failed.problem) == (FairPrintState.FAILED, "file_too_large")
    assert FairPrintState.FAILED.label in organiser.get(_address(made)).text


def test_the_prints_of_posts_make_no_report(organiser: PageClient, made: HeldFair) -> None:
    kind = FairPrintKind.REPORT.value

    assert send(organiser, _address(made, "/prints"), kind=kind) == 422
    assert f'value="{kind}"' not in organiser.get(_address(made, "/prints")).text
