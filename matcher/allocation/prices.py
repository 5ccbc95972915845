"""What a plan costs (方案代价), by class: who sits, how well, and how many pairs would rather have each other.

Both plans of a market are measured with the same figures, so the price of the one is what the other has more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Market
from matcher.allocation.objections import objections
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds.plans import PlanRule


@dataclass(frozen=True, slots=True)
class Price:
    """Figures of some people.

    Parameters
    ----------
    people, seated : how many there are, and how many have a seat
    fit_sum : points of fit of all who sit, added up
    place_sum : place of the seat in its graduate's wishes (1 is the first), added up
    first_wishes : how many sit where they would like best
    objecting_pairs : pairs of theirs that would rather have each other under plain priorities
    objectors : how many of the people are in such a pair
    published_pairs, published_objectors : the same by the published choice: nobody objects to reserves and fallbacks
    """

    people: int = 0
    seated: int = 0
    fit_sum: int = 0
    place_sum: int = 0
    first_wishes: int = 0
    objecting_pairs: int = 0
    objectors: int = 0
    published_pairs: int = 0
    published_objectors: int = 0

    @property
    def mean_fit(self) -> float | None:
        """Mean fit of those who sit; None if nobody does."""
        return self._each(self.fit_sum)

    @property
    def mean_place(self) -> float | None:
        """Mean place of the seat in the wishes of those who sit; None if nobody does."""
        return self._each(self.place_sum)

    @property
    def first_wish_share(self) -> float | None:
        """Share of those who sit where they would like best; None if nobody sits."""
        return self._each(self.first_wishes)

    def _each(self, total: int) -> float | None:
        return total / self.seated if self.seated else None


@dataclass(frozen=True, slots=True)
class Prices:
    """Figures of a plan: of everybody, and by class from 0 to 5."""

    rule: PlanRule
    total: Price
    by_class: tuple[Price, ...]


def prices(market: Market, rules: PlanRules, result: PlanResult) -> Prices:
    """Measure a plan."""
    found = objections(market, rules, result)
    columns = _columns(
        market,
        result.edge,
        _by_graduate(market, found.plain),
        _by_graduate(market, found.published),
    )
    total = Price(*(int(column.sum()) for column in columns))
    by_class = [
        np.bincount(market.classes, weights=column, minlength=HIGHEST_CLASS + 1)
        for column in columns
    ]
    rows = np.rint(np.stack(by_class)).astype(np.int64).T
    return Prices(result.rule, total, tuple(Price(*map(int, row)) for row in rows))


def _columns(
    market: Market, edge: NDArray[np.int64], plain: NDArray[np.int64], published: NDArray[np.int64]
) -> tuple[NDArray[np.int64], ...]:
    """By graduate, what it adds to each figure of `Price`, in their order."""
    seated = edge >= 0
    place = np.zeros(len(edge), dtype=np.int64)
    fit = np.zeros(len(edge), dtype=np.int64)
    fit[seated], place[seated] = market.fit[edge[seated]], market.place[edge[seated]]
    return (
        np.ones(len(edge), dtype=np.int64),
        seated.astype(np.int64),
        fit,
        place,
        (place == 1).astype(np.int64),
        plain,
        (plain > 0).astype(np.int64),
        published,
        (published > 0).astype(np.int64),
    )


def _by_graduate(market: Market, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count edges by graduate."""
    rows = np.searchsorted(market.pointer, edges, side="right") - 1
    return np.bincount(rows, minlength=market.n_graduates).astype(np.int64)
