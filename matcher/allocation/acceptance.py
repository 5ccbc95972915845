"""Deferred acceptance (延迟接受) on a market: who is held by whom once nobody is refused any more."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.kernels.acceptance import accept, write_groups
from matcher.allocation.kernels.seating import RELEASED, Choice, Pairs, People, new_held
from matcher.allocation.market import Market
from matcher.allocation.plan_result import NOBODY
from matcher.allocation.rules import HARDSHIP, ORDINARY, ZERO_EMPLOYMENT, PlanRules
from matcher.compiling import frozen
from matcher.kinds.plans import ReserveOrder

_TURNS: Final = {
    ReserveOrder.MINIMUM_GUARANTEE: (ZERO_EMPLOYMENT, HARDSHIP, ORDINARY, RELEASED),
    ReserveOrder.OVER_AND_ABOVE: (ORDINARY, HARDSHIP, ZERO_EMPLOYMENT, RELEASED),
}
"""By published order, the groups of a posting as they choose: whom a later one is kept for gains by it."""


@dataclass(frozen=True, slots=True, eq=False)
class Fallback:
    """Seats people are sure of (保底席位): by graduate the edge and the group, or -1."""

    edge: NDArray[np.int64]
    group: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """Outcome: by graduate the edge and the group of the seat, or -1; how many proposals it took."""

    edge: NDArray[np.int64]
    group: NDArray[np.int8]
    proposals: int


def accepted(market: Market, rules: PlanRules, fallback: Fallback | None = None) -> Accepted:
    """Let graduates propose and postings choose by the published rules.

    Who is sure of a seat goes first in that group of that posting, and is never refused there: the seats people are
    sure of are no more than the group has. So everybody sure of a seat ends in it or in one they like better.
    """
    people = people_of(market, market.pointer[:-1] - 1, fallback)
    choice, held = choice_of(market, rules), new_held(market.seats)
    proposals = accept(pairs_of(market), people, choice, held)
    group = np.full(market.n_graduates, NOBODY, dtype=np.int8)
    write_groups(choice, held, group)
    return Accepted(people.edge, group, int(proposals))


def pairs_of(market: Market) -> Pairs:
    """Edges as the kernels take them."""
    return Pairs(
        frozen(market.pointer),
        frozen(market.posting),
        frozen(market.ordinary_key),
        frozen(market.reserved_key),
    )


def people_of(market: Market, edge: NDArray[np.int64], fallback: Fallback | None) -> People:
    """Graduates as the kernels take them; `edge` is written to."""
    nothing = np.full(market.n_graduates, NOBODY, dtype=np.int64)
    sure = Fallback(nothing, nothing.astype(np.int8)) if fallback is None else fallback
    return People(frozen(market.classes), edge, frozen(sure.edge), frozen(sure.group))


def choice_of(market: Market, rules: PlanRules) -> Choice:
    """Rules as the kernels take them."""
    turn = np.asarray(_TURNS[rules.reserves], dtype=np.int64)
    return Choice(frozen(turn), frozen(market.seats), rules.releases)
