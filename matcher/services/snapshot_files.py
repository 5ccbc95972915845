"""Snapshot folders as files to hand to other hosts (快照文件): what belongs to one, by name and SHA-256.

A name is served only if a manifest lists it: nothing is ever joined to a path because somebody asked for it.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matcher.ranking.array_folders import MANIFEST
from matcher.ranking.index_storage import INDEX_FOLDER

FOLDERS = ("", f"{INDEX_FOLDER}/")
"""A snapshot's own arrays, and the indexes beside them, which a snapshot may do without."""

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ListedFile:
    """A file of a snapshot, with the hash its manifest says."""

    path: Path
    sha256: str


def address_path(drive_id: int, content_hash: str, name: str) -> str:
    """Return the path of an address under which the web process hands out a file."""
    return f"/snapshots/{drive_id}/{content_hash}/{name}"


def listed_file(snapshots: Path, drive_id: int, content_hash: str, name: str) -> ListedFile | None:
    """Return a file of a whole snapshot; None for whatever no manifest lists."""
    within = next((one for one in FOLDERS if name.startswith(one) and one == _folder(name)), None)
    if within is None or not _HASH.fullmatch(content_hash):
        return None
    folder = snapshots / str(int(drive_id)) / content_hash
    manifest = folder / within / MANIFEST
    try:
        hashes = _hashes(manifest, manifest.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError):
        return None
    known = name.removeprefix(within)
    return ListedFile(manifest.with_name(known), hashes[known]) if known in hashes else None


def _folder(name: str) -> str:
    """Return the folder part of a name with its slash."""
    return name[: name.rfind("/") + 1]


@lru_cache(maxsize=32)
def _hashes(manifest: Path, _written: int) -> dict[str, str]:
    """Return SHA-256 by file name; snapshots never change, so a manifest is read once."""
    content = manifest.read_bytes()
    arrays: dict[str, str] = json.loads(content)["arrays"]
    named = {f"{name}.npy": sha256 for name, sha256 in arrays.items()}
    return {MANIFEST: hashlib.sha256(content).hexdigest()} | named
