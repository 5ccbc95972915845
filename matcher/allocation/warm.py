"""Warming up (预热): the kernels of a plan are compiled, or read from where compiled code is kept, before they count.

Compiling takes about a quarter of a minute, once per version and user.
"""

import numpy as np

from matcher.allocation.coverage import Links
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.gains import gain
from matcher.allocation.hall import certificate
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.most_plan import most_plan
from matcher.allocation.objections import objections
from matcher.allocation.rules import PlanRules


def warm_plans() -> None:
    """Run every kernel on a market of three; cheap when everything is compiled already."""
    market, rules = tiny_market(), PlanRules()
    objections(market, rules, fair_plan(market, rules))
    most_plan(market, rules)
    certificate(market, rules)
    one = np.zeros(1, dtype=np.int64)
    gain(market, rules, Links(one + 1, one))


def tiny_market() -> Market:
    """Two who are guaranteed a seat and one who is not, for one seat."""
    rows = np.arange(3)
    return market_of(
        graduates=rows,
        postings=[0],
        classes=[5, 5, 0],
        lottery=rows,
        seats=[[0, 0, 1]],
        edges=Edges(rows, np.zeros(3), rows, rows, rows, rows),
    )
