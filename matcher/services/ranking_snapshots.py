"""Where snapshots lie (排序快照), how a requirement's key is read, and when a folder may go."""

import datetime as dt
import shutil
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import Referral
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.storage import is_of_this_version, load_snapshot
from matcher.services import requirement_rules
from matcher.services.plans.keeping import cited_runs
from matcher.settings import Settings
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.requirements import Requirement

KEEP_DAYS = 30
"""Snapshots no current run needs are kept so long (decisions.md 6); afterwards the hash alone stays."""


_YOUNG = dt.timedelta(days=1)
"""Longer than the longest run takes from its snapshot's first file to its first chunk."""


def snapshot_folder(settings: Settings, drive_id: int, content_hash: str) -> Path:
    """Return the folder of a snapshot."""
    return settings.snapshots / str(drive_id) / content_hash


def has_snapshot(settings: Settings, run: RankingRun) -> bool:
    """Say whether a run's snapshot lies here in the format of this version; an update may have changed that."""
    folder = snapshot_folder(settings, run.drive_id, run.snapshot_hash or "")
    return is_of_this_version(folder)


@catalogue_cache(maxsize=65_536)
def read_key(key: str) -> Requirement:
    """Read the requirement behind a ranking key; old ones carry no terms and decisions."""
    return requirement_rules.read_key(key)


@lru_cache(maxsize=2)
def open_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot, once per process; its arrays are mapped and shared with other processes."""
    return load_snapshot(folder)


def needed_hashes(session: Session, now: dt.datetime) -> set[tuple[int, str]]:
    """Return (drive, hash) of the snapshots to keep: current runs, young ones, those referrals and plans cite."""
    cited = sa.select(Referral.run_id).where(Referral.run_id.is_not(None))
    newest = (
        sa.select(RankingRun.drive_id, sa.func.max(RankingRun.number).label("number"))
        .where(RankingRun.snapshot_hash.is_not(None), RankingRun.result_hash.is_not(None))
        .group_by(RankingRun.drive_id)
        .subquery()
    )
    chosen = (
        sa.select(RankingRun.drive_id, RankingRun.snapshot_hash)
        .outerjoin(
            newest,
            sa.and_(newest.c.drive_id == RankingRun.drive_id, newest.c.number == RankingRun.number),
        )
        .where(
            RankingRun.snapshot_hash.is_not(None),
            sa.or_(
                newest.c.number.is_not(None),
                RankingRun.created_at > now - dt.timedelta(days=KEEP_DAYS),
                RankingRun.id.in_(cited),
                RankingRun.id.in_(cited_runs(now)),
            ),
        )
    )
    return {(row.drive_id, row.snapshot_hash or "") for row in session.execute(chosen)}


def prune_snapshots(settings: Settings, needed: set[tuple[int, str]], now: dt.datetime) -> int:
    """Delete snapshot folders nobody needs and return how many.

    Hidden folders are what a worker that died while writing left behind. Young folders may be in the making, or
    written and not yet noted with their run; another worker's pruning may be under way at the same time.
    """
    removed = 0
    kept = {settings.snapshots / str(drive_id) / name for drive_id, name in needed}
    unneeded = [folder for folder in settings.snapshots.glob("*/*") if folder not in kept]
    unfinished = settings.snapshots.glob("*/*/.*")  # of indexes, which lie inside their snapshot
    for folder in sorted([*unneeded, *unfinished]):
        if _is_old(folder, now):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _is_old(folder: Path, now: dt.datetime) -> bool:
    """Say whether a folder was made more than a day ago; one that is gone meanwhile is nobody's."""
    try:
        changed = folder.stat().st_mtime
    except FileNotFoundError:
        return False
    return now.timestamp() - changed > _YOUNG.total_seconds()
