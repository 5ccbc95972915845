"""Indexes beside a snapshot: derived arrays that every worker would otherwise build anew when it starts.

They are no part of the snapshot's hash: without them, or with those of another version, a snapshot is as good and
indexes are built in memory. The folder carries the hash of the snapshot it was made from.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.compiling import frozen
from matcher.ranking.acceptance import ByLeaf
from matcher.ranking.array_folders import MANIFEST, map_arrays, write_folder
from matcher.ranking.index import Entries, GraduateIndex, PostingIndex
from matcher.ranking.kernels.columns import SMALL, WIDE, Graduates
from matcher.ranking.kernels.records import POSTING, Records
from matcher.ranking.snapshot import Snapshot

INDEX_FOLDER = "index"

INDEX_FORMAT = 2
"""Raised whenever index arrays change their meaning, so that old folders are not taken.

2: graduates by column.
"""


def save_index(snapshot: Snapshot, folder: Path) -> None:
    """Write the indexes of a saved snapshot into its folder; whole ones that are there are left alone."""
    graduates, postings = snapshot.graduate_index, snapshot.posting_index
    by_leaf = snapshot.acceptance.by_leaf()
    arrays: dict[str, NDArray[Any]] = {
        "graduate_places": graduates.places,
        "graduate_pointer": graduates.pointer,
        **{f"graduate_{name}": column for name, column in graduates.entries._asdict().items()},
        "posting_city": postings.city,
        "posting_requirement": postings.requirement,
        "posting_records": _plain(postings.entries.records),
        "posting_signatures": postings.entries.signatures,
        "leaf_pointer": by_leaf.pointer,
        "leaf_requirement": by_leaf.requirement,
        "leaf_code": by_leaf.code,
    }
    described = {
        **_version(json.loads((folder / MANIFEST).read_bytes())["content_hash"]),
        "n_leaves": graduates.n_leaves,
        "graduate_longest": graduates.longest,
        "posting_longest": postings.entries.longest,
    }
    write_folder(folder / INDEX_FOLDER, arrays, described)


def take_index(snapshot: Snapshot, folder: Path, content_hash: str, *, check: bool = False) -> bool:
    """Give a snapshot the indexes that lie in its folder; return False if there are none that fit."""
    try:
        manifest = json.loads((folder / INDEX_FOLDER / MANIFEST).read_bytes())
        if not _version(content_hash).items() <= manifest.items():
            return False
        found = map_arrays(folder / INDEX_FOLDER, manifest["arrays"], check=check)
        _put(snapshot, manifest, {name: frozen(array) for name, array in found.items()})
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _version(content_hash: str) -> dict[str, object]:
    """What must be equal for an index to fit."""
    records = [list(WIDE), list(SMALL), str(POSTING.descr)]
    return {"format": INDEX_FORMAT, "content_hash": content_hash, "records": records}


def _put(snapshot: Snapshot, manifest: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Make the indexes of their arrays."""
    graduates = GraduateIndex(
        n_leaves=manifest["n_leaves"],
        places=arrays["graduate_places"],
        pointer=arrays["graduate_pointer"],
        entries=Graduates(*(arrays[f"graduate_{name}"] for name in Graduates._fields)),
        longest=manifest["graduate_longest"],
    )
    postings = PostingIndex(
        city=arrays["posting_city"],
        requirement=arrays["posting_requirement"],
        entries=Entries(
            arrays["posting_records"].view(POSTING)[:, 0],
            arrays["posting_signatures"],
            manifest["posting_longest"],
        ),
    )
    by_leaf = ByLeaf(arrays["leaf_pointer"], arrays["leaf_requirement"], arrays["leaf_code"])
    _check_lengths(snapshot, graduates, postings)
    snapshot.take_indexes(graduates, postings, by_leaf)


def _check_lengths(snapshot: Snapshot, graduates: GraduateIndex, postings: PostingIndex) -> None:
    """Raise ValueError where arrays do not belong together: compiled code would read past their ends."""
    cells = len(graduates.places) * graduates.n_leaves
    entries = graduates.entries
    fits = (
        len(graduates.pointer) == cells + 1,
        int(graduates.pointer[-1]) == len(entries.certificates) == len(entries.signatures),
        entries.wide.shape == (len(WIDE), len(entries.certificates)),
        entries.small.shape == (len(SMALL), len(entries.certificates)),
        len(postings.city) == len(postings.requirement) == len(snapshot.postings),
        len(postings.entries.records) == len(postings.entries.signatures) == len(postings.city),
    )
    if not all(fits):
        raise ValueError("the arrays of an index differ in length")


def _plain(records: Records) -> NDArray[np.uint8]:
    """Bytes of records, one row each, for a file that says nothing of fields."""
    return np.frombuffer(records.tobytes(), np.uint8).reshape(len(records), records.itemsize)
