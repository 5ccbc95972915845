"""Made-up markets of a plan, drawn from a seed."""

import itertools

import numpy as np

from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import ReserveOrder, UnfilledReserve

FOUR_RULES = tuple(
    PlanRules(reserves=reserves, unfilled=unfilled)
    for reserves, unfilled in itertools.product(ReserveOrder, UnfilledReserve)
)


def drawn_market(
    seed: int, *, people: int = 24, offers: int = 9, most_seats: int = 3, points: int = 6
) -> Market:
    """Draw a market of at most so many people and postings; few points make many ties."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, people + 1)), int(rng.integers(1, offers + 1))
    graduate, posting = np.nonzero(rng.random((n, m)) < rng.uniform(0.1, 0.7))
    lottery = rng.permutation(n)
    classes = rng.choice(6, n, p=[0.4, 0.15, 0.1, 0.1, 0.1, 0.15])
    rows = len(graduate)
    fit = rng.integers(0, points, rows)
    key = (fit * 6 + classes[graduate]) << 32 | (n - lottery[graduate])
    reserved_key = (classes[graduate] * points + fit) << 32 | (n - lottery[graduate])
    return market_of(
        graduates=np.sort(rng.choice(np.arange(1, 10 * n + 1), n, replace=False)),
        postings=np.sort(rng.choice(np.arange(1, 10 * m + 1), m, replace=False)),
        classes=classes,
        lottery=lottery,
        seats=rng.integers(0, most_seats, (m, 3)) * (rng.random((m, 3)) < (0.9, 0.5, 0.4)),
        edges=Edges(graduate, posting, rng.integers(0, points, rows), fit, key, reserved_key),
        posting_lottery=rng.permutation(m),
    )
