"""The ranking engine (排序引擎): exact top lists of both directions.

This is the vectorised numpy form: an inverted index gives the candidates of one row, numpy tests
the hard conditions and adds up the points, text is compared only for pairs that can still reach the
list. A compiled engine may replace everything inside `rank_postings` and `rank_graduates`; keys
must stay equal bit for bit. Rows are independent of one another, so any cutting into chunks gives
the same lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.lottery import Side
from matcher.ranking.order import EMPTY, NEUTRAL, Neutral, OrderRule
from matcher.ranking.pairs import (
    best_major,
    industry_points,
    is_yes,
    major_points,
    match_places,
    meets_education,
    occupation_points,
    pay_points,
    text_dots,
    unit_points,
)
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import GraduateTable, PostingTable
from matcher.ranking.text import text_points

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Lists of n rows, best first.

    Parameters
    ----------
    keys : int64[n, K], see `order`; -1 in empty places
    partners : int32[n, K], ids (not rows) of the partners; -1 in empty places
    counts : int32[n], how many places are filled
    eligible : int32[n], how many partners are eligible, listed or not
    """

    keys: NDArray[np.int64]
    partners: NDArray[np.int32]
    counts: NDArray[np.int32]
    eligible: NDArray[np.int32]

    @classmethod
    def empty(cls, n_rows: int, length: int) -> "Ranked":
        """Lists with nobody on them."""
        return cls(
            np.full((n_rows, length), EMPTY, dtype=np.int64),
            np.full((n_rows, length), EMPTY, dtype=np.int32),
            np.zeros(n_rows, dtype=np.int32),
            np.zeros(n_rows, dtype=np.int32),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Eligible:
    """Eligible pairs of one row: the partners' rows, points without text, and certainty."""

    rows: Ints
    points: Ints
    confirmed: Bools


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Partners of one row and the key of each in one kind of list, in no order."""

    rows: Ints
    keys: Ints
    n_eligible: int


def rank_postings(
    snapshot: Snapshot, rows: Sequence[int] | Ints, side: ListSide | Neutral, *, length: int
) -> Ranked:
    """Rank the graduates eligible for each posting row.

    Parameters
    ----------
    side : ordinary or reserved seats, or "neutral": by fit alone, which is all an employer may see
    """
    if side is ListSide.GRADUATE:
        raise ValueError("postings have no such list")
    ranked = Ranked.empty(len(rows), length)
    scratch = Scratch(snapshot)
    for number, row in enumerate(rows):
        scored = score_posting(scratch, int(row), side, length=length)
        _fill(ranked, number, scored, snapshot.graduates.id)
    return ranked


def rank_graduates(
    snapshot: Snapshot,
    rows: Sequence[int] | Ints,
    side: ListSide | Neutral = ListSide.GRADUATE,
    *,
    length: int,
) -> Ranked:
    """Rank the postings eligible for each graduate row, by fit and then the postings' lottery."""
    if side not in (ListSide.GRADUATE, NEUTRAL):
        raise ValueError("graduates have no such list")
    ranked = Ranked.empty(len(rows), length)
    scratch = Scratch(snapshot)
    for number, row in enumerate(rows):
        scored = score_graduate(scratch, int(row), length=length)
        _fill(ranked, number, scored, snapshot.postings.id)
    return ranked


class Scratch:
    """What the queries of one call share: the snapshot and a dense vector for text."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.dense = np.zeros(snapshot.codebook.text.padding + 1, dtype=np.int32)


def score_posting(
    scratch: Scratch, row: int, side: ListSide | Neutral, *, length: int | None = None
) -> ScoredPairs:
    """Score the graduates eligible for a posting; all of them if `length` is None."""
    snapshot = scratch.snapshot
    codes = snapshot.acceptance.codes_of_requirement(int(snapshot.postings.requirement[row]))
    found = snapshot.graduate_index.candidates(int(snapshot.postings.city[row]), codes)
    leaf = snapshot.graduates.leaf[found]
    points = snapshot.parameters.points
    best, _ = best_major(codes[leaf[:, 0]], codes[leaf[:, 1]], points)
    pairs = eligible_pairs(snapshot, found, np.asarray([row]), best, many=Side.GRADUATES)
    ranks = snapshot.graduates.rank[pairs.rows].astype(np.int64)
    lottery = snapshot.graduates.lottery[pairs.rows].astype(np.int64)
    keying = _Keying(OrderRule.of(snapshot.parameters, side), ranks, lottery)
    query = (snapshot.postings.term[row], snapshot.postings.weight[row])
    return _add_text(scratch, pairs, keying, query=query, others=snapshot.graduates, length=length)


def score_graduate(scratch: Scratch, row: int, *, length: int | None = None) -> ScoredPairs:
    """Score the postings eligible for a graduate; all of them if `length` is None."""
    snapshot = scratch.snapshot
    first, second = (int(leaf) for leaf in snapshot.graduates.leaf[row])
    of_leaf = snapshot.acceptance.codes_of_leaf
    codes, _ = best_major(of_leaf(first), of_leaf(second), snapshot.parameters.points)
    found = snapshot.posting_index.candidates(snapshot.graduates, row, codes)
    best = codes[snapshot.postings.requirement[found]]
    pairs = eligible_pairs(snapshot, np.asarray([row]), found, best, many=Side.POSTINGS)
    lottery = snapshot.postings.lottery[pairs.rows].astype(np.int64)
    rule = OrderRule.of(snapshot.parameters, ListSide.GRADUATE)
    keying = _Keying(rule, np.zeros(len(lottery), dtype=np.int64), lottery)
    query = (snapshot.graduates.term[row], snapshot.graduates.weight[row])
    return _add_text(scratch, pairs, keying, query=query, others=snapshot.postings, length=length)


def eligible_pairs(
    snapshot: Snapshot, graduates: Ints, postings: Ints, code: Ints, *, many: Side
) -> Eligible:
    """Keep the pairs that meet every hard condition and add up all their points but text.

    Parameters
    ----------
    graduates, postings : rows; the side that is not `many` has length 1
    code : best major code of every pair
    """
    g_table, p_table, points = snapshot.graduates, snapshot.postings, snapshot.parameters.points
    least = p_table.education[postings]
    meets = (code > 0) & meets_education(g_table.education[graduates], least)
    meets &= (p_table.certificates[postings] & ~g_table.certificates[graduates]) == 0
    code = code[meets]
    if many is Side.GRADUATES:
        partners = g = graduates[meets]
        p = postings
    else:
        partners = p = postings[meets]
        g = graduates
    place = match_places(g_table, g, p_table.city[p], points)
    gained = major_points(code) + place.points
    for part in (occupation_points, industry_points, pay_points, unit_points):
        gained += part(g_table, g, p_table, p, points)
    confirmed = is_yes(code) & place.certain & (p_table.education[p] >= 0)
    admitted = place.admitted
    return Eligible(partners[admitted], gained[admitted], confirmed[admitted])


@dataclass(frozen=True, slots=True, eq=False)
class _Keying:
    """Turns fit into keys for the partners of one row."""

    rule: OrderRule
    ranks: Ints
    lottery: Ints

    def keys(self, fit: Ints, pairs: Eligible, kept: Ints | slice) -> Ints:
        """Keys of some of the pairs."""
        return self.rule.keys(fit, self.ranks[kept], pairs.confirmed[kept], self.lottery[kept])


def _add_text(
    scratch: Scratch,
    pairs: Eligible,
    keying: _Keying,
    *,
    query: tuple[NDArray[np.uint16], NDArray[np.int16]],
    others: GraduateTable | PostingTable,
    length: int | None,
) -> ScoredPairs:
    """Add text points and make keys, leaving out pairs that full text points could not save.

    A pair is left out if even with all text points its key stays below `length` keys that others
    have without any: keys never fall when fit rises, so the list is the same.
    """
    most = scratch.snapshot.parameters.points.text
    n_eligible = len(pairs.rows)
    kept: Ints | slice = slice(None)
    if length is not None and n_eligible > 2 * length:
        without = keying.keys(pairs.points, pairs, kept)
        floor = np.partition(without, n_eligible - length)[n_eligible - length]
        kept = np.flatnonzero(keying.keys(pairs.points + most, pairs, kept) >= floor)
    rows = pairs.rows[kept]
    dots = text_dots(query, others.term[rows], others.weight[rows], scratch.dense)
    fit = pairs.points[kept] + text_points(dots, most)
    return ScoredPairs(rows, keying.keys(fit, pairs, kept), n_eligible)


def _fill(ranked: Ranked, number: int, scored: ScoredPairs, ids: NDArray[Any]) -> None:
    """Write the best keys of one row, best first."""
    keys, length = scored.keys, ranked.keys.shape[1]
    if len(keys) > length:
        chosen = np.argpartition(keys, len(keys) - length)[len(keys) - length :]
    else:
        chosen = np.arange(len(keys))
    chosen = chosen[np.argsort(keys[chosen])[::-1]]
    ranked.keys[number, : len(chosen)] = keys[chosen]
    ranked.partners[number, : len(chosen)] = ids[scored.rows[chosen]]
    ranked.counts[number] = len(chosen)
    ranked.eligible[number] = scored.n_eligible
