"""Uploading a sheet through the page and running the background work at once, for tests of the wizard."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from werkzeug.test import TestResponse

import workers.imports  # noqa: F401 - registers the bodies of the jobs
from matcher.db.engine import SessionFactory, reading
from matcher.kinds import JobState
from matcher.models.imports import ImportBatch
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from tests.matcher.intake.sheets import make_xlsx
from tests.support.pages import PageClient
from workers.runner import Runner


@dataclass
class Office:
    """A manager's client and the drive it imports into."""

    client: PageClient
    drive_id: int
    union: Union


def upload(
    client: PageClient,
    drive_id: int,
    *rows: Sequence[object],
    kind: str = "auto",
    content: bytes | None = None,
    **said: str,
) -> TestResponse:
    """Send a sheet, with what else the form says."""
    sent = io.BytesIO(make_xlsx(rows) if content is None else content)
    return client.post(
        "/imports",
        data={
            "csrf_token": client.token(),
            "drive": str(drive_id),
            "kind": kind,
            "file": (sent, "名单.xlsx"),
            **said,
        },
        content_type="multipart/form-data",
    )


def work(factory: SessionFactory) -> list[JobState | None]:
    """Do all background work that waits; return how it ended."""
    with reading(factory) as session:
        waiting = session.scalars(
            sa.select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id)
        ).all()
    return [Runner(factory).run(number) for number in waiting]


def last_batch(factory: SessionFactory) -> ImportBatch:
    """Return the newest batch."""
    with reading(factory) as session:
        return session.scalars(
            sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)
        ).one()


def batch_address(factory: SessionFactory) -> str:
    """Return the address of the newest batch."""
    return f"/imports/{last_batch(factory).public_id}"


def staged(office: Office, factory: SessionFactory, *rows: Sequence[object]) -> str:
    """Upload rows, let them be judged, and return the address of the batch."""
    upload(office.client, office.drive_id, *rows)
    assert work(factory) == [JobState.DONE]
    return batch_address(factory)
