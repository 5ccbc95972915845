"""The nights: what is past its time goes by itself, and nothing else does."""

import datetime as dt
import os

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, Role
from matcher.models.files import StoredFile
from matcher.services import files, jobs
from matcher.services.files import FilePurpose
from matcher.settings import Settings
from tests.factories.accounts import make_actor
from tests.factories.jobs import job_row
from workers import retention, schedule
from workers.runner import Runner

BODIES = (retention,)
"""Modules whose import registers the bodies that are run here."""


def schedule_line(name: str) -> schedule.Line:
    """Return the line of a nightly job; it must have one, or it never runs."""
    return next(line for line in schedule.LINES if line.job == name)


def _upload(factory: SessionFactory, content: bytes, *, days_left: int) -> int:
    with transaction(factory) as session:
        stored = files.put_file(
            session,
            make_actor(session, Role.DRIVE_MANAGER),
            content,
            purpose=FilePurpose.UPLOAD,
            file_name="people.csv",
            media_type="text/csv",
        )
        stored.expires_at = clock.now() + dt.timedelta(days=days_left)
        return stored.id


def test_an_upload_past_its_time_is_gone_from_table_and_disk_and_a_second_night_changes_nothing(
    sqlite_factory: SessionFactory, settings: Settings
) -> None:
    old = _upload(sqlite_factory, b"old", days_left=-1)
    young = _upload(sqlite_factory, b"young", days_left=3)
    long_ago = (clock.now() - dt.timedelta(days=40)).timestamp()
    for path in settings.files.glob("??/*"):
        os.utime(path, (long_ago, long_ago))

    gone = []
    for _ in range(2):
        with transaction(sqlite_factory) as session:
            queue = schedule_line("retention.files").queue
            job_id = jobs.enqueue(session, "retention.files", {}, queue=queue).id
        assert Runner(sqlite_factory).run(job_id) is JobState.DONE
        gone.append(job_row(sqlite_factory, job_id).result)

    assert gone == [{"n_gone": 1, "n_removed": 1}, {"n_gone": 0, "n_removed": 0}]
    assert len(list(settings.files.glob("??/*"))) == 1
    with reading(sqlite_factory) as session:
        assert session.get(StoredFile, old) is None
        assert session.get(StoredFile, young) is not None
