"""The ranking engine (排序引擎): exact top lists of both directions.

Here a snapshot is handed to the compiled kernels (`kernels`), which do all the work. Rows are independent of one
another, so any cutting into chunks or threads gives the same lists.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.compiling import frozen
from matcher.kinds import ListSide
from matcher.ranking.kernels import walk_graduates, walk_postings
from matcher.ranking.kernels.points import Points
from matcher.ranking.kernels.query import Texts
from matcher.ranking.kernels.records import graduate_records, posting_records
from matcher.ranking.kernels.shortlist import Order
from matcher.ranking.kernels.walk_graduates import ByLeaf, Offers
from matcher.ranking.kernels.walk_postings import Accepted, Cells
from matcher.ranking.order import EMPTY, NEUTRAL, Neutral, OrderRule
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import GraduateTable, PostingTable

Ints = NDArray[np.int64]

_PIECES_A_THREAD = 8
"""Rows differ in work a thousandfold: with several pieces no thread waits long for another."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What a call did: pairs that are eligible, pairs looked at for it, texts compared."""

    eligible_pairs: int = 0
    pairs_scored: int = 0
    text_dots: int = 0


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
    counters: Counters = Counters()

    @classmethod
    def empty(cls, n_rows: int, length: int) -> "Ranked":
        """Lists with nobody on them."""
        return _Lists.empty(n_rows, length).ranked(np.zeros(0, dtype=np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Partners of one row and the key of each in one kind of list, in no order."""

    rows: Ints
    keys: Ints

    @property
    def n_eligible(self) -> int:
        """Count the pairs."""
        return len(self.rows)


class _Lists(NamedTuple):
    """What the kernels fill: by row the list, its length, and how much was looked at for it."""

    keys: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.int32]
    eligible: NDArray[np.int32]
    looked: NDArray[np.int64]
    compared: NDArray[np.int64]

    @classmethod
    def empty(cls, n_rows: int, length: int) -> "_Lists":
        return cls(
            np.full((n_rows, length), EMPTY, dtype=np.int64),
            np.full((n_rows, length), EMPTY, dtype=np.int32),
            np.zeros(n_rows, dtype=np.int32),
            np.zeros(n_rows, dtype=np.int32),
            np.zeros(n_rows, dtype=np.int64),
            np.zeros(n_rows, dtype=np.int64),
        )

    def part(self, start: int, stop: int) -> "_Lists":
        columns: Any = [column[start:stop] for column in self]
        return _Lists(*columns)

    def ranked(self, ids: NDArray[np.int32]) -> Ranked:
        """Turn the partners' rows into ids, in place."""
        filled = self.rows >= 0
        self.rows[filled] = ids[self.rows[filled]]
        counters = Counters(
            int(self.eligible.sum()), int(self.looked.sum()), int(self.compared.sum())
        )
        return Ranked(self.keys, self.rows, self.counts, self.eligible, counters)


def rank_postings(
    snapshot: Snapshot,
    rows: Sequence[int] | Ints,
    side: ListSide | Neutral,
    *,
    length: int,
    threads: int = 1,
) -> Ranked:
    """Rank the graduates eligible for each posting row.

    Parameters
    ----------
    side : ordinary or reserved seats, or "neutral": by fit alone, which is all an employer may see
    threads : how many work at once; the lists are the same
    """
    if side is ListSide.GRADUATE:
        raise ValueError("postings have no such list")
    scratch = Scratch(snapshot)
    records = posting_records(snapshot.postings, np.asarray(rows, dtype=np.int64))
    inputs = scratch.for_postings(OrderRule.of(snapshot.parameters, side))
    lists = _Lists.empty(len(records), length)
    _rank(walk_postings.rank_postings, records, inputs, lists, threads)
    return lists.ranked(snapshot.graduates.id)


def rank_graduates(
    snapshot: Snapshot,
    rows: Sequence[int] | Ints,
    side: ListSide | Neutral = ListSide.GRADUATE,
    *,
    length: int,
    threads: int = 1,
) -> Ranked:
    """Rank the postings eligible for each graduate row, by fit and then the postings' lottery."""
    if side not in (ListSide.GRADUATE, NEUTRAL):
        raise ValueError("graduates have no such list")
    scratch = Scratch(snapshot)
    records = graduate_records(snapshot.graduates, np.asarray(rows, dtype=np.int64))
    inputs = scratch.for_graduates()
    lists = _Lists.empty(len(records), length)
    _rank(walk_graduates.rank_graduates, records, inputs, lists, threads)
    return lists.ranked(snapshot.postings.id)


def score_posting(scratch: "Scratch", row: int, side: ListSide | Neutral) -> ScoredPairs:
    """Score all graduates eligible for a posting."""
    snapshot = scratch.snapshot
    record = frozen(posting_records(snapshot.postings, np.asarray([row])))
    inputs = scratch.for_postings(OrderRule.of(snapshot.parameters, side))
    return ScoredPairs(*walk_postings.score_posting(record, *inputs))


def score_graduate(scratch: "Scratch", row: int) -> ScoredPairs:
    """Score all postings a graduate is eligible for."""
    record = frozen(graduate_records(scratch.snapshot.graduates, np.asarray([row])))
    return ScoredPairs(*walk_graduates.score_graduate(record, *scratch.for_graduates()))


def _rank(
    kernel: Callable[..., None],
    records: NDArray[np.void],
    inputs: tuple[Any, ...],
    lists: _Lists,
    threads: int,
) -> None:
    """Let a kernel fill the lists, in pieces of rows if several threads may work."""
    n_pieces = min(len(records), threads * _PIECES_A_THREAD) if threads > 1 else 1
    bounds = np.linspace(0, len(records), n_pieces + 1).astype(np.int64).tolist()

    def fill(start: int, stop: int) -> None:
        kernel(frozen(records[start:stop]), *inputs, lists.part(start, stop))

    if n_pieces <= 1:
        fill(0, len(records))
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(fill, *piece) for piece in pairwise(bounds)]:
            done.result()


class Scratch:
    """A snapshot as the kernels take it; to be made anew when the snapshot changes (live lane)."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def for_postings(self, rule: OrderRule) -> tuple[Any, ...]:
        """What the kernels of `walk_postings` take besides postings and lists."""
        snapshot, index, table = (
            self.snapshot,
            self.snapshot.graduate_index,
            self.snapshot.acceptance,
        )
        loose = index.loose.entries(snapshot.graduates)
        cells = Cells(
            index.n_leaves,
            index.places,
            index.pointer,
            index.entries,
            index.loose.columns(snapshot.graduates),
            frozen(index.loose.stale),
        )
        longest = max(index.longest, loose.longest)
        texts = texts_of(snapshot.graduates, longest)
        own = texts_of(snapshot.postings, 0)
        return (own, cells, accepted_of(snapshot), texts, table.n_leaves, *self._model(rule))

    def for_graduates(self) -> tuple[Any, ...]:
        """What the kernels of `walk_graduates` take besides graduates and lists."""
        snapshot, index, table = (
            self.snapshot,
            self.snapshot.posting_index,
            self.snapshot.acceptance,
        )
        loose = index.loose.entries(snapshot.postings)
        offers = Offers(
            index.city,
            index.requirement,
            index.entries.records,
            index.entries.signatures,
            loose.records,
            loose.signatures,
            frozen(loose.records["requirement"]),
            frozen(index.loose.stale),
        )
        entries = table.by_leaf()
        by_leaf = ByLeaf(frozen(entries.pointer), frozen(entries.requirement), frozen(entries.code))
        longest = max(index.entries.longest, loose.longest)
        texts = texts_of(snapshot.postings, longest)
        own = texts_of(snapshot.graduates, 0)
        rule = OrderRule.of(snapshot.parameters, ListSide.GRADUATE)
        return (own, offers, by_leaf, texts, table.n_requirements, *self._model(rule))

    def _model(self, rule: OrderRule) -> tuple[Any, ...]:
        """How many terms there are, what parts are worth, and how a list is ordered."""
        n_terms = self.snapshot.codebook.text.padding
        order = Order(*(frozen(column) for column in rule.tables()))
        return n_terms, Points.of(self.snapshot.parameters.points), order


def texts_of(table: GraduateTable | PostingTable, longest: int) -> Texts:
    """Texts and lottery numbers of a table as kernels take them."""
    return Texts(frozen(table.term), frozen(table.weight), frozen(table.lottery), longest)


def accepted_of(snapshot: Snapshot) -> Accepted:
    """Accepted leaves of every requirement as kernels take them."""
    table = snapshot.acceptance
    return Accepted(frozen(table.pointer), frozen(table.leaf), frozen(table.code))
