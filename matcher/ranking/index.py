"""Inverted indexes: from a place and a major straight to the rows worth looking at.

Graduates are entered by (place, leaf major), each in as few places as make every posting find it
exactly once: "everywhere" alone if it may be sent anywhere, else the provinces it will move within,
else its listed cities. A posting looks into its city, its province and "everywhere". Postings are
sorted by city, so the places of a graduate are a few ranges of them, and one look at the codes its
majors have with each requirement drops those that refuse them.

Candidates are a superset of the eligible, each row once; `engine` tests every hard condition. Rows
changed since the index was built (live lane) are `loose`: left out of it and always candidates.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.pairs import ANYWHERE, LISTED, PROVINCE, whole_province
from matcher.ranking.places import NO_CITY, is_province, province_key, province_of
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable

Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]

_EVERYWHERE = 0
"""Place of the graduates every posting finds."""


@dataclass(slots=True, eq=False)
class Loose:
    """Rows the index does not know as they are now; `stale` also marks those that are gone."""

    rows: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stale: Bools | None = None

    def mark(self, row: int, n_rows: int, *, present: bool) -> None:
        """Note that a row changed, is new or (not `present`) is gone; there are `n_rows` now."""
        stale = np.zeros(n_rows, dtype=bool)
        if self.stale is not None:
            stale[: len(self.stale)] = self.stale
        stale[row] = True
        self.stale = stale
        self.rows = self.rows[self.rows != row]
        if present:
            self.rows = np.append(self.rows, row)

    def merged(self, found: Rows) -> Rows:
        """Take stale rows out of what an index found and put the loose ones in."""
        if self.stale is None:
            return found
        return np.concatenate([found[~self.stale[found]], self.rows])


@dataclass(slots=True, eq=False)
class GraduateIndex:
    """Graduate rows by (place, leaf).

    Places are city keys, province keys, 0 for everywhere, and minus a province key for those who
    list only cities in it: postings of a whole province look there too.
    """

    n_leaves: int
    number_of_place: dict[int, int]
    pointer: Rows
    row: Rows
    is_second: Bools
    first_leaf: NDArray[np.int32]
    loose: Loose = field(default_factory=Loose)

    @classmethod
    def build(
        cls, table: GraduateTable, n_leaves: int, rows: Rows | None = None
    ) -> "GraduateIndex":
        """Index a table, or only some of its rows."""
        place, row = _place_entries(table)
        if rows is not None:
            wanted = np.isin(row, rows)
            place, row = place[wanted], row[wanted]
        has_second = table.leaf[row, 1] >= 0
        leaf = np.concatenate([table.leaf[row, 0], table.leaf[row[has_second], 1]])
        is_second = np.repeat([False, True], [len(row), int(has_second.sum())])
        place = np.concatenate([place, place[has_second]])
        row = np.concatenate([row, row[has_second]])
        places, number = np.unique(place, return_inverse=True)
        cell = number * n_leaves + leaf.astype(np.int64)
        order = np.lexsort((row, cell))
        counts = np.bincount(cell, minlength=len(places) * n_leaves)
        return cls(
            n_leaves=n_leaves,
            number_of_place={int(place): number for number, place in enumerate(places)},
            pointer=np.concatenate([[0], np.cumsum(counts)]),
            row=row[order],
            is_second=is_second[order],
            first_leaf=table.leaf[row[order], 0],
        )

    def places_of_city(self, city: int) -> list[int]:
        """Numbers of the places where a posting of this city key finds its graduates."""
        number_of = self.number_of_place
        if city == NO_CITY:
            return list(number_of.values())
        province = province_key(province_of(city))
        wanted = {_EVERYWHERE, city, province}
        if is_province(city):
            wanted.add(-province)
        return sorted(number_of[place] for place in wanted if place in number_of)

    def candidates(self, city: int, codes: Rows) -> Rows:
        """Rows that may be sent to the city and have an accepted major, each once.

        Parameters
        ----------
        codes : major code of every leaf and a zero, from `AcceptanceTable.codes_of_requirement`
        """
        starts, stops = _runs(codes[: self.n_leaves] > 0)
        base = np.asarray(self.places_of_city(city), dtype=np.int64)[:, None] * self.n_leaves
        entries = spans(self.pointer[base + starts].ravel(), self.pointer[base + stops].ravel())
        if city == NO_CITY:
            return self.loose.merged(np.unique(self.row[entries]))
        # Whoever is met through the first major is not met again through the second one.
        again = self.is_second[entries] & (codes[self.first_leaf[entries]] > 0)
        return self.loose.merged(self.row[entries[~again]])


@dataclass(slots=True, eq=False)
class PostingIndex:
    """Posting rows in ranges of equal city key; `city` is ascending."""

    city: NDArray[np.int32]
    row: Rows
    requirement: NDArray[np.int32]
    loose: Loose = field(default_factory=Loose)

    @classmethod
    def build(cls, table: PostingTable, rows: Rows | None = None) -> "PostingIndex":
        """Index a table, or only some of its rows; a snapshot's rows are sorted already."""
        row = np.argsort(table.city, kind="stable")
        if rows is not None:
            row = row[np.isin(row, rows)]
        return cls(city=table.city[row], row=row, requirement=table.requirement[row])

    def candidates(self, table: GraduateTable, graduate: int, codes: Rows) -> Rows:
        """Rows at whose place the graduate may be sent and that accept a major of it.

        Parameters
        ----------
        codes : best major code of the graduate by requirement
        """
        starts, stops = self.ranges(table, graduate)
        found = spans(starts, stops)
        return self.loose.merged(self.row[found[codes[self.requirement[found]] > 0]])

    def ranges(self, table: GraduateTable, graduate: int) -> tuple[Rows, Rows]:
        """Disjoint ranges of the sorted postings in which the graduate may be sent."""
        bounds = sorted(_intervals(table, graduate))
        lows, highs = np.asarray(bounds, dtype=np.int64).reshape(-1, 2).T
        return np.searchsorted(self.city, lows), np.searchsorted(self.city, highs)


def _intervals(table: GraduateTable, graduate: int) -> set[tuple[int, int]]:
    """Half-open intervals of city keys of the postings a graduate may be sent to."""
    mobility = int(table.mobility[graduate])
    cities = [int(key) for key in table.city[graduate] if key != NO_CITY]
    if mobility == ANYWHERE or not cities:
        return {(NO_CITY, province_key(100))}
    whole = {province_of(key) for key in cities if mobility == PROVINCE or is_province(key)}
    intervals = {(NO_CITY, NO_CITY + 1)}
    for key in cities:
        province = province_of(key)
        if province in whole:
            intervals.add((province_key(province), province_key(province + 1)))
        else:
            intervals |= {(key, key + 1), (province_key(province), province_key(province) + 1)}
    return intervals


def _place_entries(table: GraduateTable) -> tuple[Rows, Rows]:
    """Pairs (place, row) under which graduates are entered."""
    city, province = table.city.astype(np.int64), table.province.astype(np.int64)
    free = (table.mobility == ANYWHERE) | (city[:, 0] == NO_CITY)
    whole = np.zeros(city.shape, dtype=bool)
    for one in range(CHOICES):
        covers = whole_province(city[:, one]) & (city[:, one] != NO_CITY)
        whole |= covers[:, None] & (province == province[:, one, None])
    whole |= table.mobility[:, None] == PROVINCE
    listed = (city != NO_CITY) & ~free[:, None]
    of_province = province_key(1) * province
    only_cities = listed & ~whole & (table.mobility[:, None] == LISTED)
    entries = [
        (np.zeros(int(free.sum()), dtype=np.int64), np.flatnonzero(free)),
        (np.where(whole, of_province, city)[listed], np.nonzero(listed)[0]),
        (-of_province[only_cities], np.nonzero(only_cities)[0]),
    ]
    place = np.concatenate([place for place, _ in entries])
    row = np.concatenate([row for _, row in entries])
    unique = np.unique(np.stack([place, row]), axis=1)
    return unique[0], unique[1]


def _runs(mask: Bools) -> tuple[Rows, Rows]:
    """Starts and stops of the runs of true values."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return edges[::2], edges[1::2]


def spans(starts: Rows, stops: Rows) -> Rows:
    """Concatenate the ranges [start, stop)."""
    lengths = stops - starts
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    entries: Rows = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    return entries
