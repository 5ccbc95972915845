"""From one plan to the next (方案变化): who gains, moves or loses a seat, and why.

Who sits at the same posting as before is left out, whatever the kind of seat. A reason looks at the seat a person had:
whether it is still to be had, and who sits there instead.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.kinds.plans import ChangeReason, PlanRule, SeatChange, SeatedAs


@dataclass(frozen=True, slots=True)
class Change:
    """One person's change, by ids.

    Parameters
    ----------
    before, now : postings, None for no seat
    instead : graduates who sit at `before` now and did not before, ascending
    """

    graduate: int
    kind: SeatChange
    reason: ChangeReason
    before: int | None
    now: int | None
    instead: tuple[int, ...] = ()


def plan_changes(market: Market, result: PlanResult, last: Mapping[int, int]) -> tuple[Change, ...]:
    """Compare a plan with the seats of the last one; people whose posting is the same are left out.

    Parameters
    ----------
    last : posting by graduate, ids; of people and postings that may be gone meanwhile
    """
    compared = _Compared(market, result, last)
    everybody = sorted(last.keys() | compared.now.keys())
    changes = (compared.change_of(graduate) for graduate in everybody)
    return tuple(change for change in changes if change is not None)


class _Compared:
    """Both plans by id, and why somebody is where it is."""

    def __init__(self, market: Market, result: PlanResult, last: Mapping[int, int]) -> None:
        self.market, self.result, self.last = market, result, last
        self.row = {graduate: row for row, graduate in enumerate(market.graduates.tolist())}
        self.offer = {posting: row for row, posting in enumerate(market.postings.tolist())}
        rows = np.flatnonzero(result.edge >= 0)
        postings = market.postings[market.posting[result.edge[rows]]].tolist()
        self.now = dict(zip(market.graduates[rows].tolist(), postings, strict=True))
        self.there: defaultdict[int, list[int]] = defaultdict(list)
        for graduate, posting in self.now.items():
            self.there[posting].append(graduate)

    def change_of(self, graduate: int) -> Change | None:
        """Say what changed for a person; None if nothing did."""
        before, now = self.last.get(graduate), self.now.get(graduate)
        if before == now:
            return None
        if before is None:
            is_sure = self._sits_by_guarantee(graduate)
            reason = ChangeReason.GUARANTEED if is_sure else ChangeReason.TURN_CAME
            return Change(graduate, SeatChange.GAINED, reason, None, now)
        if now is not None and self._likes_better(graduate, before):
            reason = ChangeReason.LIKED_BETTER
            return Change(graduate, SeatChange.BETTER, reason, before, now)
        kind = SeatChange.LOST if now is None else SeatChange.MOVED
        instead = tuple(one for one in self.there[before] if self.last.get(one) != before)
        return Change(graduate, kind, self._why(graduate, before, instead), before, now, instead)

    def _why(self, graduate: int, before: int, instead: tuple[int, ...]) -> ChangeReason:
        """Say why a person sits no longer where it did."""
        if graduate not in self.row:
            return ChangeReason.LEFT
        if before not in self.offer or not self.market.seats[self.offer[before]].any():
            return ChangeReason.POSTING_GONE
        if self._edge(graduate, before) is None:
            return ChangeReason.NOT_ELIGIBLE
        if not instead:
            seats = int(self.market.seats[self.offer[before]].sum())
            is_full = len(self.there[before]) >= seats
            return ChangeReason.FEWER_SEATS if is_full else ChangeReason.KEPT_FOR_OTHERS
        if any(self._sits_by_guarantee(one) for one in instead):
            return ChangeReason.FOR_GUARANTEE
        is_most = self.result.rule is PlanRule.MOST
        return ChangeReason.MORE_SEATED if is_most else ChangeReason.OUTRANKED

    def _edge(self, graduate: int, posting: int) -> int | None:
        row = self.row[graduate]
        first, last = self.market.pointer[row], self.market.pointer[row + 1]
        there = np.flatnonzero(self.market.posting[first:last] == self.offer[posting])
        return int(first + there[0]) if len(there) else None

    def _likes_better(self, graduate: int, before: int) -> bool:
        """Whether a person sits where it would rather be than in the seat before, which still is to be had."""
        edge = self._edge(graduate, before) if before in self.offer else None
        return edge is not None and int(self.result.edge[self.row[graduate]]) < edge

    def _sits_by_guarantee(self, graduate: int) -> bool:
        row = self.row.get(graduate)
        return row is not None and self.result.seated_as[row] == SeatedAs.FALLBACK.code
