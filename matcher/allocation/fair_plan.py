"""The fair plan (公平方案): everybody guaranteed who can be seated is, and nobody else is passed over.

1. Deferred acceptance by the published choice of the postings.
2. Coverage of the guaranteed classes (`coverage`): each keeps the seat of 1 if it can, the others are found one, and
   nobody is moved for nothing (`circles`).
3. Deferred acceptance once more, in which whoever was covered goes first at the posting and in the group of the seat
   found, its fallback (Pereyra, Games Econ. Behav. 2013: tenured teachers).

Why everybody covered ends at the fallback or better: in step 3 a group takes the holders of its own fallback seats
before everybody else, even those of a class it is not kept for, and there are no more of them than seats in it
(coverage counts seats by group). So however a posting has chosen so far, a holder who asks is taken: by an earlier
group in its own order, or by the group of the fallback. Who is never refused at a posting never proposes to one it
likes less. The choice is still a sequence of orders, one a group, so step 3 keeps what deferred acceptance promises:
no two would rather have each other by the published choice.

Why nobody uncovered could have been covered, nor is seated by chance: all seats open to those left over, and to who
sits there, are fallback seats of theirs (Hall set, `hall`); their holders stay among them or move inside.

Why step 1 comes first: coverage on an empty market would hand every guaranteed person nearly its first choice. As it
is, only who needs the guarantee uses it. The price: plain deferred acceptance rewards no false wishes, but the
fallback follows from step 1, so somebody guaranteed might in theory profit from wishes that are not the own ones.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import Accepted, Fallback, accepted
from matcher.allocation.circles import without_circles
from matcher.allocation.coverage import covered
from matcher.allocation.market import Market
from matcher.allocation.plan_result import NOBODY, PlanResult
from matcher.allocation.rules import LEAST_CLASS, ORDINARY, PlanRules
from matcher.kinds.plans import PlanRule, SeatedAs


def fair_plan(market: Market, rules: PlanRules) -> PlanResult:
    """Solve a market fairly; O(E log s) for E edges and s seats at the largest posting, plus the coverage."""
    first = accepted(market, rules)
    if not rules.guaranteed(market.classes).any():
        return _result(market, rules, first, first, None)
    fallback = without_circles(market, first, covered(market, rules, first).fallback())
    return _result(market, rules, accepted(market, rules, fallback), first, fallback)


def _result(
    market: Market,
    rules: PlanRules,
    last: Accepted,
    first: Accepted,
    fallback: Fallback | None,
) -> PlanResult:
    kinds = seated_as(market, last.edge, last.group)
    if fallback is not None:
        sits_there = (last.edge >= 0) & (last.edge == fallback.edge) & (last.edge != first.edge)
        kinds[sits_there] = SeatedAs.FALLBACK.code
    left_over = rules.guaranteed(market.classes) & (last.edge < 0)
    return PlanResult(
        rule=PlanRule.FAIR,
        edge=last.edge,
        seated_as=kinds,
        group=last.group,
        first=first.edge,
        fallback=None if fallback is None else fallback.edge,
        fallback_group=None if fallback is None else fallback.group,
        uncovered=np.flatnonzero(left_over).astype(np.int64),
    )


def seated_as(market: Market, edge: NDArray[np.int64], group: NDArray[np.int8]) -> NDArray[np.int8]:
    """Kind of each seat by its group, fallback seats not told apart: who sits in a group not kept for it sits in a
    released seat."""
    kinds = np.full(len(edge), NOBODY, dtype=np.int8)
    seated = edge >= 0
    kept_for = np.asarray(LEAST_CLASS)[group[seated]]
    is_own = market.classes[seated] >= kept_for
    own = np.where(group[seated] == ORDINARY, SeatedAs.OPEN.code, SeatedAs.RESERVED.code)
    kinds[seated] = np.where(is_own, own, SeatedAs.RELEASED.code)
    return kinds
