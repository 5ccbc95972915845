"""A solved plan as rows (逐人席位): who sits where, by which key, at which cut-off; who has none."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.reasons import Reasons
from matcher.allocation.rules import LEAST_CLASS, ORDINARY
from matcher.kinds.plans import PinKind, SeatedAs
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.live_seats import CLASSES

Ints = NDArray[np.int64]

_KINDS = tuple(SeatedAs)


def own_keys(market: Market, result: PlanResult, seated: Ints) -> Ints:
    """Return the keys the groups chose some seated people by: kept seats by one order, all others by another."""
    edge, group = result.edge[seated], result.group[seated]
    least = np.asarray(LEAST_CLASS)[group]
    is_kept = (group != ORDINARY) & (market.classes[seated] >= least)
    keys: Ints = np.where(is_kept, market.reserved_key[edge], market.ordinary_key[edge])
    return keys


def moved_from(market: Market, result: PlanResult, seated: Ints) -> Ints:
    """Return by seated person the posting given up for somebody guaranteed a seat, -1 if none was."""
    if result.first is None:
        return np.full(len(seated), -1, dtype=np.int64)
    first, edge = result.first[seated], result.edge[seated]
    # Edges of a person stand best wish first: a lower number is a better liked posting.
    gave_way = (first >= 0) & (first < edge)
    found: Ints = np.where(gave_way, market.postings[market.posting[np.maximum(first, 0)]], -1)
    return found


def seat_rows(given: PlanInput, result: PlanResult) -> Iterator[dict[str, Any]]:
    """Yield one row of `PlanSeat` a seated person, by graduate id."""
    market = given.market
    seated = np.flatnonzero(result.edge >= 0)
    edge = result.edge[seated]
    pinned = {(pin.graduate, pin.posting) for pin in given.pins if pin.kind is PinKind.PIN}
    pinned_people = [person for person, _ in pinned]
    reasons = Reasons(market, given.parameters.rules, result, pinned=pinned_people)
    cutoff, is_full = reasons.cutoffs(seated)
    columns = (
        market.graduates[seated],
        market.postings[market.posting[edge]],
        result.group[seated],
        result.seated_as[seated],
        market.place[edge],
        market.fit[edge],
        own_keys(market, result, seated),
        cutoff,
        is_full,
        moved_from(market, result, seated),
    )
    lists = [column.tolist() for column in columns]
    for person, posting, group, kind, place, fit, key, line, full, before in zip(
        *lists, strict=True
    ):
        yield {
            "graduate_id": person,
            "posting_id": posting,
            "seat_group": CLASSES[group],
            "kind": _KINDS[kind],
            "wish_rank": place,
            "fit": fit,
            "own_key": key,
            "cutoff_key": None if line < 0 else line,
            "is_full": full,
            "moved_from_id": None if before < 0 else before,
            "is_pinned": (person, posting) in pinned,
        }
