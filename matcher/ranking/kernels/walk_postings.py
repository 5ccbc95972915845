"""From postings to graduates (岗位找人): every graduate whose place and major suit, each once.

Graduates stand in cells by (place, leaf major). A posting looks into three places, its city, its province and
"everywhere", and there into the runs of leaves its requirement accepts.
"""

from typing import Any, NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.places import REFUSED
from matcher.ranking.kernels.points import Points, best_major, is_confirmed, points_without_text
from matcher.ranking.kernels.query import Query, Texts, close_text, new_query, open_text
from matcher.ranking.kernels.records import (
    AGAIN_ANYWHERE,
    AGAIN_IN_PROVINCE,
    BY_SECOND,
    KNOWN,
    WHOLE,
    Record,
    Records,
)
from matcher.ranking.kernels.shortlist import (
    Found,
    Order,
    grown,
    key_everyone,
    new_buckets,
    new_found,
    note_pair,
    pick_best,
)
from matcher.ranking.kernels.text import shared_bits
from matcher.ranking.places import PROVINCE_STEP

EVERYWHERE = 0
"""Place of the graduates every posting finds."""

_MOST_RANGES = 3
_START = 1_024


class Cells(NamedTuple):
    """Graduates by place and leaf (`index.GraduateIndex`), and those that are in no cell.

    Parameters
    ----------
    places : keys of the places, ascending; a cell is `place number * n_leaves + leaf`
    pointer : where the entries of every cell start
    entries, signatures : graduates in the order of cells
    loose, loose_signatures : graduates who changed since, candidates of every query
    stale : rows whose entries say no longer what is so; empty if there are none
    """

    n_leaves: int
    places: Array
    pointer: Array
    entries: Array
    signatures: Array
    loose: Array
    loose_signatures: Array
    stale: Array


class Accepted(NamedTuple):
    """Accepted leaves of every requirement, ascending, with their codes."""

    pointer: Array
    leaf: Array
    code: Array


@compiled
def rank_postings(
    postings: Records,
    own_texts: Texts,
    cells: Cells,
    accepted: Accepted,
    texts: Texts,
    n_codes: Number,
    n_terms: Number,
    points: Points,
    order: Order,
    lists: Any,
) -> None:
    """Fill the lists of some postings."""
    query, found, buckets = new_query(n_codes, n_terms), new_found(_START), new_buckets()
    runs = np.empty((cells.n_leaves + 1, 2), dtype=np.int64)
    rows = np.empty(lists.keys.shape[1], dtype=np.int32)
    for number in range(len(postings)):
        posting = postings[number]
        term, weight = own_texts.term[posting.row], own_texts.weight[posting.row]
        open_text(query, term, weight, texts.longest, points.text)
        found, n, looked = meet_graduates(
            posting, cells, accepted, query, runs, points, order, found
        )
        filled, compared = pick_best(
            found, n, query, texts, order, points.text, buckets, lists.keys[number], rows
        )
        lists.rows[number, :filled] = rows[:filled]
        lists.counts[number], lists.eligible[number] = filled, n
        lists.looked[number], lists.compared[number] = looked, compared
        close_text(query, term)


@compiled
def score_posting(
    posting: Records,
    own_texts: Texts,
    cells: Cells,
    accepted: Accepted,
    texts: Texts,
    n_codes: Number,
    n_terms: Number,
    points: Points,
    order: Order,
) -> tuple[Array, Array]:
    """Rows and keys of all graduates eligible for the one posting given."""
    query, found = new_query(n_codes, n_terms), new_found(_START)
    runs = np.empty((cells.n_leaves + 1, 2), dtype=np.int64)
    term, weight = own_texts.term[posting[0].row], own_texts.weight[posting[0].row]
    open_text(query, term, weight, texts.longest, points.text)
    found, n, _ = meet_graduates(posting[0], cells, accepted, query, runs, points, order, found)
    return key_everyone(found, n, query, texts, order, points.text)


@compiled
def meet_graduates(
    posting: Record,
    cells: Cells,
    accepted: Accepted,
    query: Query,
    runs: Array,
    points: Points,
    order: Order,
    found: Found,
) -> tuple[Found, Number, Number]:
    """Find the eligible graduates; return them, how many, and how many were looked at."""
    n_runs = open_requirement(posting.requirement, accepted, cells.n_leaves, query.codes, runs)
    ranges = np.empty((_MOST_RANGES, 2), dtype=np.int64)
    n_ranges, skip = place_ranges(posting, cells.places, ranges)
    n, looked = 0, 0
    for number in range(n_ranges):
        for place in range(ranges[number, 0], ranges[number, 1]):
            base = place * cells.n_leaves
            for run in range(n_runs):
                start = cells.pointer[base + runs[run, 0]]
                stop = cells.pointer[base + runs[run, 1]]
                if n + stop - start > len(found.row):
                    found = grown(found, n, stop - start)
                n = scan_graduates(
                    cells.entries, cells.signatures, start, stop, skip, cells.stale,
                    posting, query, points, order, found, n,
                )  # fmt: skip
                looked += stop - start
    n_loose = len(cells.loose)
    if n + n_loose > len(found.row):
        found = grown(found, n, n_loose)
    n = scan_graduates(
        cells.loose, cells.loose_signatures, 0, n_loose, 0, cells.stale[:0],
        posting, query, points, order, found, n,
    )  # fmt: skip
    close_requirement(posting.requirement, accepted, query.codes)
    return found, n, looked + n_loose


@compiled
def scan_graduates(
    entries: Records,
    signatures: Array,
    start: Number,
    stop: Number,
    skip: Number,
    stale: Array,
    posting: Record,
    query: Query,
    points: Points,
    order: Order,
    found: Found,
    n: Number,
) -> Number:
    """Look at some entries and note the eligible ones; return how many are noted."""
    for at in range(start, stop):
        graduate = entries[at]
        if graduate.marks & skip != 0 or (len(stale) > 0 and stale[graduate.row]):
            continue
        first = query.codes[graduate.leaf_1]
        if graduate.marks & BY_SECOND != 0 and first > 0:
            continue  # met through the first major
        code = best_major(first, query.codes[graduate.leaf_2], points)
        fit = points_without_text(graduate, posting, code, points)
        if fit == REFUSED:
            continue
        cap = query.caps[shared_bits(query.signature, signatures, at)]
        certain = is_confirmed(graduate, posting, code)
        note_pair(found, n, graduate.row, fit, cap, graduate.rank, certain, order)
        n += 1
    return n


@compiled
def open_requirement(
    requirement: Number, accepted: Accepted, n_leaves: Number, codes: Array, runs: Array
) -> Number:
    """Write the code of every accepted leaf and the runs of such leaves; return how many runs."""
    n_runs, last = 0, -2
    for at in range(accepted.pointer[requirement], accepted.pointer[requirement + 1]):
        leaf = accepted.leaf[at]
        codes[leaf] = accepted.code[at]
        if leaf >= n_leaves:
            continue  # of loose graduates alone
        if leaf != last + 1:
            runs[n_runs, 0] = leaf
            n_runs += 1
        runs[n_runs - 1, 1] = leaf + 1
        last = leaf
    return n_runs


@compiled
def close_requirement(requirement: Number, accepted: Accepted, codes: Array) -> None:
    """Make all codes zero again."""
    for at in range(accepted.pointer[requirement], accepted.pointer[requirement + 1]):
        codes[accepted.leaf[at]] = 0


@compiled
def place_ranges(posting: Record, places: Array, ranges: Array) -> tuple[Number, Number]:
    """Write the ranges of places to look into; return how many, and the marks of entries to pass over."""
    if posting.marks & KNOWN == 0:
        ranges[0, 0], ranges[0, 1] = 0, len(places)
        return 1, AGAIN_ANYWHERE
    of_province = np.int64(posting.province) * PROVINCE_STEP
    add_range(places, EVERYWHERE, EVERYWHERE + 1, ranges[0])
    if posting.marks & WHOLE != 0:
        add_range(places, of_province, of_province + PROVINCE_STEP, ranges[1])
        return 2, AGAIN_IN_PROVINCE
    add_range(places, of_province, of_province + 1, ranges[1])
    if posting.city == of_province:
        return 2, 0
    add_range(places, posting.city, posting.city + 1, ranges[2])
    return 3, 0


@compiled
def add_range(places: Array, low: Number, high: Number, place_range: Array) -> None:
    """Write where the keys from low to before high stand."""
    place_range[0] = np.searchsorted(places, low)
    place_range[1] = np.searchsorted(places, high)
