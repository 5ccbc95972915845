"""Snapshots in real runs: limits end a run with their sentence, killed writers leave nothing half, odd drives rank."""

import datetime as dt
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.errors import SnapshotError
from matcher.kinds import JobState, ListSide, RunState
from matcher.models.drives import Drive, DriveEntry, DriveRevision
from matcher.models.graduates import Graduate, Intent
from matcher.models.jobs import Job
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.ranking import array_folders
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.storage import load_snapshot, save_snapshot
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_runs import request_run
from matcher.services.ranking_snapshots import prune_snapshots, snapshot_folder
from matcher.settings import load_settings
from tests.factories.ranked_drives import make_ranked_drive, rank
from tests.factories.ranking import KEY, seeded_world, toy_compiler
from tests.factories.snapshots import put_snapshot
from workers.dispatch import sweep_once
from workers.runner import Runner


def _fail(factory: SessionFactory, drive_id: int) -> RankingRun:
    """Ask for a run whose preparation is refused, let the dispatcher find it, and return it."""
    with transaction(factory) as session:
        run_id = request_run(session, SYSTEM, drive_id).id
    with reading(factory) as session:
        job_id = session.scalars(sa.select(Job.id).where(Job.state == JobState.QUEUED)).one()
    assert Runner(factory).run(job_id) is JobState.FAILED
    sweep_once(factory, lambda _job, _queue: None)
    with reading(factory) as session:
        return session.get_one(RankingRun, run_id)


def _lists(factory: SessionFactory, run_id: int, side: ListSide) -> dict[int, list[int]]:
    wanted = sa.select(RankedList).where(RankedList.run_id == run_id, RankedList.side == side)
    with reading(factory) as session:
        rows = session.scalars(wanted).all()
        return {row.subject_id: np.frombuffer(row.partners, "<i4").tolist() for row in rows}


def test_too_many_certificates_end_the_run_with_how_many_and_what_to_do(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        drive_id = make_ranked_drive(session, graduates=4, postings=3).id
        posting = session.scalars(sa.select(Posting).order_by(Posting.id).limit(1)).one()
        posting.certificates = [f"own_{number}" for number in range(65)]

    run = _fail(session_factory, drive_id)

    assert run.state is RunState.FAILED
    assert run.figures["error_code"] == "too_many_certificates"
    assert "65 种" in run.figures["error_message"]
    assert "请" in run.figures["error_message"]


def test_points_beyond_the_limit_end_the_run_with_their_sum(sqlite_factory: SessionFactory) -> None:
    with transaction(sqlite_factory) as session:
        drive = make_ranked_drive(session, graduates=4, postings=3)
        revision = session.get_one(DriveRevision, (drive.id, drive.revision))
        stored = DriveParameters().to_dict()
        revision.parameters = {**stored, "points": {**stored["points"], "text": 30_000}}  # type: ignore[dict-item]  # a table of points
        drive_id = drive.id

    run = _fail(sqlite_factory, drive_id)

    assert run.figures["error_code"] == "parameters_limit"
    assert "38000" in run.figures["error_message"]


def test_a_failed_run_is_no_current_one_and_the_next_may_begin(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session, graduates=4, postings=3).id
        posting = session.scalars(sa.select(Posting).order_by(Posting.id).limit(1)).one()
        kept, posting.certificates = posting.certificates, [f"own_{n}" for n in range(65)]
    _fail(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        session.scalars(sa.select(Posting).order_by(Posting.id).limit(1)).one().certificates = kept

    run_id = rank(sqlite_factory, drive_id)

    assert _lists(sqlite_factory, run_id, ListSide.GRADUATE)


@pytest.mark.parametrize(("graduates", "postings"), [(5, 0), (0, 4), (0, 0)])
def test_a_drive_with_an_empty_side_ranks_to_empty_lists(
    sqlite_factory: SessionFactory, graduates: int, postings: int
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session, graduates=graduates, postings=postings).id

    run_id = rank(sqlite_factory, drive_id)

    assert _lists(sqlite_factory, run_id, ListSide.GRADUATE) == {
        id_: [] for id_ in _ids(sqlite_factory, Graduate)
    }
    assert _lists(sqlite_factory, run_id, ListSide.POSTING_ORDINARY) == {
        id_: [] for id_ in _ids(sqlite_factory, Posting)
    }


def _ids(factory: SessionFactory, table: Any) -> list[int]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(table.id)))


def test_where_nobody_is_eligible_every_list_is_empty_and_stored(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session, graduates=6, postings=4).id
        session.execute(sa.update(Posting).values(certificates=["held_by_nobody"]))

    run_id = rank(sqlite_factory, drive_id)

    lists = _lists(sqlite_factory, run_id, ListSide.GRADUATE)
    assert len(lists) == 6
    assert not any(lists.values())
    with reading(sqlite_factory) as session:
        assert session.get_one(RankingRun, run_id).state is RunState.DONE


def test_all_ties_stand_in_the_order_of_the_lottery_and_lists_longer_than_the_side_end_with_it(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        drive = make_ranked_drive(session, graduates=0, postings=0)
        twins = make_ranked_drive(session, graduates=12, postings=5)
        assert drive.id != twins.id
        drive_id = twins.id
        session.execute(sa.update(Graduate).values(about="", household_id=None))
        session.execute(
            sa.update(Posting).values(
                requirement={"混合": "不限"}, region_code="640104", title="岗", duties=""
            )
        )
        session.execute(sa.update(Posting).values(pay_high_yuan=9000, education_min=None))
        wish = {"places": ["640104"], "mobility": "listed", "wanted_pay_yuan": None}
        session.execute(sa.update(Intent).values(**wish))

    run_id = rank(session_factory, drive_id)

    lists = _lists(session_factory, run_id, ListSide.POSTING_ORDINARY)
    assert len({tuple(partners) for partners in lists.values()}) == 1
    with reading(session_factory) as session:
        entered = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
        everybody = set(session.scalars(entered))
        snapshot = _snapshot(session, run_id)
    by_lottery = snapshot.graduates.id[np.argsort(snapshot.graduates.lottery)].tolist()
    assert set(by_lottery) == everybody
    assert next(iter(lists.values())) == by_lottery


def _snapshot(session: Any, run_id: int) -> Any:
    run = session.get_one(RankingRun, run_id)
    drive = session.get_one(Drive, run.drive_id)
    return load_snapshot(snapshot_folder(settings_of(session), drive.id, run.snapshot_hash or ""))


def _dies_after(arrays: int, target: Path) -> None:
    """Save a snapshot in this process, which is killed when so many arrays are written."""
    write: Callable[..., str] = array_folders._write_array
    written = []

    def counting(*given: Any) -> str:
        written.append(given[1])
        if len(written) > arrays:
            os._exit(9)  # as SIGKILL: nothing is cleaned up
        return write(*given)

    array_folders._write_array = counting
    save_snapshot(_any_snapshot(), target)
    os._exit(0)


def _any_snapshot() -> Any:
    people, offers = seeded_world(20, 5, 1)
    return build_snapshot(
        people, offers, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )


@pytest.mark.parametrize("arrays", [0, 3, 30])
def test_a_worker_killed_while_writing_leaves_nothing_that_is_taken_for_whole(
    tmp_path: Path, arrays: int
) -> None:
    target = tmp_path / "1" / "snapshot"
    killed = multiprocessing.get_context("fork").Process(target=_dies_after, args=(arrays, target))
    killed.start()
    killed.join(60)
    assert killed.exitcode == 9

    assert not target.exists()
    with pytest.raises(SnapshotError):
        load_snapshot(target)
    assert [folder.name.startswith(".") for folder in target.parent.iterdir()] == [True]
    content_hash = save_snapshot(_any_snapshot(), target)
    assert load_snapshot(target, check=True).content_hash() == content_hash


def test_what_killed_workers_left_goes_after_a_day_and_young_or_needed_folders_stay(
    sqlite_factory: SessionFactory,
) -> None:
    with reading(sqlite_factory) as session:
        settings = settings_of(session)
    drive = settings.snapshots / "7"
    names = (".half.0a1b", "needed", "unneeded", "needed/.index.0c2d")
    for name in names:
        (drive / name).mkdir(parents=True)
        (drive / name / "graduate_id.npy").write_bytes(b"")
    now = clock.now()

    assert prune_snapshots(settings, {(7, "needed")}, now) == 0
    assert prune_snapshots(settings, {(7, "needed")}, now + dt.timedelta(days=2)) == 3
    assert [folder.name for folder in drive.iterdir()] == ["needed"]
    assert [folder.name for folder in (drive / "needed").iterdir()] == ["graduate_id.npy"]


def test_an_old_folder_that_a_new_run_takes_up_again_is_not_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the run has noted its hash, nothing but the folder's age tells the night's care of it."""
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path))
    settings, now = load_settings(), clock.now()
    long_ago = now.timestamp() - 40 * 86_400
    for _ in range(2):
        folder = put_snapshot(settings.snapshots)
        os.utime(folder, (long_ago, long_ago))
    put_snapshot(settings.snapshots)

    assert prune_snapshots(settings, set(), now) == 0
    assert folder.exists()
