"""Touched lists (受影响名单): in whose lists a changed row stands, or would stand.

A list is touched if the row's key in it reaches the last key of the list. Most pairs cannot whatever their texts say,
so few texts are compared.
"""

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.blocks import new_block
from matcher.ranking.kernels.points import Points
from matcher.ranking.kernels.query import Query, Texts, new_query, open_text
from matcher.ranking.kernels.records import Records
from matcher.ranking.kernels.shortlist import (
    Found,
    Order,
    key_of,
    level_of,
    new_floor,
    new_found,
)
from matcher.ranking.kernels.text import text_points
from matcher.ranking.kernels.walk_graduates import ByLeaf, Offers, meet_postings
from matcher.ranking.kernels.walk_postings import Accepted, Cells, meet_graduates

_START = 1_024


@compiled
def touch_postings(
    graduate: Records,
    own_texts: Texts,
    offers: Offers,
    by_leaf: ByLeaf,
    texts: Texts,
    n_codes: Number,
    n_terms: Number,
    points: Points,
    order: Order,
    last: Array,
) -> tuple[Array, Array, Array]:
    """Rows of the postings whose lists the one graduate reaches, its keys there, and rows of all eligible ones.

    Parameters
    ----------
    order : of the postings' lists, its first rank being the graduate's
    last : last key of every posting's list
    """
    query, found = new_query(n_codes, n_terms), new_found(_START)
    term, weight = own_texts.term[graduate[0].row], own_texts.weight[graduate[0].row]
    open_text(query, term, weight, texts.longest, points.text)
    found, n, _ = meet_postings(graduate[0], offers, by_leaf, query, points, order, found)
    return key_reached(found, n, query, texts, order, points.text, graduate[0].lottery, last)


@compiled
def touch_graduates(
    posting: Records,
    own_texts: Texts,
    cells: Cells,
    accepted: Accepted,
    texts: Texts,
    n_codes: Number,
    n_terms: Number,
    points: Points,
    order: Order,
    last: Array,
) -> tuple[Array, Array, Array]:
    """Rows of the graduates whose lists the one posting reaches, its keys there, and rows of all eligible ones."""
    query, found = new_query(n_codes, n_terms), new_found(_START)
    runs = np.empty((cells.n_leaves + 1, 2), dtype=np.int64)
    term, weight = own_texts.term[posting[0].row], own_texts.weight[posting[0].row]
    open_text(query, term, weight, texts.longest, points.text)
    found, met = meet_graduates(
        posting[0], cells, accepted, query, runs, points, order, new_floor(0), new_block(), found
    )
    return key_reached(
        found, met.tally.noted, query, texts, order, points.text, posting[0].lottery, last
    )


@compiled
def key_reached(
    found: Found,
    n: Number,
    query: Query,
    texts: Texts,
    order: Order,
    most: Number,
    lottery: Number,
    last: Array,
) -> tuple[Array, Array, Array]:
    """Rows and keys of those of n pairs whose list is reached, rows of all; `lottery` is the changed row's."""
    rows, keys = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    reached = 0
    for at in range(n):
        row, fit = found.row[at], found.fit[at]
        if found.upper[at] < level_of(last[row]):
            continue
        gained = text_points(query.dense, texts.term, texts.weight, row, most)
        key = key_of(found.without_fit[at] + order.by_fit[fit + gained], lottery)
        if key >= last[row]:
            rows[reached], keys[reached] = row, key
            reached += 1
    return rows[:reached], keys[:reached], found.row[:n]
