"""What one change gives (改变一项能多安置几人): exact, without solving the plan anew.

Only people without a seat are tried again, in the graph with the change and with everybody else where coverage put
them. Sets that can be seated at once are a matroid, so one try each leads to the same numbers by class as covering
everybody anew: changes help as far as they reach somebody left over, be it through people who move.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.coverage import Coverage, Links, covered
from matcher.allocation.market import Market
from matcher.allocation.rules import PlanRules


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What a change gives.

    Parameters
    ----------
    by_class : int64[6], how many more guaranteed people of each class have a seat; a lower class may lose some to a
        higher one
    seated : int64[], rows of those who have one now and had none, ascending
    by_link : int64[], rows of those who sit at a further pair; without the other further pairs the gain is the same
    """

    by_class: NDArray[np.int64]
    seated: NDArray[np.int64]
    by_link: NDArray[np.int64]

    @property
    def total(self) -> int:
        """How many more guaranteed people have a seat."""
        return int(self.by_class.sum())


def gain(
    market: Market,
    rules: PlanRules,
    extra_edges: Links,
    *,
    extra_seats: NDArray[np.int32] | None = None,
    standing: Coverage | None = None,
) -> Gain:
    """Compute what further pairs, and further seats at the postings of the market, would give.

    Parameters
    ----------
    extra_edges : pairs a change makes eligible; those that are so anyway do no harm
    extra_seats : int32[P, 3], seats more by group
    standing : `covered(market, rules)`, to be made once for many changes; it stays as it is
    """
    before = covered(market, rules) if standing is None else standing
    after = before.with_changes(extra_edges, extra_seats)
    by_class = after.seat_rest()
    is_new = (before.seated.edge < 0) & (after.seated.edge >= 0)
    is_linked = after.seated.edge >= market.n_edges
    return Gain(by_class, np.flatnonzero(is_new), np.flatnonzero(is_linked))
