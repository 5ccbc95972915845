"""Snapshot folders: `.npy` files and a manifest, written beside the target and renamed.

The manifest is written last and carries the SHA-256 of every array, so a folder either is whole or
is not a snapshot. Readers map the arrays into memory; many workers on a host share one copy.
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

from matcher.errors import SnapshotError
from matcher.ranking.acceptance import AcceptanceTable
from matcher.ranking.codebook import Codebook, Numbering, leaf_from_row
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import FORMAT, Snapshot, canonical_json
from matcher.ranking.tables import GraduateTable, PostingTable
from matcher.ranking.text import TextModel

MANIFEST = "manifest.json"
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_READ_BYTES = 1 << 20


def save_snapshot(snapshot: Snapshot, folder: Path) -> str:
    """Write a snapshot folder and return the content hash; an existing whole one is left alone.

    `folder` appears by a rename, so nobody ever sees half of it; its parent is made if missing.
    """
    content_hash = snapshot.content_hash()
    if (folder / MANIFEST).exists():
        return content_hash
    folder.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    beside.mkdir(mode=_FOLDER_MODE)
    try:
        hashes = {name: _write_array(beside, name, a) for name, a in snapshot.arrays().items()}
        manifest = snapshot.description() | {"content_hash": content_hash, "arrays": hashes}
        _write_bytes(beside / MANIFEST, canonical_json(manifest))
        _publish(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return content_hash


def load_snapshot(folder: Path, *, check: bool = False) -> Snapshot:
    """Open a snapshot folder, its arrays mapped read-only.

    Parameters
    ----------
    check : also compare the SHA-256 of every array, which reads all of them once

    Raises
    ------
    SnapshotError
        The folder is missing, unfinished, damaged or of another format.
    """
    manifest = _read_manifest(folder)
    try:
        hashes: dict[str, str] = manifest["arrays"]
        if check:
            _check_hashes(folder, hashes)
        arrays = {name: _map_array(folder, name) for name in hashes}
        return _assemble(manifest, arrays)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise SnapshotError("snapshot_damaged", "排序快照已损坏，请重新排序。") from error


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest and check its format."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        message = "排序快照不存在或尚未写完，只留有校验值，不能重放。"
        raise SnapshotError("snapshot_missing", message) from error
    except ValueError as error:
        raise SnapshotError("snapshot_damaged", "排序快照已损坏，请重新排序。") from error
    if manifest.get("format") != FORMAT:
        raise SnapshotError("snapshot_format", "排序快照是旧版本的格式，请重新排序。")
    return manifest


def _assemble(manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Snapshot:
    """Put arrays and manifest back together."""
    book = manifest["codebook"]
    graduates = {name: arrays[f"graduate_{name}"] for name in GraduateTable.COLUMNS}
    postings = {name: arrays[f"posting_{name}"] for name in PostingTable.COLUMNS}
    return Snapshot(
        parameters=DriveParameters.from_dict(manifest["parameters"]),
        codebook=Codebook(
            leaves=Numbering(leaf_from_row(row) for row in book["leaves"]),
            requirements=Numbering(book["requirements"]),
            occupations=Numbering(book["occupations"]),
            occupation_groups=Numbering(book["occupation_groups"]),
            industries=Numbering(book["industries"]),
            certificates=Numbering(book["certificates"]),
            unlisted_certificates=frozenset(book["unlisted_certificates"]),
            text=TextModel(tuple(book["vocabulary"]), arrays["text_idf"]),
        ),
        acceptance=AcceptanceTable(
            n_leaves=len(book["leaves"]),
            rules=tuple(book["acceptance_rules"]),
            pointer=arrays["acceptance_pointer"],
            leaf=arrays["acceptance_leaf"],
            code=arrays["acceptance_code"],
            how=arrays["acceptance_how"],
        ),
        graduates=GraduateTable(**graduates),
        postings=PostingTable(**postings),
    )


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


def _publish(beside: Path, folder: Path) -> None:
    """Rename into place; if another process was first, its folder is as good as ours."""
    if folder.exists() and not (folder / MANIFEST).exists():
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
        else np.load(path, mmap_mode="r", allow_pickle=False)
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
