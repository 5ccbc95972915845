"""Reasons of a plan (方案理由): why somebody sits where it does, and what decided where it would rather be.

A posting's cut-off (分数线) in a group of seats is the lowest key among those who won a seat in it; who sits there by
a guarantee or a pin won nothing by its key and is left out. Of the groups open to a person the last in the order in
which the posting chooses decides: whoever is refused there is refused at the posting.

Under the fair plan the key of whoever is refused is below the cut-off of every group open to it that anybody won a
seat in (no pair objects under the published choice). Under the most-placements plan, and around pins, it may be above.

Who is guaranteed a seat and has none is refused by the order of the guarantee alone (`guarantee_order`), never by key.

Everything here tells about other people by what it is: keys carry their class. What a graduate may hear of it is
worked out elsewhere, from what does not depend on anybody's class.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import choice_of
from matcher.allocation.guarantee_order import GuaranteeOrder
from matcher.allocation.kernels.seating import RELEASED
from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.reason_shapes import PersonReasons, Refusal, SeatReason
from matcher.allocation.rules import LEAST_CLASS, N_GROUPS, ORDINARY, PlanRules
from matcher.allocation.seat_heaps import heaps_of, sure_of
from matcher.allocation.who_moved import WhoMoved
from matcher.kinds.plan_reasons import Ahead, NoSeat
from matcher.kinds.plans import PlanRule, SeatedAs

_HEAPS = N_GROUPS + 1
_NONE_WON = np.iinfo(np.int64).max


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
        self._heap = heaps_of(result)
        self._is_sure = sure_of(result)
        self._turn = [int(heap) for heap in choice_of(market, rules).turn]
        self._cutoff, self._taken = self._won()
        self._moved = WhoMoved(market, result, self._is_pinned)
        self._order = GuaranteeOrder(market, rules, result, self._forbidden)

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
        gave_up = self._moved.gave_up(row)
        return PersonReasons(
            graduate=graduate,
            seat=seat,
            better=better,
            n_better=last - first,
            gave_up=None if gave_up is None else int(market.postings[gave_up]),
            made_way_for=() if gave_up is None else self._moved.came(gave_up),
            left_over=self._order.left_over(row),
        )

    def cutoffs(self, seated: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return by seated person the cut-off of its seat, -1 where there is none, and whether its group is full."""
        posting, group = self._sits_at[seated], self.result.group[seated]
        is_full = self._taken[posting, group] >= self.market.seats[posting, group]
        cutoff = self._cutoff[posting, self._heap[seated]]
        return np.where(is_full & (cutoff != _NONE_WON), cutoff, -1), is_full

    def _seat(self, row: int, edge: int) -> SeatReason:
        market, result = self.market, self.result
        posting, group = int(market.posting[edge]), int(result.group[row])
        heap, kind = int(self._heap[row]), list(SeatedAs)[result.seated_as[row]]
        is_full = bool(self._taken[posting, group] >= market.seats[posting, group])
        is_fallback = kind is SeatedAs.FALLBACK
        return SeatReason(
            posting=int(market.postings[posting]),
            wish_place=int(market.place[edge]),
            group=group,
            kind=kind,
            own_key=self._key(edge, heap),
            cutoff_key=self._cutoff_of(posting, heap) if is_full else None,
            is_full=is_full,
            is_pinned=bool(self._is_pinned[row]),
            competitors=int(self.competitors[posting]),
            came=self._moved.came(posting) if is_fallback else (),
            moved=self._moved.left(posting) if is_fallback else (),
        )

    def _refusal(self, row: int, edge: int) -> Refusal:
        market = self.market
        posting = int(market.posting[edge])
        heap = self._deciding(row, posting)
        own = None if heap is None else self._key(edge, heap)
        told = Refusal(
            posting=int(market.postings[posting]),
            wish_place=int(market.place[edge]),
            why=NoSeat.NOT_OPEN,
            heap=heap,
            own_key=own,
            cutoff_key=None,
            for_guarantee=(),
            competitors=int(self.competitors[posting]),
        )
        if (int(market.graduates[row]), told.posting) in self._forbidden:
            return replace(told, why=NoSeat.FORBIDDEN)
        if self._order.is_left_over(row):
            return self._refused_by_guarantee(told, row, posting)
        if heap is None or own is None:
            return told
        return self._refused_by_key(told, posting, heap, own)

    def _refused_by_guarantee(self, told: Refusal, row: int, posting: int) -> Refusal:
        """Say by what others were made sure of the seats before a person who is guaranteed one as well."""
        sure = self._order.sure_at(row, posting)
        if not len(sure):
            return told if told.heap is None else replace(told, why=NoSeat.PINNED)
        ahead, _ = self._order.ahead(row, sure)
        cutoff = self._first_cutoff(sure, told) if ahead is Ahead.FIRST_STEP else None
        people, why = self._ids(np.sort(sure)), NoSeat.GUARANTEE_ORDER
        return replace(told, why=why, for_guarantee=people, ahead=ahead, cutoff_key=cutoff)

    def _first_cutoff(self, sure: NDArray[np.int64], told: Refusal) -> int | None:
        """Lowest key among those who won their seat here at first; none if seats were given out anew since."""
        edges = self._order.won_at_first(sure)
        if told.heap is None or told.own_key is None or not len(edges):
            return None
        cutoff = int(self._keys(edges, np.full(len(edges), told.heap)).min())
        return cutoff if cutoff > told.own_key else None

    def _refused_by_key(self, told: Refusal, posting: int, heap: int, own: int) -> Refusal:
        cutoff, sure = self._cutoff_of(posting, heap), self._sure_behind(posting, heap, own)
        if cutoff is None and not sure:
            cutoff = self._lowest_sure(posting, heap)
        why = self._why(posting, own, cutoff)
        return replace(told, why=why, cutoff_key=cutoff, for_guarantee=sure)

    def _why(self, posting: int, own: int, cutoff: int | None) -> NoSeat:
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
        there = self._sure_there(posting, heap)
        behind = there[self._keys(self.result.edge[there], self._heap[there]) < key]
        return self._ids(behind)

    def _sure_there(self, posting: int, heap: int) -> NDArray[np.int64]:
        return np.flatnonzero(self._is_sure & (self._sits_at == posting) & (self._heap == heap))

    def _lowest_sure(self, posting: int, heap: int) -> int | None:
        there = self._sure_there(posting, heap)
        keys = self._keys(self.result.edge[there], self._heap[there])
        return int(keys.min()) if len(keys) else None

    def _ids(self, rows: NDArray[np.int64]) -> tuple[int, ...]:
        return tuple(self.market.graduates[rows].tolist())
