"""Plans of bare instances (裸实例的方案): what is written, and a market of the product written as an instance.

The hashes are SHA-256 over canonical JSON (names sorted, no blanks, UTF-8): of the instance as given, and of `seats`.
So anybody can make them again without this program.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.bare import BareInstance
from matcher.allocation.bare_problems import Id
from matcher.allocation.hall import HallSet
from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import HARDSHIP, ORDINARY, ZERO_EMPLOYMENT, PlanRules
from matcher.kinds.plans import SeatedAs

GROUP_NAMES = {ORDINARY: "ordinary", HARDSHIP: "hardship", ZERO_EMPLOYMENT: "zero_employment"}
"""How a plan calls the groups of seats."""


def bare_hash(value: object) -> str:
    """SHA-256 over canonical JSON."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def bare_plan(
    bare: BareInstance, result: PlanResult, sets: Sequence[HallSet], instance_hash: str
) -> dict[str, Any]:
    """Write a plan by the ids of its instance.

    Ids keep their type wherever JSON allows; as names of an object they are strings.
    """
    market = bare.market
    seats = {
        str(bare.graduates[row]): {
            "posting": bare.postings[market.posting[result.edge[row]]],
            "kind": list(SeatedAs)[result.seated_as[row]].value,
        }
        for row in np.flatnonzero(result.edge >= 0).tolist()
    }
    return {
        "rule": result.rule.value,
        "seats": seats,
        "uncovered": [bare.graduates[row] for row in result.uncovered.tolist()],
        "certificate": [_written_set(bare, one) for one in sets],
        "fallbacks": _written_fallbacks(bare, result),
        "placed": len(seats),
        "instance_hash": instance_hash,
        "result_hash": bare_hash(seats),
        "remarks": list(bare.remarks),
    }


def _written_set(bare: BareInstance, one: HallSet) -> dict[str, Any]:
    return {
        "people": [bare.graduates[row] for row in one.graduates.tolist()],
        "postings": [bare.postings[row] for row in one.postings.tolist()],
        "seats": one.seats,
        "short": one.short,
    }


def _written_fallbacks(bare: BareInstance, result: PlanResult) -> dict[str, dict[str, Any]]:
    """Say of which seat each guaranteed person was sure, so that anybody can replay the choice."""
    if result.fallback is None or result.fallback_group is None:
        return {}
    return {
        str(bare.graduates[row]): {
            "posting": bare.postings[bare.market.posting[result.fallback[row]]],
            "group": GROUP_NAMES[int(result.fallback_group[row])],
        }
        for row in np.flatnonzero(result.fallback >= 0).tolist()
    }


def bare_instance(market: Market, rules: PlanRules) -> dict[str, Any]:
    """Write a market as an instance that reads back as the same market but for its ids: the same plans."""
    graduate = market.graduate_of_edge()
    by_ordinary = _by_posting(market, market.ordinary_key)
    by_reserved = _by_posting(market, market.reserved_key)
    bounds = np.searchsorted(market.posting[by_ordinary], np.arange(market.n_postings + 1)).tolist()
    ids = market.graduates[graduate]
    order, reserved_order = ids[by_ordinary].tolist(), ids[by_reserved].tolist()
    points = market.fit[by_ordinary].tolist()
    seats = market.seats.tolist()
    postings: list[dict[str, Any]] = []
    for row, posting in enumerate(market.postings.tolist()):
        listed = slice(bounds[row], bounds[row + 1])
        ordinary, hardship, zero = seats[row]
        written = {
            "id": posting,
            "seats": ordinary + hardship + zero,
            "reserved": hardship + zero,
            "zero_employment": zero,
            "order": order[listed],
            "fit_points": points[listed],
        }
        if hardship + zero:
            written["reserved_order"] = reserved_order[listed]
        postings.append(written)
    return {
        "postings": postings,
        "graduates": _written_graduates(market),
        "guarantee_class": rules.guarantee_class,
        "mode": rules.reserves.value,
        "unfilled": rules.unfilled.value,
    }


def _by_posting(market: Market, key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Edges by posting, the best of each first."""
    return np.lexsort((-key, market.posting))


def _written_graduates(market: Market) -> list[dict[str, Id | list[int]]]:
    wishes = market.postings[market.posting].tolist()
    points, bounds = market.wish.tolist(), market.pointer.tolist()
    ids, classes = market.graduates.tolist(), market.classes.tolist()
    lottery = market.lottery.tolist()
    return [
        {
            "id": ids[row],
            "class": classes[row],
            "lottery": lottery[row],
            "wishes": wishes[bounds[row] : bounds[row + 1]],
            "wish_points": points[bounds[row] : bounds[row + 1]],
        }
        for row in range(market.n_graduates)
    ]
