"""Snapshot folders on disk, small and quickly made, for those who hand them on."""

from pathlib import Path

from matcher.ranking.index_storage import save_index
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.storage import save_snapshot
from tests.factories.ranking import KEY, seeded_world, toy_compiler


def put_snapshot(
    snapshots: Path, drive_id: int = 1, *, graduates: int = 300, indexed: bool = True
) -> Path:
    """Write a snapshot of a made-up world into a house's folder and return its folder."""
    people, offers = seeded_world(graduates, 40, seed=7)
    snapshot = build_snapshot(
        people, offers, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )
    folder = snapshots / str(drive_id) / snapshot.content_hash()
    save_snapshot(snapshot, folder)
    if indexed:
        save_index(snapshot, folder)
    return folder
