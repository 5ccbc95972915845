"""Many changed rows become a new run by themselves, once."""

import datetime as dt
import json
import shutil

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import DriveState, JobQueue, RunState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Intent
from matcher.models.ranking_runs import RankedOverlay, RankingRun
from matcher.ranking.storage import MANIFEST
from matcher.services import ranking_compaction
from matcher.services.ranking_changes import note_graduate, note_many
from matcher.services.ranking_compaction import changed_rows, compact_drives
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import has_snapshot, open_snapshot, snapshot_folder
from tests.factories.ranked_drives import drain, make_ranked_drive, rank
from tests.workers.test_retention import schedule_line
from workers import ranking_care

BODIES = (ranking_care,)
"""Modules whose import registers the bodies that are run here."""


@pytest.fixture
def drive_id(session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> int:
    """A ranked drive, for which four changed rows are enough."""
    monkeypatch.setattr(ranking_compaction, "FEWEST", 4)
    with transaction(session_factory) as session:
        made = make_ranked_drive(session).id
    rank(session_factory, made)
    return made


def _change(factory: SessionFactory, drive_id: int, n_graduates: int) -> None:
    """Let some graduates save twice."""
    chosen = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
    with transaction(factory) as session:
        for id_ in session.scalars(chosen.order_by(DriveEntry.number).limit(n_graduates)).all():
            for place in ("640300", "640104"):
                session.get_one(Intent, id_).places = [place]
                note_graduate(session, id_)
    drain(factory)


def _compact(factory: SessionFactory) -> list[int]:
    with transaction(factory) as session:
        return compact_drives(session)


def test_so_many_changed_rows_ask_for_one_run_that_takes_them_in(
    session_factory: SessionFactory, drive_id: int
) -> None:
    _change(session_factory, drive_id, 3)
    with transaction(session_factory) as session:
        note_many(session, drive_id)
    assert _compact(session_factory) == []
    _change(session_factory, drive_id, 4)

    asked, again = _compact(session_factory), _compact(session_factory)

    assert len(asked) == 1
    assert again == asked
    drain(session_factory)
    with reading(session_factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        assert [run.id] == asked
        assert changed_rows(session, run) == 0
        assert session.scalars(sa.select(RankedOverlay)).all() == []
    assert _compact(session_factory) == []


@pytest.mark.parametrize("harm", ["older format", "lost"])
def test_a_run_whose_snapshot_cannot_be_opened_any_more_is_followed_by_one_that_can(
    session_factory: SessionFactory, drive_id: int, harm: str
) -> None:
    with reading(session_factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        settings = settings_of(session)
        folder = snapshot_folder(settings, drive_id, run.snapshot_hash or "")
    if harm == "lost":
        shutil.rmtree(folder)
    else:
        manifest = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps(manifest | {"format": 1}))
    open_snapshot.cache_clear()
    assert not has_snapshot(settings, run)

    assert len(_compact(session_factory)) == 1

    drain(session_factory)
    with reading(session_factory) as session:
        newest = current_run(session, drive_id)
        assert newest is not None
        assert newest.id != run.id
        assert has_snapshot(settings, newest)
    assert _compact(session_factory) == []


def test_after_a_run_that_failed_the_next_is_asked_for_in_another_night(
    session_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _change(session_factory, drive_id, 5)
    (asked,) = _compact(session_factory)
    with transaction(session_factory) as session:
        session.get_one(RankingRun, asked).state = RunState.FAILED
    assert _compact(session_factory) == []

    tomorrow = clock.now() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    assert len(_compact(session_factory)) == 1


def test_a_closed_drive_and_one_without_a_run_are_left_alone(
    session_factory: SessionFactory, drive_id: int
) -> None:
    _change(session_factory, drive_id, 5)
    with transaction(session_factory) as session:
        session.get_one(Drive, drive_id).state = DriveState.CLOSED
        make_ranked_drive(session, seed=2)

    assert _compact(session_factory) == []


def test_every_night_asks() -> None:
    assert schedule_line("ranking.compaction").queue is JobQueue.BATCH
