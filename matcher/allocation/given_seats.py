"""Seats given by somebody else (已定席位): who takes which group of seats where the posting of each is settled."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import accepted
from matcher.allocation.market import Market
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import ReserveOrder


def groups_taken(market: Market, rules: PlanRules, edge: NDArray[np.int64]) -> NDArray[np.int8]:
    """Say which group of seats each person takes at the posting it was given; -1 for those who find none open.

    The postings choose among those given to them, by the published order. Where unfilled reserves are held, the
    groups kept for the fewest choose first, whatever the order: then whoever can have a seat beside the others does.

    Parameters
    ----------
    edge : by graduate, the edge given, or -1
    """
    is_given = edge >= 0
    chosen = edge[is_given]
    alone = replace(
        market,
        pointer=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(is_given)]),
        posting=market.posting[chosen],
        wish=market.wish[chosen],
        fit=market.fit[chosen],
        place=market.place[chosen],
        ordinary_key=market.ordinary_key[chosen],
        reserved_key=market.reserved_key[chosen],
    )
    order = rules.reserves if rules.releases else ReserveOrder.MINIMUM_GUARANTEE
    return accepted(alone, replace(rules, reserves=order)).group
