"""From postings to graduates (岗位找人): every graduate whose place and major suit, each once.

Graduates stand in cells by (place, leaf major). A posting looks into three places, its city, its province and
"everywhere", and there into the runs of leaves its requirement accepts.
"""

from typing import Any, NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.blocks import (
    SIZE,
    Block,
    add_occupations,
    add_terms,
    cut,
    new_block,
    pass_over,
    write_codes,
    write_places,
    write_text_caps,
    write_uppers,
)
from matcher.ranking.kernels.columns import ROW, Graduates, Offer, offer_of
from matcher.ranking.kernels.points import Points
from matcher.ranking.kernels.query import Query, Texts, close_text, new_query, open_text
from matcher.ranking.kernels.records import (
    AGAIN_ANYWHERE,
    AGAIN_IN_PROVINCE,
    KNOWN,
    WHOLE,
    Record,
    Records,
)
from matcher.ranking.kernels.shortlist import (
    Floor,
    Found,
    Met,
    Order,
    Tally,
    grown,
    key_everyone,
    new_buckets,
    new_floor,
    new_found,
    nobody_met,
    note_pair,
    pick_best,
    raise_floor,
)
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
    entries : graduates in the order of cells
    loose : graduates who changed since, candidates of every query
    stale : rows whose entries say no longer what is so; empty if there are none
    """

    n_leaves: int
    places: Array
    pointer: Array
    entries: Graduates
    loose: Graduates
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
    length, block = lists.keys.shape[1], new_block()
    rows, floor = np.empty(length, dtype=np.int32), new_floor(length)
    for number in range(len(postings)):
        posting = postings[number]
        term, weight = own_texts.term[posting.row], own_texts.weight[posting.row]
        open_text(query, term, weight, texts.longest, points.text)
        found, met = meet_graduates(
            posting, cells, accepted, query, runs, points, order, floor, block, found
        )
        filled, compared = pick_best(
            found, met.tally, query, texts, order, points.text, buckets, lists.keys[number], rows
        )
        lists.rows[number, :filled] = rows[:filled]
        lists.counts[number], lists.eligible[number] = filled, met.eligible
        lists.looked[number], lists.compared[number] = met.looked, compared
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
    found, met = meet_graduates(
        posting[0], cells, accepted, query, runs, points, order, new_floor(0), new_block(), found
    )
    return key_everyone(found, met.tally.noted, query, texts, order, points.text)


@compiled
def meet_graduates(
    posting: Record,
    cells: Cells,
    accepted: Accepted,
    query: Query,
    runs: Array,
    points: Points,
    order: Order,
    floor: Floor,
    block: Block,
    found: Found,
) -> tuple[Found, Met]:
    """Find the eligible graduates, all of them or (with a floor) those that may be on the list."""
    n_runs = open_requirement(posting.requirement, accepted, cells.n_leaves, query.codes, runs)
    ranges = np.empty((_MOST_RANGES, 2), dtype=np.int64)
    n_ranges, skip = place_ranges(posting, cells.places, ranges)
    offer, met = offer_of(posting), nobody_met()
    for number in range(n_ranges - 1, -1, -1):  # the posting's city first: the floor rises sooner
        for place in range(ranges[number, 0], ranges[number, 1]):
            base = place * cells.n_leaves
            for run in range(n_runs):
                start = cells.pointer[base + runs[run, 0]]
                stop = cells.pointer[base + runs[run, 1]]
                if met.tally.noted + stop - start > len(found.row):
                    found = grown(found, met.tally.noted, stop - start)
                met = scan_graduates(
                    cells.entries, start, stop, skip, cells.stale,
                    offer, query, points, order, floor, block, found, met,
                )  # fmt: skip
    n_loose = len(cells.loose.certificates)
    if met.tally.noted + n_loose > len(found.row):
        found = grown(found, met.tally.noted, n_loose)
    met = scan_graduates(
        cells.loose, 0, n_loose, 0, cells.stale[:0],
        offer, query, points, order, floor, block, found, met,
    )  # fmt: skip
    close_requirement(posting.requirement, accepted, query.codes)
    return found, met


@compiled
def scan_graduates(
    graduates: Graduates,
    start: Number,
    stop: Number,
    skip: Number,
    stale: Array,
    offer: Offer,
    query: Query,
    points: Points,
    order: Order,
    floor: Floor,
    block: Block,
    found: Found,
    met: Met,
) -> Met:
    """Look at some entries, block by block, and note the eligible ones."""
    for first in range(start, stop, SIZE):
        part = cut(block, min(SIZE, stop - first))
        write_codes(graduates, first, skip, offer, query, points, part.code)
        if len(stale) > 0:
            pass_over(graduates, first, stale, part.code)
        write_places(graduates, first, offer, points, part.fit)
        add_occupations(graduates, first, offer, points, part.fit)
        add_terms(graduates, first, offer, points, part.fit)
        write_text_caps(graduates, first, query, part.cap)
        eligible = write_uppers(graduates, first, offer, order, part)
        tally = note_block(graduates, first, order, part, floor, found, met.tally)
        met = Met(tally, met.eligible + eligible, met.looked + len(part.code))
    return met


@compiled
def note_block(
    graduates: Graduates,
    start: Number,
    order: Order,
    block: Block,
    floor: Floor,
    found: Found,
    tally: Tally,
) -> Tally:
    """Note the eligible pairs of a block that reach the floor."""
    for at in range(len(block.upper)):
        upper = block.upper[at]
        if upper < tally.worst:
            continue
        fit, row = block.fit[at], graduates.wide[ROW, start + at]
        without_fit = upper - order.by_fit[fit + block.cap[at]]
        note_pair(found, tally.noted, row, fit, without_fit, upper)
        tally = raise_floor(floor, tally, without_fit + order.by_fit[fit])
    return tally


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
