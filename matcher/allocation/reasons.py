"""Reasons of a plan (方案理由): why somebody sits where it does, and what decided where it would rather be.

A posting's cut-off (分数线) in a group of seats is the lowest key among those who won a seat in it; who sits there by
a guarantee or a pin won nothing by its key and is left out. Of the groups open to a person the last in the order in
which the posting chooses decides: whoever is refused there is refused at the posting.

Under the fair plan the key of whoever is refused is below the cut-off of every group open to it that anybody won a
seat in (no pair objects under the published choice). Under the most-placements plan, and around pins, it may be above.

Everything here tells about other people by what it is: keys carry their class. What a graduate may hear of it is
worked out elsewhere, from what does not depend on anybody's class.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import choice_of
from matcher.allocation.kernels.seating import RELEASED
from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import LEAST_CLASS, N_GROUPS, ORDINARY, PlanRules
from matcher.kinds.plan_reasons import NoSeat
from matcher.kinds.plans import PlanRule, SeatedAs

_HEAPS = N_GROUPS + 1
_NONE_WON = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person does not sit at a posting it likes better.

    Parameters
    ----------
    posting : id
    wish_place : place of the posting in the wishes, 1 is the best
    heap : group of seats that decided, `RELEASED` for released ones; None where none is open
    own_key, cutoff_key : in the order of that group; where nobody won a seat by its key, the lowest of those who are
        sure of one if all of them come before the person by their keys, else none
    for_guarantee : graduates sure of a seat here who would come after the person by their key
    competitors : how many people could be seated here
    """

    posting: int
    wish_place: int
    why: NoSeat
    heap: int | None
    own_key: int | None
    cutoff_key: int | None
    for_guarantee: tuple[int, ...]
    competitors: int


@dataclass(frozen=True, slots=True)
class SeatReason:
    """Why a person sits where it does.

    Parameters
    ----------
    posting : id
    group : column of `Market.seats`
    own_key, cutoff_key : in the order of the group; no cut-off while it has free seats, or if nobody won one by its key
    is_full : whether every seat of the group is taken
    is_pinned : whether the seat was fixed by hand
    gave_up : posting the person was held by before anybody was guaranteed a seat, if it liked that better
    made_way_for : graduates who sit there now because they are guaranteed a seat
    moved : graduates who had a seat at this posting before that and gave it up; of fallback seats alone
    """

    posting: int
    wish_place: int
    group: int
    kind: SeatedAs
    own_key: int
    cutoff_key: int | None
    is_full: bool
    is_pinned: bool
    competitors: int
    gave_up: int | None
    made_way_for: tuple[int, ...]
    moved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PersonReasons:
    """All reasons of a person.

    Parameters
    ----------
    better : postings it likes better than its seat (all of them without one), best first, as many as asked for
    n_better : how many there are
    """

    graduate: int
    seat: SeatReason | None
    better: tuple[Refusal, ...]
    n_better: int


class Reasons:
    """A plan ready to be asked about any person; made once, answers in microseconds."""

    def __init__(
        self,
        market: Market,
        rules: PlanRules,
        result: PlanResult,
        *,
        pinned: Collection[int] = (),
        forbidden: Collection[tuple[int, int]] = (),
    ) -> None:
        """Count who won what.

        Parameters
        ----------
        pinned : graduates whose seat was fixed
        forbidden : pairs (graduate, posting) that were ruled out
        """
        self.market, self.rules, self.result = market, rules, result
        self.competitors = np.bincount(market.posting, minlength=market.n_postings)
        self._forbidden = set(forbidden)
        self._is_pinned = np.isin(market.graduates, np.asarray(sorted(pinned), dtype=np.int64))
        self._sits_at = result.posting_row(market)
        self._heap = _heaps(result)
        self._is_sure = _sure(result)
        self._turn = [int(heap) for heap in choice_of(market, rules).turn]
        self._cutoff, self._taken = self._won()

    def _won(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """By posting and heap, the lowest key that won a seat; by posting and group, the seats taken."""
        market, result = self.market, self.result
        cutoff = np.full((market.n_postings, _HEAPS), _NONE_WON, dtype=np.int64)
        seated = np.flatnonzero(result.edge >= 0)
        won = seated[~self._is_sure[seated] & ~self._is_pinned[seated]]
        at = (self._sits_at[won], self._heap[won])
        np.minimum.at(cutoff, at, self._keys(result.edge[won], self._heap[won]))
        taken = np.zeros((market.n_postings, N_GROUPS), dtype=np.int64)
        np.add.at(taken, (self._sits_at[seated], result.group[seated]), 1)
        return cutoff, taken

    def _keys(self, edge: NDArray[np.int64], heap: NDArray[np.int64]) -> NDArray[np.int64]:
        is_kept = (heap != ORDINARY) & (heap != RELEASED)
        keys: NDArray[np.int64] = np.where(
            is_kept, self.market.reserved_key[edge], self.market.ordinary_key[edge]
        )
        return keys

    def of(self, graduate: int, *, most: int = 20) -> PersonReasons | None:
        """Say everything of a person by id; None if it is not in the market.

        Parameters
        ----------
        most : better-liked postings told at most
        """
        market = self.market
        row = int(np.searchsorted(market.graduates, graduate))
        if row == market.n_graduates or market.graduates[row] != graduate:
            return None
        first, edge = int(market.pointer[row]), int(self.result.edge[row])
        last = edge if edge >= 0 else int(market.pointer[row + 1])
        better = tuple(self._refusal(row, at) for at in range(first, min(last, first + most)))
        seat = self._seat(row, edge) if edge >= 0 else None
        return PersonReasons(graduate, seat, better, last - first)

    def _seat(self, row: int, edge: int) -> SeatReason:
        market, result = self.market, self.result
        posting, group = int(market.posting[edge]), int(result.group[row])
        heap, kind = int(self._heap[row]), list(SeatedAs)[result.seated_as[row]]
        is_full = bool(self._taken[posting, group] >= market.seats[posting, group])
        gave_up = self._gave_up(row)
        is_fallback = kind is SeatedAs.FALLBACK
        return SeatReason(
            posting=int(market.postings[posting]),
            wish_place=edge - int(market.pointer[row]) + 1,
            group=group,
            kind=kind,
            own_key=self._key(edge, heap),
            cutoff_key=self._cutoff_of(posting, heap) if is_full else None,
            is_full=is_full,
            is_pinned=bool(self._is_pinned[row]),
            competitors=int(self.competitors[posting]),
            gave_up=None if gave_up is None else int(market.postings[gave_up]),
            made_way_for=() if gave_up is None else self._came_by_guarantee(gave_up),
            moved=self._moved_from(posting) if is_fallback else (),
        )

    def _refusal(self, row: int, edge: int) -> Refusal:
        market = self.market
        posting = int(market.posting[edge])
        heap = self._deciding(row, posting)
        own = None if heap is None else self._key(edge, heap)
        cutoff = None if heap is None else self._cutoff_of(posting, heap)
        sure = () if heap is None or own is None else self._sure_behind(posting, heap, own)
        if cutoff is None and heap is not None and not sure:
            cutoff = self._lowest_sure(posting, heap)
        return Refusal(
            posting=int(market.postings[posting]),
            wish_place=edge - int(market.pointer[row]) + 1,
            why=self._why(row, posting, own, cutoff),
            heap=heap,
            own_key=own,
            cutoff_key=cutoff,
            for_guarantee=sure,
            competitors=int(self.competitors[posting]),
        )

    def _why(self, row: int, posting: int, own: int | None, cutoff: int | None) -> NoSeat:
        pair = (int(self.market.graduates[row]), int(self.market.postings[posting]))
        if pair in self._forbidden:
            return NoSeat.FORBIDDEN
        if own is None:
            return NoSeat.NOT_OPEN
        if cutoff is not None and own < cutoff:
            return NoSeat.OUTRANKED
        there = self._sits_at == posting
        if (there & self._is_pinned).any():
            return NoSeat.PINNED
        is_most = self.result.rule is PlanRule.MOST
        return NoSeat.MORE_SEATED if is_most else NoSeat.FOR_GUARANTEE

    def _deciding(self, row: int, posting: int) -> int | None:
        """Last heap in the order of the choice that has seats for a person."""
        person_class = int(self.market.classes[row])
        found = None
        for heap in self._turn:
            if self._room(posting, heap) and (
                heap == RELEASED or person_class >= LEAST_CLASS[heap]
            ):
                found = heap
        return found

    def _room(self, posting: int, heap: int) -> bool:
        """Whether a posting has seats in a heap; released ones only where somebody sits in one."""
        if heap != RELEASED:
            return bool(self.market.seats[posting, heap] > 0)
        there = (self._sits_at == posting) & (self._heap == RELEASED)
        return self.rules.releases and bool(there.any())

    def _key(self, edge: int, heap: int) -> int:
        return int(self._keys(np.asarray([edge]), np.asarray([heap]))[0])

    def _cutoff_of(self, posting: int, heap: int) -> int | None:
        cutoff = int(self._cutoff[posting, heap])
        return None if cutoff == _NONE_WON else cutoff

    def _sure_behind(self, posting: int, heap: int, key: int) -> tuple[int, ...]:
        there = np.flatnonzero(self._is_sure & (self._sits_at == posting) & (self._heap == heap))
        behind = there[self._keys(self.result.edge[there], self._heap[there]) < key]
        return self._ids(behind)

    def _lowest_sure(self, posting: int, heap: int) -> int | None:
        there = np.flatnonzero(self._is_sure & (self._sits_at == posting) & (self._heap == heap))
        keys = self._keys(self.result.edge[there], self._heap[there])
        return int(keys.min()) if len(keys) else None

    def _gave_up(self, row: int) -> int | None:
        """Row of the posting a person was held by at first, if it would rather be there."""
        if self.result.first is None or self._is_pinned[row]:
            return None
        first, edge = int(self.result.first[row]), int(self.result.edge[row])
        return (
            int(self.market.posting[first]) if first >= 0 and (edge < 0 or first < edge) else None
        )

    def _came_by_guarantee(self, posting: int) -> tuple[int, ...]:
        """Graduates on fallback seats of a posting who did not sit there at first."""
        there = self._sits_at == posting
        return self._ids(np.flatnonzero(there & (self.result.seated_as == SeatedAs.FALLBACK.code)))

    def _moved_from(self, posting: int) -> tuple[int, ...]:
        """Graduates held by a posting at first who would rather still be there."""
        first = self.result.first
        if first is None:
            return ()
        rows = np.flatnonzero(first >= 0)
        rows = rows[self.market.posting[first[rows]] == posting]
        edge = self.result.edge[rows]
        return self._ids(rows[(edge < 0) | (first[rows] < edge)])

    def _ids(self, rows: NDArray[np.int64]) -> tuple[int, ...]:
        return tuple(self.market.graduates[rows].tolist())


def _heaps(result: PlanResult) -> NDArray[np.int64]:
    """By graduate the heap that holds it: its group, or released seats; -1 without a seat."""
    is_released = result.seated_as == SeatedAs.RELEASED.code
    return np.where(is_released, RELEASED, result.group).astype(np.int64)


def _sure(result: PlanResult) -> NDArray[np.bool_]:
    """Who sits on the very seat it was sure of: nobody could have taken it, whatever the key."""
    if result.fallback is None or result.fallback_group is None:
        return np.zeros(len(result.edge), dtype=np.bool_)
    sits = (result.edge >= 0) & (result.edge == result.fallback)
    sure: NDArray[np.bool_] = sits & (result.group == result.fallback_group)
    return sure
