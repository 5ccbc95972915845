"""The short list (候选): eligible pairs of one row, then the best of them.

A pair's level (档) is what decides before the lottery: `certain << ORDER_BITS | order`. Its upper bound is the level
with the most text points it can have. Texts are compared in the order of upper bounds, highest first, and no longer
than a bound can still reach the worst level on the full list. Bounds that equal it are compared: the lottery decides.
"""

from typing import NamedTuple

import numpy as np

from matcher.compiling import Array, Number, Truth, compiled
from matcher.ranking.kernels.heap import push, sort_best_first
from matcher.ranking.kernels.query import Query, Texts
from matcher.ranking.kernels.text import text_points
from matcher.ranking.lottery import LAST
from matcher.ranking.order import CONFIRMED_BIT, ORDER_BITS, ORDER_SHIFT

_BUCKETS = 4096
_ORDER_MASK = (1 << ORDER_BITS) - 1


class Order(NamedTuple):
    """`OrderRule.tables`: a level is the sum of what fit and rank give."""

    by_fit: Array
    by_rank: Array


class Found(NamedTuple):
    """Eligible pairs of one row, found so far.

    Parameters
    ----------
    row : of the partner
    fit : points without text
    without_fit : what rank and certainty give to the level
    upper : upper bound of the level
    turn : numbers of the pairs in the order in which texts are compared
    """

    row: Array
    fit: Array
    without_fit: Array
    upper: Array
    turn: Array


@compiled
def new_found(room: Number) -> Found:
    """Make room for pairs."""
    return Found(
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
    )


@compiled
def grown(found: Found, n: Number, more: Number) -> Found:
    """Move n pairs to where there is room for as many more, and again as many."""
    larger = new_found(2 * (n + more))
    larger.row[:n] = found.row[:n]
    larger.fit[:n] = found.fit[:n]
    larger.without_fit[:n] = found.without_fit[:n]
    larger.upper[:n] = found.upper[:n]
    return larger


@compiled
def note_pair(
    found: Found,
    n: Number,
    row: Number,
    fit: Number,
    cap: Number,
    rank: Number,
    certain: Truth,
    order: Order,
) -> None:
    """Note an eligible pair at place n."""
    without_fit = (certain << ORDER_BITS) + order.by_rank[rank]
    found.row[n] = row
    found.fit[n] = fit
    found.without_fit[n] = without_fit
    found.upper[n] = without_fit + order.by_fit[fit + cap]


@compiled
def pick_best(
    found: Found,
    n: Number,
    query: Query,
    texts: Texts,
    order: Order,
    most: Number,
    buckets: Array,
    keys: Array,
    rows: Array,
) -> tuple[Number, Number]:
    """Fill keys and rows with the best of n pairs, best first; return how many, and how many texts were compared."""
    width = sort_by_upper(found, n, len(keys), buckets)
    filled, compared, worst = 0, 0, -1
    for turn in range(n):
        at = found.turn[turn]
        upper = found.upper[at]
        if upper < worst:
            if upper + width <= worst:
                break
            continue
        fit, row = found.fit[at], found.row[at]
        level = found.without_fit[at] + order.by_fit[fit]
        if upper > level:
            compared += 1
            gained = text_points(query.dense, texts.term, texts.weight, row, most)
            level = found.without_fit[at] + order.by_fit[fit + gained]
        if level >= worst:
            filled = push(keys, rows, filled, key_of(level, texts.lottery[row]), row)
            if filled == len(keys):
                worst = level_of(keys[0])
    sort_best_first(keys, rows, filled)
    return filled, compared


@compiled
def sort_by_upper(found: Found, n: Number, length: Number, buckets: Array) -> Number:
    """Write the turns, highest bound first but for differences below the returned width (counting sort)."""
    if n <= length:
        for at in range(n):
            found.turn[at] = at
        return 1
    lowest, highest = found.upper[0], found.upper[0]
    for at in range(n):
        lowest, highest = min(lowest, found.upper[at]), max(highest, found.upper[at])
    shift = 0
    while (highest - lowest) >> shift >= min(n, _BUCKETS):
        shift += 1
    last = (highest - lowest) >> shift
    buckets[: last + 1] = 0
    for at in range(n):
        buckets[(found.upper[at] - lowest) >> shift] += 1
    start = 0
    for bucket in range(last, -1, -1):
        inside = buckets[bucket]
        buckets[bucket] = start
        start += inside
    for at in range(n):
        bucket = (found.upper[at] - lowest) >> shift
        found.turn[buckets[bucket]] = at
        buckets[bucket] += 1
    return 1 << shift


@compiled
def new_buckets() -> Array:
    """Make room for `sort_by_upper`."""
    return np.zeros(_BUCKETS, dtype=np.int64)


@compiled
def key_everyone(
    found: Found, n: Number, query: Query, texts: Texts, order: Order, most: Number
) -> tuple[Array, Array]:
    """Rows and keys of all n pairs, in no order."""
    rows, keys = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for at in range(n):
        row, fit = found.row[at], found.fit[at]
        gained = text_points(query.dense, texts.term, texts.weight, row, most)
        rows[at] = row
        level = found.without_fit[at] + order.by_fit[fit + gained]
        keys[at] = key_of(level, texts.lottery[row])
    return rows, keys


@compiled
def key_of(level: Number, lottery: Number) -> Number:
    """Key of an entry, as `OrderRule.keys` packs it."""
    wide = np.int64(level)
    certain, order = wide >> ORDER_BITS, wide & _ORDER_MASK
    return certain << CONFIRMED_BIT | order << ORDER_SHIFT | (LAST - np.int64(lottery))


@compiled
def level_of(key: Number) -> Number:
    """Level in a key."""
    return (key >> CONFIRMED_BIT << ORDER_BITS) | (key >> ORDER_SHIFT & _ORDER_MASK)
