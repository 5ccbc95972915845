"""Inverted indexes: from a place and a major straight to the rows worth looking at.

Graduates are entered by (place, leaf major), each in as few places as make every posting find it exactly once:
"everywhere" alone if it may be sent anywhere, else the provinces it will move within, else its listed cities. A
posting looks into its city, its province and "everywhere"; one of a whole province into all cities of it. Postings
are sorted by city, so the places of a graduate are a few ranges of them.

Entries are copies of what a walk reads of a row, in the order of the walk. They are a superset of the eligible, each
row once; the kernels test every hard condition. Rows changed since the index was built (live lane) are `loose`: left
out of it and always looked at.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.compiling import frozen
from matcher.ranking.kernels.columns import Graduates
from matcher.ranking.kernels.records import (
    AGAIN_ANYWHERE,
    AGAIN_IN_PROVINCE,
    BY_SECOND,
    COVERS,
    FREE,
    POSTING,
    UNSTATED,
    Records,
    Rows,
    graduate_records,
    locate_postings,
    posting_records,
)
from matcher.ranking.kernels.text import WORDS, write_signatures
from matcher.ranking.kernels.walk_postings import EVERYWHERE, place_ranges
from matcher.ranking.places import NO_CITY, PROVINCE_STEP
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable

Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Records and text signatures in one order; `longest` is the largest squared length of a text."""

    records: Records
    signatures: Words
    longest: int

    @classmethod
    def of(cls, table: GraduateTable | PostingTable, rows: Rows) -> "Entries":
        """Copy rows of a table, a row as often as it is named."""
        records = (
            graduate_records(table, rows)
            if isinstance(table, GraduateTable)
            else posting_records(table, rows)
        )
        signatures = np.empty((len(rows), WORDS), dtype=np.uint64)
        texts = frozen(table.term), frozen(table.weight)
        longest = int(write_signatures(*texts, frozen(rows), signatures))
        return cls(frozen(records), frozen(signatures), longest)


@dataclass(slots=True, eq=False)
class Loose:
    """Rows the index does not know as they are now; `stale` also marks those that are gone."""

    rows: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stale: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    _entries: Entries | None = field(default=None, repr=False)
    _columns: Graduates | None = field(default=None, repr=False)

    def mark(self, row: int, n_rows: int, *, present: bool) -> None:
        """Note that a row changed, is new or (not `present`) is gone; there are `n_rows` now."""
        stale = np.zeros(n_rows, dtype=np.bool_)
        stale[: len(self.stale)] = self.stale
        stale[row] = True
        self.stale = stale
        self.rows = self.rows[self.rows != row]
        if present:
            self.rows = np.append(self.rows, row)
        self._entries = self._columns = None

    def entries(self, table: GraduateTable | PostingTable) -> Entries:
        """Return the loose rows as they are in the table, copied once after every change."""
        if self._entries is None:
            self._entries = Entries.of(table, self.rows)
        return self._entries

    def columns(self, table: GraduateTable) -> Graduates:
        """Return the loose graduates by column."""
        if self._columns is None:
            entries = self.entries(table)
            self._columns = Graduates.of(entries.records, entries.signatures)
        return self._columns


@dataclass(slots=True, eq=False)
class GraduateIndex:
    """Graduates by (place, leaf), see `kernels.walk_postings.Cells`.

    Places are city keys, province keys (those who move within it) and 0 for everywhere; `longest` is the largest
    squared length of a text.
    """

    n_leaves: int
    places: NDArray[np.int32]
    pointer: Rows
    entries: Graduates
    longest: int
    loose: Loose = field(default_factory=Loose)

    @classmethod
    def build(
        cls, table: GraduateTable, n_leaves: int, rows: Rows | None = None
    ) -> "GraduateIndex":
        """Index a table, or only some of its rows."""
        chosen = np.arange(len(table)) if rows is None else rows
        place, at, again = _place_entries(graduate_records(table, chosen))
        row = chosen[at]
        second = np.flatnonzero(table.leaf[row, 1] >= 0)
        leaf = np.concatenate([table.leaf[row, 0], table.leaf[row[second], 1]])
        marks = np.concatenate([again, again[second] | BY_SECOND]).astype(np.uint8)
        place, row = np.concatenate([place, place[second]]), np.concatenate([row, row[second]])
        places, number = np.unique(place, return_inverse=True)
        cell = number * n_leaves + leaf
        order = np.lexsort((row, cell))
        counts = np.bincount(cell, minlength=len(places) * n_leaves)
        entries = Entries.of(table, row[order])
        records = entries.records.copy()
        records["marks"] |= marks[order]
        return cls(
            n_leaves=n_leaves,
            places=frozen(places.astype(np.int32)),
            pointer=frozen(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)),
            entries=Graduates.of(records, entries.signatures),
            longest=entries.longest,
        )

    def places_of_city(self, city: int) -> NDArray[np.int64]:
        """Numbers of the places a posting of this city key looks into."""
        ranges = np.zeros((3, 2), dtype=np.int64)
        posting = np.zeros(1, dtype=POSTING)
        posting["city"] = city
        locate_postings(posting)
        n_ranges, _ = place_ranges(posting[0], self.places, ranges)
        return np.concatenate([np.arange(start, stop) for start, stop in ranges[:n_ranges]])


@dataclass(slots=True, eq=False)
class PostingIndex:
    """Postings in the order of city keys, see `kernels.walk_graduates.Offers`."""

    city: NDArray[np.int32]
    requirement: NDArray[np.int32]
    entries: Entries
    loose: Loose = field(default_factory=Loose)

    @classmethod
    def build(cls, table: PostingTable, rows: Rows | None = None) -> "PostingIndex":
        """Index a table, or only some of its rows; a snapshot's rows are sorted already."""
        chosen = np.arange(len(table)) if rows is None else rows
        row = chosen[np.argsort(table.city[chosen], kind="stable")]
        return cls(
            city=frozen(table.city[row]),
            requirement=frozen(table.requirement[row]),
            entries=Entries.of(table, row),
        )


def _place_entries(records: Records) -> tuple[Rows, Rows, NDArray[np.int64]]:
    """Return the places under which graduates are entered, whose they are, and the marks of further ones."""
    at = np.arange(len(records))
    free = records["marks"] & (FREE | UNSTATED) != 0
    found = [(np.full(int(free.sum()), EVERYWHERE), at[free], np.zeros(int(free.sum()), int))]
    earlier: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for number in range(CHOICES):
        city = records[f"city_{number + 1}"].astype(np.int64)
        province = records[f"province_{number + 1}"].astype(np.int64)
        place = np.where(_covers(records, province), province * PROVINCE_STEP, city)
        new = (city != NO_CITY) & ~free
        again = np.zeros(len(records), dtype=np.int64)
        for other, other_province in earlier:
            new &= other != place
            again |= np.where(other_province == province, AGAIN_IN_PROVINCE, 0)
            again |= AGAIN_ANYWHERE
        earlier.append((place, province))
        found.append((place[new], at[new], again[new]))
    place, row, again = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return place, row, again


def _covers(records: Records, province: NDArray[np.int64]) -> Bools:
    """Whether a listed place stands for all of the province."""
    covered = np.zeros(len(records), dtype=np.bool_)
    for number, flag in enumerate(COVERS):
        same = records[f"province_{number + 1}"] == province
        covered |= same & (records["marks"] & flag != 0)
    return covered
