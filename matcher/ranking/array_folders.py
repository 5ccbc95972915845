"""Folders of arrays (数组文件夹): `.npy` files and a manifest, written beside the target and renamed.

The manifest is written last and carries the SHA-256 of every array, so a folder either is whole or is none. Files are
on the disk before the folder has its name, and the name before anybody is told (fsync of files and folders): after a
loss of power a run's row never names a folder that is not there.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MANIFEST = "manifest.json"
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_READ_BYTES = 1 << 20


def canonical_json(value: object) -> bytes:
    """JSON that is the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def write_folder(
    folder: Path, arrays: Mapping[str, NDArray[Any]], description: Mapping[str, object]
) -> None:
    """Write arrays and a manifest that describes them; a whole folder that is there already is left alone.

    `folder` appears by a rename, so nobody ever sees half of it; its parent is made if missing. One that is
    there counts as made now: whoever clears old folders away does not know yet that it is wanted again. One
    that lost or changed a file since, or is described otherwise, gives way: so ranking again mends it.
    """
    if _is_whole(folder, description):
        os.utime(folder)
        return
    _make_durably(folder.parent)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    beside.mkdir(mode=_FOLDER_MODE)
    try:
        hashes = {name: _write_array(beside, name, array) for name, array in arrays.items()}
        _write_bytes(beside / MANIFEST, canonical_json({**description, "arrays": hashes}))
        sync_folder(beside)
        _publish(beside, folder, description)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def map_arrays(
    folder: Path, hashes: Mapping[str, str], *, check: bool = False
) -> dict[str, NDArray[Any]]:
    """Map the arrays of a manifest read-only, on request after comparing their hashes (ValueError)."""
    if check:
        _check_hashes(folder, hashes)
    return {name: _map_array(folder, name) for name in hashes}


def _is_whole(folder: Path, description: Mapping[str, object]) -> bool:
    """Say whether a folder is described like this, and every array is as its manifest says."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        hashes = manifest.pop("arrays")
        _check_hashes(folder, hashes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    wanted = {name: value for name, value in description.items() if name != "arrays"}
    return canonical_json(manifest) == canonical_json(wanted)


def _write_array(folder: Path, name: str, array: NDArray[Any]) -> str:
    """Write one `.npy` file and return its SHA-256."""
    path = folder / f"{name}.npy"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return _sha256(path)


def _write_bytes(path: Path, content: bytes) -> None:
    """Write a small file durably."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_durably(folder: Path) -> None:
    """Make a folder and those above it, each known to the disk by its own parent."""
    if not folder.exists():
        _make_durably(folder.parent)
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(beside: Path, folder: Path, description: Mapping[str, object]) -> None:
    """Rename into place; if another process was first, its folder is as good as ours."""
    if folder.exists() and not _is_whole(folder, description):
        shutil.rmtree(folder)
    try:
        beside.rename(folder)
    except OSError:
        if not (folder / MANIFEST).exists():
            raise


def _map_array(folder: Path, name: str) -> NDArray[Any]:
    """Map one array read-only (an empty one cannot be mapped and is read)."""
    path = folder / f"{name}.npy"
    array: NDArray[Any] = (
        np.load(path, allow_pickle=False)
        if _is_empty(path)
        # A plain view of the mapped file: numpy cuts those of its own kind slowly.
        else np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    )
    return array


def _is_empty(path: Path) -> bool:
    """Whether an `.npy` file holds no element."""
    with path.open("rb") as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0
        shape, _, _ = read(file) if version == (1, 0) else np.lib.format.read_array_header_2_0(file)
    return 0 in shape


def _check_hashes(folder: Path, hashes: Mapping[str, str]) -> None:
    """Compare every file with the manifest."""
    for name, expected in hashes.items():
        if _sha256(folder / f"{name}.npy") != expected:
            raise ValueError(name)


def _sha256(path: Path) -> str:
    """Hash a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
