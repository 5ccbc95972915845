"""Objections (可提异议的组合): pairs of a graduate and a posting that would rather have each other than the plan.

Plain priorities (不计预留和保底): all seats are open to all in the order of ordinary seats. This is what reserves and
guarantees cost the others, and what a plan for most placements costs everybody. Published choice (按公布规则): with
reserves and fallback seats as published; a fair plan leaves no such pair.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.acceptance import Fallback, choice_of, pairs_of, people_of
from matcher.allocation.kernels.objections import mark_objecting
from matcher.allocation.kernels.seating import Choice, new_held
from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import N_GROUPS, ORDINARY, PlanRules
from matcher.compiling import frozen


@dataclass(frozen=True, slots=True, eq=False)
class Objections:
    """Edges of the pairs that would rather have each other, int64[], ascending."""

    plain: NDArray[np.int64]
    published: NDArray[np.int64]


def objections(market: Market, rules: PlanRules, result: PlanResult) -> Objections:
    """Find the pairs that object to a plan; nobody may object to a seat that is somebody's fallback."""
    published = choice_of(market, rules)
    together = np.zeros((market.n_postings, N_GROUPS), dtype=np.int32)
    together[:, ORDINARY] = market.seats.sum(axis=1)
    plain = published._replace(seats=frozen(together))
    return Objections(
        _objecting(market, result, plain, None),
        _objecting(market, result, published, _fallback_of(result)),
    )


def _objecting(
    market: Market, result: PlanResult, choice: Choice, fallback: Fallback | None
) -> NDArray[np.int64]:
    people = people_of(market, result.edge.copy(), fallback)
    marks = np.zeros(market.n_edges, dtype=np.bool_)
    mark_objecting(pairs_of(market), people, choice, new_held(choice.seats), marks)
    return np.flatnonzero(marks)


def _fallback_of(result: PlanResult) -> Fallback | None:
    if result.fallback is None or result.fallback_group is None:
        return None
    return Fallback(result.fallback, result.fallback_group)
