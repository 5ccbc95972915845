"""What other rules would change (规则比较): lists of both sides under two sets of parameters, on one snapshot.

A graduate gains who stands on more postings' lists among the first ten, or on as many of those and on more lists in
all; a posting likewise on graduates' lists. Large drives are compared on a sample of lists, the rows with the lowest
lottery numbers, which is a fair draw and the same every time.

A cap per seat counts where graduates' lists are compared whole: what is compared is then what it leaves of them. Of a
sample it would leave other places than of all lists, so there it is left out, and said to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.alteration import altered
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.spread import Lists, find_limits
from matcher.ranking.tables import GraduateTable, PostingTable

Ints = NDArray[np.int64]

TOP = 10
"""Places of a list people look at first."""

MOST_POSTINGS, MOST_GRADUATES = 2_000, 10_000
"""Lists compared at most: together some seconds at 100,000 graduates and 20,000 postings."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How alike lists are before and after; means over the lists with somebody on them before or after.

    Parameters
    ----------
    top, whole : |A ∩ B| / max(|A|, |B|) among the first ten and in the whole lists
    unchanged : share of lists with the same partners in the same order
    same_first : share of lists with the same first partner
    """

    n_lists: int
    top: float
    whole: float
    unchanged: float
    same_first: float


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """On how many lists each row stands: among the first ten, and in all."""

    top: Ints
    whole: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Standings of one side before and after; `sign` is 1 for rows that gain, -1 for rows that lose."""

    before: Standing
    after: Standing

    @property
    def sign(self) -> Ints:
        """Say which rows gain and which lose."""
        top = np.sign(self.after.top - self.before.top)
        whole = np.sign(self.after.whole - self.before.whole)
        signs: Ints = np.where(top, top, whole).astype(np.int64)
        return signs

    def most(self, sign: int, lottery: NDArray[np.uint32], n: int) -> list[int]:
        """Return the rows that gain (1) or lose (-1) most, ties by lottery number."""
        rows = np.flatnonzero(self.sign == sign)
        top = (self.after.top - self.before.top)[rows] * sign
        whole = (self.after.whole - self.before.whole)[rows] * sign
        return [int(row) for row in rows[np.lexsort((lottery[rows], -whole, -top))][:n]]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """All that is said of two sets of rules; rows are rows of the snapshot.

    Parameters
    ----------
    is_cap_left_out : one of them has a cap per seat, and lists of a sample cannot show what it does
    """

    n_graduates: int
    n_postings: int
    is_cap_left_out: bool
    eligible: tuple[int, int]
    overlaps: dict[ListSide, Overlap]
    graduates: Moves
    postings: Moves


def compare(
    snapshot: Snapshot,
    present: DriveParameters,
    wanted: DriveParameters,
    *,
    seats: Mapping[int, int],
    threads: int = 1,
) -> Compared:
    """Rank a sample of both sides under the present and under other parameters.

    Parameters
    ----------
    snapshot : rows from which those of both rules of admission can be had, see `alteration.can_alter`
    seats : of postings, for a cap
    """
    now, other = altered(snapshot, present), altered(snapshot, wanted)
    offers = lowest(snapshot.postings, MOST_POSTINGS)
    people = lowest(snapshot.graduates, MOST_GRADUATES)
    lists = {
        side: (
            _rank(now, side, offers, people, threads),
            _rank(other, side, offers, people, threads),
        )
        for side in ListSide
    }
    is_whole = len(people) == len(snapshot.graduates)
    if is_whole:
        before, after = lists[ListSide.GRADUATE]
        lists[ListSide.GRADUATE] = (_shown(now, before, seats), _shown(other, after, seats))
    ordinary = lists[ListSide.POSTING_ORDINARY]
    of_offers = [lists[ListSide.POSTING_ORDINARY], lists[ListSide.POSTING_RESERVED]]
    return Compared(
        n_graduates=len(people),
        n_postings=len(offers),
        is_cap_left_out=not is_whole and bool(present.cap_per_seat or wanted.cap_per_seat),
        eligible=(int(ordinary[0].eligible.sum()), int(ordinary[1].eligible.sum())),
        overlaps={side: overlap(*pair) for side, pair in lists.items()},
        graduates=_moves(of_offers, snapshot.graduates.id),
        postings=_moves([lists[ListSide.GRADUATE]], snapshot.postings.id),
    )


def lowest(table: GraduateTable | PostingTable, most: int) -> Ints:
    """Return the rows with the lowest lottery numbers, ascending."""
    order = np.lexsort((table.id, table.lottery))[:most]
    return np.sort(order)


def _rank(snapshot: Snapshot, side: ListSide, offers: Ints, people: Ints, threads: int) -> Ranked:
    parameters = snapshot.parameters
    if side is ListSide.GRADUATE:
        length = parameters.graduates_length
        return rank_graduates(snapshot, people, length=length, threads=threads)
    if side is ListSide.POSTING_RESERVED:
        offers = offers[snapshot.postings.reserved[offers]]
    length = parameters.postings_length
    return rank_postings(snapshot, offers, side, length=length, threads=threads)


def _shown(snapshot: Snapshot, ranked: Ranked, seats: Mapping[int, int]) -> Ranked:
    """Return what a cap leaves of the lists of all graduates, in the order of the snapshot's rows."""
    parameters, people = snapshot.parameters, snapshot.graduates
    if not parameters.cap_per_seat:
        return ranked
    filled = ranked.partners >= 0
    lists = Lists(
        graduates=people.id.astype(np.int64),
        lottery=people.lottery.astype(np.int64),
        lengths=ranked.counts.astype(np.int64),
        partners=ranked.partners[filled],
        keys=ranked.keys[filled],
    )
    room = {posting: parameters.cap_per_seat * n for posting, n in seats.items()}
    limits = find_limits(lambda: (lists,), room=room, floor=parameters.floor_per_graduate)
    kept = np.zeros_like(filled)
    kept[filled] = limits.shown(lists)
    order = np.argsort(~kept, axis=1, kind="stable")
    closed_up = np.where(kept, ranked.partners, np.int32(-1))
    return replace(
        ranked,
        keys=np.take_along_axis(np.where(kept, ranked.keys, np.int64(-1)), order, axis=1),
        partners=np.take_along_axis(closed_up, order, axis=1),
        counts=kept.sum(axis=1, dtype=np.int32),
    )


def overlap(before: Ranked, after: Ranked) -> Overlap:
    """Compare lists row by row."""
    pairs = [
        (old, new)
        for old, new in zip(_filled(before), _filled(after), strict=True)
        if len(old) or len(new)
    ]
    if not pairs:
        return Overlap(0, 1.0, 1.0, 1.0, 1.0)
    return Overlap(
        n_lists=len(pairs),
        top=_mean([_alike(old[:TOP], new[:TOP]) for old, new in pairs]),
        whole=_mean([_alike(old, new) for old, new in pairs]),
        unchanged=_mean([float(old == new) for old, new in pairs]),
        same_first=_mean([float(old[:1] == new[:1]) for old, new in pairs]),
    )


def _filled(ranked: Ranked) -> list[list[int]]:
    return [
        row[:count]
        for row, count in zip(ranked.partners.tolist(), ranked.counts.tolist(), strict=True)
    ]


def _alike(old: list[int], new: list[int]) -> float:
    return len(set(old) & set(new)) / max(len(old), len(new))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _moves(lists: list[tuple[Ranked, Ranked]], ids: NDArray[np.int32]) -> Moves:
    return Moves(
        before=_standing([old for old, _ in lists], ids),
        after=_standing([new for _, new in lists], ids),
    )


def _standing(lists: list[Ranked], ids: NDArray[np.int32]) -> Standing:
    """Count the lists every row stands on."""
    order = np.argsort(ids, kind="stable")
    top, whole = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
    for ranked in lists:
        for counted, partners in ((top, ranked.partners[:, :TOP]), (whole, ranked.partners)):
            named = partners[partners >= 0]
            at = order[np.searchsorted(ids[order], named)] if len(named) else named
            counted += np.bincount(at, minlength=len(ids))
    return Standing(top, whole)
