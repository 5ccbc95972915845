"""Rows by id (行号): which row of a table an id has, for as many as stood in the snapshot and those come since."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class RowNumbers:
    """Finds rows by bisection: opening a large snapshot makes no Python object a row."""

    def __init__(self, ids: NDArray[np.int32]) -> None:
        self._order = np.argsort(ids, kind="stable")
        self._ids = ids[self._order].astype(np.int64)
        self._new: dict[int, int] = {}

    def __len__(self) -> int:
        """Count the rows, those that are gone too."""
        return len(self._ids) + len(self._new)

    def find(self, id_: int) -> int | None:
        """Return the row of an id, or None."""
        at = int(np.searchsorted(self._ids, id_))
        if at < len(self._ids) and self._ids[at] == id_:
            return int(self._order[at])
        return self._new.get(id_)

    def add(self, id_: int) -> int:
        """Give an unseen id the next row."""
        row = self._new[id_] = len(self)
        return row

    def find_many(self, ids: Ints) -> Ints:
        """Return the rows of ids; -1 for those that are not there."""
        if not len(self._ids):
            return np.asarray([self._new.get(id_, -1) for id_ in ids.tolist()], dtype=np.int64)
        at = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        found = np.where(self._ids[at] == ids, self._order[at], -1)
        if self._new:
            for place in np.flatnonzero(found < 0).tolist():
                found[place] = self._new.get(int(ids[place]), -1)
        return found.astype(np.int64)
