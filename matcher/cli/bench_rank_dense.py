"""Peers of `yangguang bench rank`: lists of postings with plain numpy over all pairs, and `argpartition` at the end.

The whole score model once more, the way one writes it without an index, in blocks of one posting by all graduates
(larger blocks leave the cache and take longer). Dense means every part of every pair, the ineligible struck out at the
end; the lean form compares texts of eligible pairs alone. Columns are laid out once beforehand, for free.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.order import EMPTY, OrderRule
from matcher.ranking.pairs import POINTS_MASK, YES_CODE
from matcher.ranking.places import MUNICIPALITIES, NO_CITY
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES
from matcher.ranking.text import text_points

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_PROVINCE, _ANYWHERE = 1, 2


@dataclass(frozen=True, slots=True)
class Pairs:
    """The graduates eligible for one posting: rows, points without text, and whether each is certain."""

    rows: Ints
    points: Ints
    certain: Bools


class DensePeer:
    """The lists of postings over all graduates."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        table = snapshot.graduates
        self._city = np.ascontiguousarray(table.city.T)
        self._province = np.ascontiguousarray(table.province.T)
        self._occupation = np.ascontiguousarray(table.occupation.T)
        self._group = np.ascontiguousarray(table.occupation_group.T)
        self._whole = _is_whole(self._city) & (self._city != NO_CITY)
        self._dense = np.zeros(snapshot.codebook.text.padding + 1, dtype=np.int32)

    def keys(self, row: int, length: int) -> Ints:
        """Return the keys of one posting's ordinary list, best first: every part of every pair."""
        eligible, points, certain = self._every_pair(row)
        keys = self._keyed(row, slice(None), points, certain)
        keys[~eligible] = EMPTY
        return _best(keys, length)

    def lean_keys(self, row: int, length: int) -> Ints:
        """Return the same, comparing texts of eligible pairs alone."""
        pairs = self.pairs(row)
        return _best(self._keyed(row, pairs.rows, pairs.points, pairs.certain), length)

    def pairs(self, row: int) -> Pairs:
        """Return the eligible pairs of a posting with all their points but text."""
        eligible, points, certain = self._every_pair(row)
        rows = np.flatnonzero(eligible)
        return Pairs(rows, points[rows], certain[rows])

    def _keyed(self, row: int, rows: Ints | slice, points: Ints, certain: Bools) -> Ints:
        """Add text points and make keys for some graduates."""
        snapshot, table, postings = (
            self._snapshot,
            self._snapshot.graduates,
            self._snapshot.postings,
        )
        self._dense[postings.term[row]] = postings.weight[row]
        near = self._dense[table.term[rows]]
        dots = np.einsum("ij,ij->i", near, table.weight[rows], dtype=np.int32, casting="unsafe")
        self._dense[postings.term[row]] = 0
        return OrderRule.of(snapshot.parameters, ListSide.POSTING_ORDINARY).keys(
            points + text_points(dots.astype(np.int64), snapshot.parameters.points.text),
            table.rank[rows].astype(np.int64),
            certain,
            table.lottery[rows].astype(np.int64),
        )

    def _every_pair(self, row: int) -> tuple[Bools, Ints, Bools]:
        """Return for every graduate: eligible or not, all points but text, certain or not."""
        table, postings = self._snapshot.graduates, self._snapshot.postings
        code = self._major(row)
        place, admitted, certain = self._place(int(postings.city[row]))
        least = int(postings.education[row])
        lacking = postings.certificates[row] & ~table.certificates
        eligible = (code > 0) & admitted & (table.education >= least) & (lacking == 0)
        points = (code & POINTS_MASK) + place + self._wishes(row)
        certain = certain & (code >= YES_CODE) & (least >= 0)
        return eligible, points, certain

    def _major(self, row: int) -> Ints:
        """Return the best code over both majors of every graduate."""
        snapshot, leaf = self._snapshot, self._snapshot.graduates.leaf
        codes = snapshot.acceptance.codes_of_requirement(int(snapshot.postings.requirement[row]))
        second = codes[leaf[:, 1]]
        lowered = np.where(second > 0, second - snapshot.parameters.points.second_major, 0)
        best: Ints = np.maximum(codes[leaf[:, 0]], lowered)
        return best

    def _place(self, city: int) -> tuple[Ints, Bools, Bools]:
        """Return points, who goes there, and for whom that is certain."""
        table, points = self._snapshot.graduates, self._snapshot.parameters.points
        n, unknown = len(table), city == NO_CITY
        whole = bool(_is_whole(np.asarray(city))) and not unknown
        hit, near = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        gained = np.zeros(n, dtype=np.int64)
        for choice in reversed(range(CHOICES)):
            wished = self._city[choice]
            same = (self._province[choice] == city // 10_000) & (wished != NO_CITY)
            near |= same & (whole | (table.mobility >= _PROVINCE) | self._whole[choice])
            met = (wished == city) & (not whole) & (not unknown)
            gained = np.where(met, points.place_choices[choice], gained)
            hit |= met
        near &= not unknown
        gained = np.where(near & ~hit, points.place_province, gained)
        unstated = (self._city[0] == NO_CITY) & (table.mobility < _ANYWHERE)
        admitted = unknown | unstated | hit | near | (table.mobility == _ANYWHERE)
        return gained, admitted, ~(unstated | unknown)

    def _wishes(self, row: int) -> Ints:
        """Return the points of occupation, industry, pay and unit."""
        table, postings = self._snapshot.graduates, self._snapshot.postings
        points = self._snapshot.parameters.points
        occupation, group = int(postings.occupation[row]), int(postings.occupation_group[row])
        gained = np.zeros(len(table), dtype=np.int64)
        if group >= 0:
            gained[(self._group == group).any(axis=0)] = points.occupation_group
        for choice in reversed(range(CHOICES)) if occupation >= 0 else ():
            gained[self._occupation[choice] == occupation] = points.occupation_choices[choice]
        if (industry := int(postings.industry[row])) >= 0:
            gained += np.where((table.industry == industry).any(axis=1), points.industry, 0)
        if (offered := int(postings.pay_high[row])) >= 0:
            short = np.maximum(0, table.wanted_pay.astype(np.int64) - offered)
            gained += np.maximum(0, points.pay - short // points.pay_step_yuan)
        gained += np.where(table.unit_mask & postings.unit_mask[row], points.unit, 0)
        return gained


def _best(keys: Ints, length: int) -> Ints:
    """Return the highest keys, best first, without empty places."""
    if len(keys) > length:
        keys = keys[np.argpartition(keys, len(keys) - length)[len(keys) - length :]]
    best: Ints = np.sort(keys[keys >= 0])[::-1]
    return best


def _is_whole(city: NDArray[np.int32]) -> Bools:
    """Which city keys mean a whole province; NO_CITY as well."""
    whole: Bools = city % 10_000 == 0
    for province in MUNICIPALITIES:
        whole = whole & (city != province * 10_000)
    return whole
