"""The snapshot of a run on this host (本机快照): at hand, in a shared folder, or fetched from the web process.

A host that fetches does so once, whatever the number of its processes; what it has of a file is kept when the
web goes away, and the manifest comes last, as when a snapshot is written. Whoever opens one that is damaged
fetches it again.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from matcher.db.engine import SessionFactory
from matcher.errors import ConflictError, SnapshotError
from matcher.keys import KeyRing
from matcher.ranking.array_folders import MANIFEST, sync_folder
from matcher.ranking.snapshot import Snapshot
from matcher.services.ranking_snapshots import open_snapshot, snapshot_folder
from matcher.services.snapshot_files import FOLDERS, address_path
from matcher.settings import Settings
from workers.fetching import Patience, RefusedError, Web, fetch_file
from workers.runner import JobStoppedError

_LOCK_FILE = "snapshots.lock"
_LOCK_LOOK_S = 0.2

_FETCHED = ".fetched"
"""Marks a snapshot that can be fetched again."""

_KEPT = 3
"""Fetched snapshots a host keeps beside the newest: those of drives it works for in turn."""

_NEW_MANIFEST = f"{MANIFEST}.new"

Stopping = Callable[[], bool]


def local_snapshot(
    factory: SessionFactory,
    drive_id: int,
    content_hash: str,
    *,
    stopping: Stopping = lambda: False,
) -> Snapshot:
    """Open a run's snapshot on this host, fetched if it must be.

    Raises
    ------
    SnapshotError
        It is missing or damaged, and this host has no web process to fetch it from.
    ConflictError
        It cannot be fetched now, or is of another version than this host; the job is tried again later.
    JobStoppedError
        It was time to give up while waiting.
    """
    settings: Settings = factory.kw["info"]["settings"]
    folder = snapshot_folder(settings, drive_id, content_hash)
    if settings.snapshots_from is None:
        return open_snapshot(folder)
    ring: KeyRing = factory.kw["info"]["ring"]
    _ensure(settings, ring, folder, stopping)
    try:
        return open_snapshot(folder)
    except SnapshotError as error:
        _refuse_another_version(error)
    _fetch_again(settings, ring, folder, stopping)
    return open_snapshot(folder)


def _refuse_another_version(error: SnapshotError) -> None:
    """Raise where fetching again would bring the very same: a format belongs to the hash."""
    if error.code == "snapshot_format":
        raise ConflictError(
            "snapshot_of_another_version",
            "这份排序快照由另一版本的程序写成：两台主机的程序版本不一致。请安装相同的版本，系统稍后自动重试。",
        ) from error


def _fetch_again(settings: Settings, ring: KeyRing, folder: Path, stopping: Stopping) -> None:
    """Replace a damaged snapshot, unless another process of this host has done so meanwhile."""
    with _alone(settings, stopping):
        try:
            open_snapshot(folder)
        except SnapshotError:
            shutil.rmtree(folder, ignore_errors=True)
            _fetch(settings.snapshots_from or "", ring, folder, stopping)


def _ensure(settings: Settings, ring: KeyRing, folder: Path, stopping: Stopping) -> None:
    """Fetch a snapshot unless it is there; one process of this host does it, the others wait."""
    if (folder / MANIFEST).exists():
        return
    with _alone(settings, stopping):
        if not (folder / MANIFEST).exists():
            _fetch(settings.snapshots_from or "", ring, folder, stopping)
            _forget_old(settings.snapshots, folder)


@contextmanager
def _alone(settings: Settings, stopping: Stopping) -> Iterator[None]:
    """Hold this host's lock on fetching; the kernel gives it back however this process ends."""
    with (settings.data / _LOCK_FILE).open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if stopping():
                    raise JobStoppedError from None
                time.sleep(_LOCK_LOOK_S)
        yield


def _fetch(address: str, ring: KeyRing, folder: Path, stopping: Stopping) -> None:
    """Fetch all files beside the folder, then give it its name."""
    beside = folder.with_name(f".{folder.name}.part")
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    patience = Patience(address, stopping)
    with closing(Web(address, ring)) as web:
        for within in reversed(FOLDERS):
            try:
                _fetch_arrays(web, folder, beside, within, patience)
            except RefusedError as error:
                if within:  # indexes are built in memory where there are none
                    shutil.rmtree(beside / within, ignore_errors=True)
                    continue
                raise ConflictError(
                    "snapshot_refused",
                    f"{address} 不提供这份排序快照：可能已被清理，或两台主机的密钥或时钟不一致。请核对后重新排序。",
                ) from error
    (beside / _FETCHED).touch()
    if folder.exists():
        shutil.rmtree(folder)
    beside.rename(folder)
    sync_folder(folder.parent)


def _fetch_arrays(web: Web, folder: Path, beside: Path, within: str, patience: Patience) -> None:
    """Fetch a manifest, the arrays it lists, and let the manifest have its name last."""

    def path(name: str) -> str:
        return address_path(int(folder.parent.name), folder.name, f"{within}{name}")

    here = beside / within
    here.mkdir(mode=0o700, exist_ok=True)
    manifest = here / _NEW_MANIFEST
    if not manifest.exists():
        fetch_file(web, path(MANIFEST), manifest, patience)
    described = json.loads(manifest.read_bytes())
    if described.get("content_hash") != folder.name:
        manifest.unlink()
        raise RefusedError
    for array in described["arrays"]:
        if not (here / f"{array}.npy").exists():
            fetch_file(web, path(f"{array}.npy"), here / f"{array}.npy", patience)
    os.sync()
    manifest.rename(here / MANIFEST)
    sync_folder(here)


def _forget_old(snapshots: Path, newest: Path) -> None:
    """Delete what was fetched for earlier runs; files that are mapped stay until they are let go.

    Only what was fetched: the folder may be one the house shares, whose own snapshots are the only ones there are.
    """
    others = [mark.parent for mark in snapshots.glob(f"*/*/{_FETCHED}") if mark.parent != newest]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
