"""Who gave way (让位): seats the first acceptance gave, before anybody was guaranteed one, and what became of them."""

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.kinds.plans import SeatedAs


class WhoMoved:
    """People of a plan by the seat they had at first; nobody gave way where nobody is guaranteed anything."""

    def __init__(self, market: Market, result: PlanResult, is_pinned: NDArray[np.bool_]) -> None:
        """Note by graduate the edge given up: of who would rather still be there, -1 for all others."""
        self.market, self.result = market, result
        self.sits_at = result.posting_row(market)
        nothing = np.full(market.n_graduates, -1, dtype=np.int64)
        first = nothing if result.first is None else result.first
        has_left = (first >= 0) & ((result.edge < 0) | (first < result.edge)) & ~is_pinned
        self.given_up = np.where(has_left, first, nothing)

    def gave_up(self, row: int) -> int | None:
        """Return the row of the posting a person gave up; None if it gave up none."""
        edge = int(self.given_up[row])
        return None if edge < 0 else int(self.market.posting[edge])

    def came(self, posting: int) -> tuple[int, ...]:
        """Return the graduates on fallback seats of a posting, who did not sit there at first."""
        by_guarantee = self.result.seated_as == SeatedAs.FALLBACK.code
        return self._ids(np.flatnonzero((self.sits_at == posting) & by_guarantee))

    def left(self, posting: int) -> tuple[tuple[int, int | None], ...]:
        """Return who gave up a posting, and the posting each sits at now; None for no seat."""
        rows = np.flatnonzero(self.given_up >= 0)
        rows = rows[self.market.posting[self.given_up[rows]] == posting]
        now = self.sits_at[rows].tolist()
        offers = [int(self.market.postings[one]) if one >= 0 else None for one in now]
        return tuple(zip(self._ids(rows), offers, strict=True))

    def _ids(self, rows: NDArray[np.int64]) -> tuple[int, ...]:
        return tuple(self.market.graduates[rows].tolist())
