"""Snapshots through a shared folder: one host prepares, another with a data folder of its own ranks and ends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import SnapshotError
from matcher.kinds import JobState, RunState
from matcher.models.jobs import Job
from matcher.models.ranking_runs import RankingChunk, RankingRun
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_replay import replay_run
from matcher.services.ranking_runs import request_run
from matcher.settings import Settings
from tests.factories.ranked_drives import make_ranked_drive
from tests.support.postgres import die_with_parent
from tests.workers.running import ROOT, START_SECONDS
from workers import snapshots
from workers.runner import Runner
from workers.snapshots import local_snapshot

pytestmark = pytest.mark.slow

OTHER_HOST = """
from matcher.db.engine import make_engine, session_factory
from matcher.keys import load_ring
from matcher.settings import load_settings
from tests.factories.ranked_drives import drain

own = load_settings()
own.prepare()
drain(session_factory(make_engine(own.database_url), load_ring(own.keys), own))
"""
"""A host that does whatever waits, and goes."""


@pytest.fixture
def shared(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder this host and the other one share."""
    folder = tmp_path / "shared"
    monkeypatch.setenv("YANGGUANG_SNAPSHOTS", str(folder))
    assert settings.snapshots == folder
    return folder


def _prepared(factory: SessionFactory) -> int:
    """Ask for a run and prepare it on this host; return its id."""
    with transaction(factory) as session:
        drive_id = make_ranked_drive(session).id
        run_id = request_run(session, SYSTEM, drive_id).id
    with reading(factory) as session:
        job_id = session.scalars(sa.select(Job.id).where(Job.state == JobState.QUEUED)).one()
    assert Runner(factory).run(job_id) is JobState.DONE
    return run_id


def test_another_host_ranks_what_lies_in_the_shared_folder_and_writes_no_snapshot_of_its_own(
    sqlite_factory: SessionFactory, settings: Settings, shared: Path, tmp_path: Path
) -> None:
    run_id = _prepared(sqlite_factory)
    with reading(sqlite_factory) as session:
        chunks = sa.select(RankingChunk.done_at).where(RankingChunk.run_id == run_id)
        assert set(session.scalars(chunks)) == {None}
    address = sqlite_factory.kw["bind"].url.render_as_string(hide_password=False)
    other = tmp_path / "other"
    environment = os.environ | {
        "YANGGUANG_DATA": str(other),
        "YANGGUANG_KEYS": str(settings.keys),
        "DATABASE_URL": address,
    }

    subprocess.run(
        [sys.executable, "-c", OTHER_HOST],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=START_SECONDS * 2,
        preexec_fn=die_with_parent,
    )

    with reading(sqlite_factory) as session:
        run = session.get_one(RankingRun, run_id)
        assert run.state is RunState.DONE
        assert replay_run(session, run_id).equal
        assert (shared / str(run.drive_id) / (run.snapshot_hash or "") / "manifest.json").exists()
    assert other.is_dir()
    assert not (other / "snapshots").exists()
    assert not (settings.data / "snapshots").exists()


def test_a_host_that_was_not_given_the_shared_folder_says_that_the_snapshot_is_missing(
    sqlite_factory: SessionFactory, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _prepared(sqlite_factory)
    with reading(sqlite_factory) as session:
        run = session.get_one(RankingRun, run_id)
    monkeypatch.delenv("YANGGUANG_SNAPSHOTS")

    with pytest.raises(SnapshotError) as refused:
        local_snapshot(sqlite_factory, run.drive_id, run.snapshot_hash or "")

    assert refused.value.code == "snapshot_missing"
    assert any(shared.iterdir())


def test_only_what_was_fetched_is_cleared_away_for_newer_ones(tmp_path: Path) -> None:
    own = [tmp_path / "1" / f"own{number}" for number in range(6)]
    fetched = [tmp_path / "1" / f"fetched{number}" for number in range(6)]
    for age, folder in enumerate([*own, *fetched]):
        folder.mkdir(parents=True)
        if folder in fetched:
            (folder / snapshots._FETCHED).touch()
        os.utime(folder, (age, age))

    snapshots._forget_old(tmp_path, fetched[-1])

    assert {one for one in own if one.exists()} == set(own)
    assert [one for one in fetched if one.exists()] == fetched[-1 - snapshots._KEPT :]
