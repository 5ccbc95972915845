"""The night's care of stored lists: old ones go, on both databases and with or without a partition."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobQueue, JobState
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.models.ranking_studies import SpreadList
from matcher.services import jobs, ranking_partitions
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_retention import KEEP_LISTS_DAYS
from matcher.services.ranking_runs import request_run
from matcher.settings import Settings, load_settings
from tests.factories.jobs import job_row
from tests.factories.ranked_drives import make_ranked_drive, rank
from tests.workers.test_retention import schedule_line
from workers import ranking, ranking_care
from workers.leases import leases, resend_seconds
from workers.runner import LEASE_SECONDS, Runner

BODIES = (ranking_care,)
"""Modules whose import registers the bodies that are run here."""


def _night(factory: SessionFactory) -> dict[str, int]:
    assert schedule_line("ranking.old_lists").queue is JobQueue.BATCH
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, "ranking.old_lists", {}, queue=JobQueue.BATCH).id
    assert Runner(factory).run(job_id) is JobState.DONE
    return dict(job_row(factory, job_id).result)


def _runs_with_lists(factory: SessionFactory) -> set[int]:
    with reading(factory) as session:
        return set(session.scalars(sa.select(RankedList.run_id).distinct()))


@pytest.mark.parametrize("fewest", [1, 1_000_000], ids=["own partition", "shared"])
def test_lists_of_a_run_long_past_go_in_the_night_and_its_hash_stays(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch, fewest: int
) -> None:
    make = ranking_partitions.make_partition
    monkeypatch.setattr(ranking, "make_partition", lambda *given: make(*given, fewest=fewest))
    with transaction(session_factory) as session:
        drive_id = make_ranked_drive(session).id
    old, current = rank(session_factory, drive_id), rank(session_factory, drive_id)
    with transaction(session_factory) as session:
        run = session.get_one(RankingRun, old)
        run.created_at = clock.now() - dt.timedelta(days=KEEP_LISTS_DAYS + 1)
        for run_id in (old, current):
            session.add(SpreadList(run_id=run_id, graduate_id=1, partners=b"\2" * 4))

    first, second = _night(session_factory), _night(session_factory)

    has_own = fewest == 1 and session_factory.kw["bind"].dialect.name == "postgresql"
    assert first == {"n_dropped": int(has_own), "n_gone": 0 if has_own else 40}
    assert second == {"n_dropped": 0, "n_gone": 0}
    assert _runs_with_lists(session_factory) == {current}
    with reading(session_factory) as session:
        assert session.get_one(RankingRun, old).result_hash is not None
        assert list(session.scalars(sa.select(SpreadList.run_id))) == [current]


def test_leases_are_set_in_one_place_and_jobs_are_sent_again_within_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leases(settings) == LEASE_SECONDS
    monkeypatch.setenv("YANGGUANG_LEASE_SECONDS", "4")

    short = load_settings()

    assert leases(short) == dict.fromkeys(JobQueue, 4.0)
    assert max(resend_seconds(short).values()) == 2


def test_a_host_that_fetches_snapshots_prepares_no_run(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its snapshot would lie where the web process cannot hand it out; another host takes the job."""
    with transaction(sqlite_factory) as session:
        job_id = request_run(session, SYSTEM, make_ranked_drive(session).id).job_id
    assert job_id is not None
    monkeypatch.setenv("YANGGUANG_SNAPSHOTS_FROM", "http://house:8000")

    assert Runner(sqlite_factory).run(job_id) is JobState.QUEUED

    assert job_row(sqlite_factory, job_id).error_code == "prepared_elsewhere"
