"""Snapshot folders (see `array_folders`): readers map the arrays into memory, so many workers share one copy."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from matcher.errors import SnapshotError
from matcher.ranking.acceptance import AcceptanceTable
from matcher.ranking.array_folders import MANIFEST, map_arrays, write_folder
from matcher.ranking.codebook import Codebook, Numbering, leaf_from_row
from matcher.ranking.concepts import concepts_from
from matcher.ranking.index_storage import take_index
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import FORMAT, Snapshot
from matcher.ranking.tables import GraduateTable, PostingTable
from matcher.ranking.text import TextModel

__all__ = ["MANIFEST", "is_of_this_version", "load_snapshot", "save_snapshot"]


def save_snapshot(snapshot: Snapshot, folder: Path) -> str:
    """Write a snapshot folder and return the content hash; an existing whole one is left alone."""
    content_hash = snapshot.content_hash()
    write_folder(folder, snapshot.arrays(), snapshot.description() | {"content_hash": content_hash})
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
        snapshot = _assemble(manifest, map_arrays(folder, manifest["arrays"], check=check))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise SnapshotError("snapshot_damaged", "排序快照已损坏，请重新排序。") from error
    take_index(snapshot, folder, manifest["content_hash"], check=check)
    return snapshot


def is_of_this_version(folder: Path) -> bool:
    """Say whether a snapshot is there in the format this version reads; its arrays are not looked at."""
    try:
        _read_manifest(folder)
    except SnapshotError:
        return False
    return True


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
            text=TextModel(
                tuple(book["vocabulary"]), arrays["text_idf"], concepts_from(book["concepts"])
            ),
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
