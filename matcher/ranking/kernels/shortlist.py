"""The short list (候选): eligible pairs of one row, then the best of them.

A pair's level (档) is what decides before the lottery: `certain << ORDER_BITS | order`. Its upper bound is the level
with the most text points it can have. Texts are compared in the order of upper bounds, highest first, and no longer
than a bound can still reach the worst level on the full list. Bounds that equal it are compared: the lottery decides.
"""

from typing import NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.heap import push, sort_best_first
from matcher.ranking.kernels.query import Query, Texts
from matcher.ranking.kernels.text import ask_ahead, text_points
from matcher.ranking.lottery import LAST
from matcher.ranking.order import CONFIRMED_BIT, ORDER_BITS, ORDER_SHIFT

_BUCKETS = 4096
_AHEAD = 8
"""Turns by which a text is asked for ahead of its comparison."""

_ORDER_MASK = (1 << ORDER_BITS) - 1
_CERTAIN = 1 << ORDER_BITS
"""Lowest level of a certain pair."""


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


class Floor(NamedTuple):
    """The best levels pairs are sure of without their texts: what lies below the worst of them is on no list.

    Parameters
    ----------
    levels : heap, the worst first; as many as the list is long, none where every pair is wanted
    rows : room the heap asks for
    """

    levels: Array
    rows: Array


class Tally(NamedTuple):
    """How many pairs are noted, how many hold up the floor, and the level a pair has to reach."""

    noted: int
    sure: int
    worst: int


class Met(NamedTuple):
    """What a walk met: the tally of what was noted, how many pairs are eligible and how many were looked at."""

    tally: Tally
    eligible: int
    looked: int


class Grid(NamedTuple):
    """Buckets of bounds, as wide as `1 << shift`: first those of pairs to be confirmed, then of certain ones."""

    low: int
    low_certain: int
    certain_from: int
    n_certain: int
    shift: int


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
def new_floor(length: Number) -> Floor:
    """Make room for the floor of a list."""
    return Floor(np.empty(length, dtype=np.int64), np.empty(length, dtype=np.int32))


@compiled
def nobody_met() -> Met:
    """Begin a walk."""
    return Met(Tally(0, 0, 0), 0, 0)


@compiled
def raise_floor(floor: Floor, tally: Tally, level: Number) -> Tally:
    """Count a pair that was noted and is sure of a level."""
    n, sure, worst = tally
    length = len(floor.levels)
    if length > 0 and (sure < length or level > worst):
        sure = push(floor.levels, floor.rows, sure, level, 0)
        worst = floor.levels[0] if sure == length else worst
    return Tally(n + 1, sure, worst)


@compiled
def keep_reaching(found: Found, n: Number, worst: Number) -> Number:
    """Close up the pairs whose bound reaches a level; return how many are left."""
    kept = 0
    for at in range(n):
        found.row[kept] = found.row[at]
        found.fit[kept] = found.fit[at]
        found.without_fit[kept] = found.without_fit[at]
        found.upper[kept] = found.upper[at]
        kept += found.upper[at] >= worst
    return kept


@compiled
def note_pair(
    found: Found, n: Number, row: Number, fit: Number, without_fit: Number, upper: Number
) -> None:
    """Note an eligible pair at place n."""
    found.row[n] = row
    found.fit[n] = fit
    found.without_fit[n] = without_fit
    found.upper[n] = upper


@compiled
def pick_best(
    found: Found,
    tally: Tally,
    query: Query,
    texts: Texts,
    order: Order,
    most: Number,
    buckets: Array,
    keys: Array,
    rows: Array,
) -> tuple[Number, Number]:
    """Fill keys and rows with the best of what was noted; return how many, and how many texts were compared."""
    worst = tally.worst
    n = keep_reaching(found, tally.noted, worst)
    width = sort_by_upper(found, n, len(keys), buckets)
    filled, compared = 0, 0
    for turn in range(n):
        ask_for_text(found, turn + _AHEAD, n, texts)
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
                worst = max(worst, level_of(keys[0]))
    sort_best_first(keys, rows, filled)
    return filled, compared


@compiled
def ask_for_text(found: Found, turn: Number, n: Number, texts: Texts) -> None:
    """Ask for the text of a later turn: it lies anywhere in memory and takes longer to come than to be compared."""
    if turn < n:
        row = found.row[found.turn[turn]]
        ask_ahead(texts.term, row)
        ask_ahead(texts.weight, row)


@compiled
def sort_by_upper(found: Found, n: Number, length: Number, buckets: Array) -> Number:
    """Write the turns, highest bound first but for differences below the returned width (counting sort)."""
    if n <= length:
        for at in range(n):
            found.turn[at] = at
        return 1
    grid = grid_of(found, n)
    buckets[: grid.certain_from + grid.n_certain] = 0
    for at in range(n):
        buckets[bucket_of(grid, found.upper[at])] += 1
    start = 0
    for bucket in range(grid.certain_from + grid.n_certain - 1, -1, -1):
        inside = buckets[bucket]
        buckets[bucket] = start
        start += inside
    for at in range(n):
        bucket = bucket_of(grid, found.upper[at])
        found.turn[buckets[bucket]] = at
        buckets[bucket] += 1
    return 1 << grid.shift


@compiled
def grid_of(found: Found, n: Number) -> Grid:
    """Choose buckets for n bounds; those of pairs to be confirmed lie far below, with nothing between."""
    low, high = _CERTAIN, -1
    low_certain, high_certain = 2 * _CERTAIN, _CERTAIN - 1
    for at in range(n):
        upper = found.upper[at]
        if upper >= _CERTAIN:
            low_certain, high_certain = min(low_certain, upper), max(high_certain, upper)
        else:
            low, high = min(low, upper), max(high, upper)
    spans = max(0, high + 1 - low), max(0, high_certain + 1 - low_certain)
    shift = 0
    while (spans[0] >> shift) + (spans[1] >> shift) > max(0, min(n, _BUCKETS) - 2):
        shift += 1
    return Grid(low, low_certain, (spans[0] >> shift) + 1, (spans[1] >> shift) + 1, shift)


@compiled
def bucket_of(grid: Grid, upper: Number) -> Number:
    """Number of the bucket of a bound; no bucket holds bounds of both kinds."""
    if upper >= _CERTAIN:
        return grid.certain_from + ((upper - grid.low_certain) >> grid.shift)
    return (upper - grid.low) >> grid.shift


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
