"""Touched lists (受影响名单): the lists of the other side a row stands on, by their last keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.compiling import frozen
from matcher.kinds import ListSide
from matcher.ranking.engine import Scratch
from matcher.ranking.kernels import touched
from matcher.ranking.kernels.query import Texts
from matcher.ranking.kernels.records import Records, graduate_records, posting_records
from matcher.ranking.kernels.shortlist import Order
from matcher.ranking.order import EMPTY, OrderRule
from matcher.ranking.rows import RowNumbers
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import GraduateTable, PostingTable

Ints = NDArray[np.int64]
Keys = tuple[Ints, Ints]
"""Rows and, in the same order, keys."""


class Reached(NamedTuple):
    """Lists a row reaches: rows of their owners and its keys there, and the rows of everybody it may be paired with."""

    rows: Ints
    keys: Ints
    eligible: NDArray[np.int32]

    def key_of(self, rows: Ints) -> Ints:
        """Return the keys in lists of some rows (ascending), EMPTY where it is not reached."""
        keys = np.full(len(rows), EMPTY, dtype=np.int64)
        keys[np.searchsorted(rows, self.rows)] = self.keys
        return keys

    def may_be_with(self, rows: Ints) -> NDArray[np.bool_]:
        """Return which rows it may be paired with."""
        return np.isin(rows, self.eligible)


StoredLastKeys = Callable[[ListSide], Keys]
"""Subjects (ids) whose stored list of this kind is full, and the keys in the last places of those lists."""

_ROOM = 1_024


class LastKeys:
    """The last key of every list of one kind, by row: what somebody's key must reach to be on it.

    Anybody comes onto a list with room (`EMPTY`).
    """

    def __init__(self, rows: RowNumbers, stored: Keys) -> None:
        self._keys = np.full(len(rows) + _ROOM, EMPTY, dtype=np.int64)
        ids, keys = stored
        at = rows.find_many(ids)
        self._keys[at[at >= 0]] = keys[at >= 0]

    def note(self, rows: Ints, keys: Ints) -> None:
        """Note the last keys of some lists."""
        if len(rows) and (highest := int(rows.max())) >= len(self._keys):
            more = np.full(highest + _ROOM, EMPTY, dtype=np.int64)
            self._keys = np.concatenate([self._keys, more])
        self._keys[rows] = keys

    def of_table(self, n_rows: int) -> Ints:
        """Return the last keys of all rows of a table, as kernels take them."""
        if n_rows > len(self._keys):
            more = np.full(n_rows - len(self._keys) + _ROOM, EMPTY, dtype=np.int64)
            self._keys = np.concatenate([self._keys, more])
        return frozen(self._keys)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A row of one side as it stood at a moment: its record and its text, both as kernels take them."""

    record: Records
    text: Texts

    @classmethod
    def of(cls, table: GraduateTable | PostingTable, row: int) -> "Standing":
        """Copy what is in a row now."""
        rows = np.asarray([row], dtype=np.int64)
        record = (
            graduate_records(table, rows)
            if isinstance(table, GraduateTable)
            else posting_records(table, rows)
        )
        record["row"] = 0  # of the text beside it
        term, weight = frozen(table.term[rows]), frozen(table.weight[rows])
        return cls(frozen(record), Texts(term, weight, frozen(table.lottery[rows]), 0))


def lists_reached_by_graduate(
    snapshot: Snapshot, graduate: Standing, side: ListSide, last_keys: LastKeys
) -> Reached:
    """Return the postings on whose lists a graduate stands, and its keys there."""
    by_fit, by_rank = OrderRule.of(snapshot.parameters, side).tables()
    rank = int(graduate.record["rank"][0])
    # Postings have no rank, so a walk over them reads the first entry: here that of the graduate.
    order = Order(frozen(by_fit), frozen(by_rank[rank : rank + 1]))
    last = last_keys.of_table(len(snapshot.postings))
    _, *market = Scratch(snapshot).for_graduates()[:-1]
    inputs = (graduate.text, *market, order, last)
    reached = Reached(*touched.touch_postings(graduate.record, *inputs))
    if side is ListSide.POSTING_RESERVED:
        has_list = snapshot.postings.reserved[reached.rows]
        reached = reached._replace(rows=reached.rows[has_list], keys=reached.keys[has_list])
    return reached


def lists_reached_by_posting(snapshot: Snapshot, posting: Standing, last_keys: LastKeys) -> Reached:
    """Return the graduates on whose lists a posting stands, and its keys there."""
    rule = OrderRule.of(snapshot.parameters, ListSide.GRADUATE)
    last = last_keys.of_table(len(snapshot.graduates))
    _, *market = Scratch(snapshot).for_postings(rule)
    inputs = (posting.text, *market, last)
    return Reached(*touched.touch_graduates(posting.record, *inputs))


def changed_lists(before: Reached, after: Reached) -> tuple[Ints, Ints, Ints]:
    """Return the lists a row came onto, left or moved on.

    Returns
    -------
    rows : of the owners, ascending
    keys : of the row in these lists now, EMPTY where it does not reach them
    gained : 1 where the pair became eligible, -1 where it no longer is, else 0
    """
    rows = np.union1d(before.rows, after.rows)
    keys = after.key_of(rows)
    differs = before.key_of(rows) != keys
    rows, keys = rows[differs], keys[differs]
    gained = after.may_be_with(rows).astype(np.int64) - before.may_be_with(rows)
    return rows, keys, gained


_NO_KEYS = np.zeros(0, dtype=np.int64)
NOTHING: Keys = (_NO_KEYS, _NO_KEYS)
NO_LISTS = Reached(_NO_KEYS, _NO_KEYS, np.zeros(0, dtype=np.int32))
