"""The nights of people's records and of logs: what is past its time goes, a second night finds nothing."""

import datetime as dt
import os

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, MessageChannel, MessageState
from matcher.kinds.households import FileState
from matcher.models.households import Household, HouseholdMember
from matcher.models.outbox import OutboxMessage
from matcher.services import jobs, outbox
from matcher.settings import Settings
from tests.factories.jobs import job_row
from tests.factories.people import make_household, make_member
from workers import retention, schedule
from workers.runner import Runner

BODIES = (retention,)
"""Modules whose import registers the bodies that are run here."""


def _run(factory: SessionFactory, name: str) -> dict[str, int]:
    line = next(line for line in schedule.LINES if line.job == name)
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, name, {}, queue=line.queue).id
    assert Runner(factory).run(job_id) is JobState.DONE
    found: dict[str, int] = job_row(factory, job_id).result
    return found


def test_a_file_ten_years_after_its_exit_is_anonymous_by_the_morning(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        old = make_household(
            session,
            state=FileState.EXITED,
            is_open=False,
            closed_on=clock.today() - dt.timedelta(days=3700),
            unit_name="某厂",
        )
        young = make_household(
            session,
            state=FileState.EXITED,
            is_open=False,
            closed_on=clock.today() - dt.timedelta(days=3600),
            unit_name="某厂",
        )
        member = make_member(session, old, name="王建国", is_holder=True)

    nights = [_run(sqlite_factory, "retention.people") for _ in range(2)]

    assert [night["n_files"] for night in nights] == [1, 0]
    with reading(sqlite_factory) as session:
        assert session.get_one(HouseholdMember, member.id).name == "已匿名"
        assert session.get_one(Household, old.id).unit_name == ""
        assert session.get_one(Household, young.id).unit_name == "某厂"


def test_logs_and_addresses_of_half_a_year_ago_go_and_younger_ones_stay(
    sqlite_factory: SessionFactory, settings: Settings
) -> None:
    folder = settings.data / "logs"
    folder.mkdir()
    long_ago = (clock.now() - dt.timedelta(days=190)).timestamp()
    for name in ("web.log.1", "web.log.2026-01-01", "notes.txt"):
        (folder / name).write_text("{}\n")
        os.utime(folder / name, (long_ago, long_ago))
    (folder / "web.log").write_text('{"at": "2026-01-02T00:00:00+0800", "event": "x"}\n')
    (folder / "worker.log").write_text(f'{{"at": "{clock.today()}T00:00:00", "event": "x"}}\n')
    with transaction(sqlite_factory) as session:
        sent = outbox.write(
            session,
            unique_key="a",
            channel=MessageChannel.SMS,
            template="sign_in_code",
            address="13900000000",
        )
        sent.state = MessageState.SENT
        sent.created_at = clock.now() - dt.timedelta(days=190)

    found = _run(sqlite_factory, "retention.logs")

    assert found == {"n_messages": 1, "n_logs": 2}
    left = {path.name for path in folder.iterdir()}
    assert left == {"notes.txt", "web.log", f"web.log.{clock.today()}", "worker.log"}
    assert (folder / "web.log").read_text() == ""
    assert (folder / f"web.log.{clock.today()}").stat().st_mode & 0o077 == 0
    with reading(sqlite_factory) as session:
        kept = session.get_one(OutboxMessage, sent.id)
        assert (kept.unique_key, kept.address_cipher) == ("a", None)
    assert _run(sqlite_factory, "retention.logs") == {"n_messages": 0, "n_logs": 0}
