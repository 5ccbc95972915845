"""What is remembered of texts (近义职业): a drive's snapshot made again embeds only what is new.

One file per drive and edition of the concepts in `<data>/concepts`: hashes of texts with their features, no texts. It
holds what the last build used and nothing else, so it grows with the drive and forgets whoever has left. Losing it
costs time alone.
"""

import hashlib
import os
import secrets
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.concepts import CONCEPT_SLOTS, Concepts, Keys
from matcher.settings import Settings

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_WIDTH = 2 * CONCEPT_SLOTS
_ROW = np.dtype([("key", "<u8"), ("features", "<i2", (_WIDTH,))])


class ConceptMemory:
    """Features by hash of a text, read from a file when made and written by `save`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read(path)
        self._used: list[tuple[Keys, NDArray[np.int16]]] = []

    def recall(self, keys: Keys) -> tuple[NDArray[np.bool_], NDArray[np.int16]]:
        """Return which keys are known, and the features of those."""
        at = np.searchsorted(self._known["key"], keys)
        known = np.zeros(len(keys), dtype=bool)
        inside = at < len(self._known)
        known[inside] = self._known["key"][at[inside]] == keys[inside]
        return known, self._known["features"][at[known]]

    def keep(self, keys: Keys, features: NDArray[np.int16]) -> None:
        """Remember features, new ones and old ones that were used again."""
        self._used.append((keys, features))

    def save(self) -> None:
        """Write what was kept; the file is replaced at once, or not at all."""
        keys = np.concatenate([np.zeros(0, dtype=np.uint64), *(keys for keys, _ in self._used)])
        keys, first = np.unique(keys, return_index=True)
        rows = np.empty(len(keys), dtype=_ROW)
        rows["key"] = keys
        if len(keys):
            rows["features"] = np.concatenate([features for _, features in self._used])[first]
        self._path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        beside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        try:
            with open(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb"
            ) as file:
                np.save(file, rows, allow_pickle=False)
            beside.replace(self._path)
        finally:
            beside.unlink(missing_ok=True)


def _read(path: Path) -> NDArray[np.void]:
    """Map the file; one that is missing or damaged is as good as none."""
    try:
        rows: NDArray[np.void] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return np.zeros(0, dtype=_ROW)
    return rows if rows.dtype == _ROW else np.zeros(0, dtype=_ROW)


def memory_of(settings: Settings, drive_id: int, concepts: Concepts | None) -> ConceptMemory | None:
    """Return what is remembered of a drive's texts; None for a text model without concepts."""
    if concepts is None:
        return None
    edition = hashlib.sha256(concepts.edition.encode()).hexdigest()[:16]
    return ConceptMemory(settings.data / "concepts" / f"{drive_id}-{edition}.npy")
