"""Plans of bare instances (裸实例的方案): what is written, and a market of the product written as an instance.

The hashes are SHA-256 over canonical JSON (names sorted, no blanks, UTF-8): of the instance as given, of `seats`, and
of `pins` where there are any. So anybody can make them again without this program.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.bare import BareInstance
from matcher.allocation.bare_problems import Id
from matcher.allocation.hall import HallSet
from matcher.allocation.market import Market
from matcher.allocation.pins import Pin
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import HARDSHIP, ORDINARY, ZERO_EMPLOYMENT, PlanRules
from matcher.kinds.plans import SeatedAs

GROUP_NAMES = {ORDINARY: "ordinary", HARDSHIP: "hardship", ZERO_EMPLOYMENT: "zero_employment"}
"""How a plan calls the groups of seats."""


def bare_hash(value: object) -> str:
    """SHA-256 over canonical JSON."""
    return hashlib.sha256(_canonical(value)).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def bare_plan(
    bare: BareInstance, result: PlanResult, sets: Sequence[HallSet], instance_hash: str
) -> dict[str, Any]:
    """Write a plan by the ids of its instance.

    Ids keep their type wherever JSON allows; as names of an object they are strings.
    """
    seats = written_seats(bare, result)
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


def written_seats(bare: BareInstance, result: PlanResult) -> dict[str, dict[str, Id]]:
    """Say where everybody who has a seat sits, and in which kind of seat; what the result hash is of."""
    market = bare.market
    return {
        str(bare.graduates[row]): {
            "posting": bare.postings[market.posting[result.edge[row]]],
            "kind": list(SeatedAs)[result.seated_as[row]].value,
        }
        for row in np.flatnonzero(result.edge >= 0).tolist()
    }


def written_pins(pins: Iterable[Pin]) -> list[dict[str, Id]]:
    """Say which pairs were fixed or ruled out, by graduate and posting; what the hash of pins is of."""
    rows = sorted((pin.graduate, pin.posting, pin.kind.value) for pin in pins)
    return [{"graduate": one, "posting": other, "kind": kind} for one, other, kind in rows]


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
    return {
        "postings": list(_postings(market)),
        "graduates": list(_graduates(market)),
        **_written_rules(rules),
    }


def instance_hash(market: Market, rules: PlanRules) -> str:
    """`bare_hash` of the instance a market is written as, a record at a time: the whole takes gigabytes."""
    records = {"postings": _postings, "graduates": _graduates}
    digest = hashlib.sha256()
    written = _written_rules(rules)
    before = b"{"
    for name in sorted([*records, *written]):
        digest.update(before + _canonical(name) + b":")
        if name in records:
            _digest_list(digest.update, records[name](market))
        else:
            digest.update(_canonical(written[name]))
        before = b","
    digest.update(b"}")
    return digest.hexdigest()


def _digest_list(update: Callable[[bytes], object], records: Iterable[object]) -> None:
    before = b"["
    for record in records:
        update(before + _canonical(record))
        before = b","
    update(b"[]" if before == b"[" else b"]")


def _written_rules(rules: PlanRules) -> dict[str, Any]:
    return {
        "guarantee_class": rules.guarantee_class,
        "mode": rules.reserves.value,
        "unfilled": rules.unfilled.value,
    }


def _postings(market: Market) -> Iterator[dict[str, Any]]:
    ids = market.graduates[market.graduate_of_edge()]
    by_ordinary = _by_posting(market, market.ordinary_key)
    by_reserved = _by_posting(market, market.reserved_key)
    bounds = np.searchsorted(market.posting[by_ordinary], np.arange(market.n_postings + 1))
    for row, posting in enumerate(market.postings.tolist()):
        listed = by_ordinary[bounds[row] : bounds[row + 1]]
        ordinary, hardship, zero = market.seats[row].tolist()
        written = {
            "id": posting,
            "seats": ordinary + hardship + zero,
            "reserved": hardship + zero,
            "zero_employment": zero,
            "order": ids[listed].tolist(),
            "fit_points": market.fit[listed].tolist(),
        }
        if hardship + zero:
            written["reserved_order"] = ids[by_reserved[bounds[row] : bounds[row + 1]]].tolist()
        yield written


def _by_posting(market: Market, key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Edges by posting, the best of each first."""
    return np.lexsort((-key, market.posting))


def _graduates(market: Market) -> Iterator[dict[str, Id | list[int]]]:
    bounds = market.pointer.tolist()
    classes, lottery = market.classes.tolist(), market.lottery.tolist()
    for row, graduate in enumerate(market.graduates.tolist()):
        listed = slice(bounds[row], bounds[row + 1])
        yield {
            "id": graduate,
            "class": classes[row],
            "lottery": lottery[row],
            "wishes": market.postings[market.posting[listed]].tolist(),
            "wish_points": market.wish[listed].tolist(),
        }
