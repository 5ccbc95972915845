"""From graduates to postings (人找岗位): every posting at a place the graduate may be sent to that accepts a major.

Postings stand in the order of their city keys, those without a place first, so the places of a graduate are a few
ranges of them; what a requirement says to the graduate's majors is looked up by its number.
"""

from typing import Any, NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.places import REFUSED, covers_province
from matcher.ranking.kernels.points import Points, best_major, is_confirmed, points_without_text
from matcher.ranking.kernels.query import Query, Texts, close_text, new_query, open_text
from matcher.ranking.kernels.records import FREE, UNSTATED, Record, Records
from matcher.ranking.kernels.shortlist import (
    Found,
    Order,
    Tally,
    grown,
    key_everyone,
    new_buckets,
    new_found,
    note_pair,
    pick_best,
)
from matcher.ranking.kernels.text import shared_bits
from matcher.ranking.order import ORDER_BITS
from matcher.ranking.places import NO_CITY, PROVINCE_STEP

_MOST_RANGES = 7
"""Postings without a place, and a city and its province for every choice."""

_START = 1_024


class Offers(NamedTuple):
    """Postings by city (`index.PostingIndex`), and those that are not among them.

    Parameters
    ----------
    city, requirement : of the entries, in columns of their own: most entries are passed over after these
    entries, signatures : postings in the order of city keys
    loose, loose_signatures, loose_requirement, stale : as of `walk_postings.Cells`
    """

    city: Array
    requirement: Array
    entries: Array
    signatures: Array
    loose: Array
    loose_signatures: Array
    loose_requirement: Array
    stale: Array


class ByLeaf(NamedTuple):
    """Requirements that accept a leaf, with their codes."""

    pointer: Array
    requirement: Array
    code: Array


@compiled
def rank_graduates(
    graduates: Records,
    own_texts: Texts,
    offers: Offers,
    by_leaf: ByLeaf,
    texts: Texts,
    n_codes: Number,
    n_terms: Number,
    points: Points,
    order: Order,
    lists: Any,
) -> None:
    """Fill the lists of some graduates."""
    query, found, buckets = new_query(n_codes, n_terms), new_found(_START), new_buckets()
    rows = np.empty(lists.keys.shape[1], dtype=np.int32)
    for number in range(len(graduates)):
        graduate = graduates[number]
        term, weight = own_texts.term[graduate.row], own_texts.weight[graduate.row]
        open_text(query, term, weight, texts.longest, points.text)
        found, n, looked = meet_postings(graduate, offers, by_leaf, query, points, order, found)
        filled, compared = pick_best(
            found,
            Tally(n, 0, 0),
            query,
            texts,
            order,
            points.text,
            buckets,
            lists.keys[number],
            rows,
        )
        lists.rows[number, :filled] = rows[:filled]
        lists.counts[number], lists.eligible[number] = filled, n
        lists.looked[number], lists.compared[number] = looked, compared
        close_text(query, term)


@compiled
def score_graduate(
    graduate: Records,
    own_texts: Texts,
    offers: Offers,
    by_leaf: ByLeaf,
    texts: Texts,
    n_codes: Number,
    n_terms: Number,
    points: Points,
    order: Order,
) -> tuple[Array, Array]:
    """Rows and keys of all postings the one graduate given is eligible for."""
    query, found = new_query(n_codes, n_terms), new_found(_START)
    term, weight = own_texts.term[graduate[0].row], own_texts.weight[graduate[0].row]
    open_text(query, term, weight, texts.longest, points.text)
    found, n, _ = meet_postings(graduate[0], offers, by_leaf, query, points, order, found)
    return key_everyone(found, n, query, texts, order, points.text)


@compiled
def meet_postings(
    graduate: Record,
    offers: Offers,
    by_leaf: ByLeaf,
    query: Query,
    points: Points,
    order: Order,
    found: Found,
) -> tuple[Found, Number, Number]:
    """Find the eligible postings; return them, how many, and how many were looked at."""
    open_majors(graduate, by_leaf, query.codes, points)
    ranges = np.empty((_MOST_RANGES, 2), dtype=np.int64)
    n_ranges = place_ranges(graduate, offers.city, ranges)
    n, looked = 0, 0
    for number in range(n_ranges):
        start, stop = ranges[number, 0], ranges[number, 1]
        if n + stop - start > len(found.row):
            found = grown(found, n, stop - start)
        n, met = scan_postings(
            offers.entries, offers.signatures, offers.requirement, start, stop, offers.stale,
            graduate, query, points, order, found, n,
        )  # fmt: skip
        looked += met
    n_loose = len(offers.loose)
    if n + n_loose > len(found.row):
        found = grown(found, n, n_loose)
    n, met = scan_postings(
        offers.loose, offers.loose_signatures, offers.loose_requirement, 0, n_loose, offers.stale[:0],
        graduate, query, points, order, found, n,
    )  # fmt: skip
    close_majors(graduate, by_leaf, query.codes)
    return found, n, looked + met


@compiled
def scan_postings(
    entries: Records,
    signatures: Array,
    requirement: Array,
    start: Number,
    stop: Number,
    stale: Array,
    graduate: Record,
    query: Query,
    points: Points,
    order: Order,
    found: Found,
    n: Number,
) -> tuple[Number, Number]:
    """Look at some entries and note the eligible ones; return how many are noted, and how many accept a major."""
    met = 0
    for at in range(start, stop):
        code = query.codes[requirement[at]]
        if code == 0:
            continue
        met += 1
        posting = entries[at]
        if len(stale) > 0 and stale[posting.row]:
            continue
        fit = points_without_text(graduate, posting, code, points)
        if fit == REFUSED:
            continue
        cap = query.caps[shared_bits(query.signature, signatures, at)]
        certain = is_confirmed(graduate, posting, code)
        without_fit = (certain << ORDER_BITS) + order.by_rank[0]
        note_pair(found, n, posting.row, fit, without_fit, without_fit + order.by_fit[fit + cap])
        n += 1
    return n, met


@compiled
def open_majors(graduate: Record, by_leaf: ByLeaf, codes: Array, points: Points) -> None:
    """Write the best code of both majors with every requirement that accepts one."""
    start, stop = span_of(graduate.leaf_1, by_leaf)
    for at in range(start, stop):
        codes[by_leaf.requirement[at]] = by_leaf.code[at]
    start, stop = span_of(graduate.leaf_2, by_leaf)
    for at in range(start, stop):
        requirement = by_leaf.requirement[at]
        codes[requirement] = best_major(codes[requirement], by_leaf.code[at], points)


@compiled
def close_majors(graduate: Record, by_leaf: ByLeaf, codes: Array) -> None:
    """Make all codes zero again."""
    for leaf in (graduate.leaf_1, graduate.leaf_2):
        start, stop = span_of(leaf, by_leaf)
        for at in range(start, stop):
            codes[by_leaf.requirement[at]] = 0


@compiled
def span_of(leaf: Number, by_leaf: ByLeaf) -> tuple[Number, Number]:
    """Where the requirements that accept a leaf stand; nothing for none."""
    if leaf < 0:
        return np.int64(0), np.int64(0)
    return by_leaf.pointer[leaf], by_leaf.pointer[leaf + 1]


@compiled
def place_ranges(graduate: Record, city: Array, ranges: Array) -> Number:
    """Write the disjoint ranges of postings the graduate may be sent to; return how many."""
    if graduate.marks & (FREE | UNSTATED) != 0:
        ranges[0, 0], ranges[0, 1] = 0, len(city)
        return 1
    n = add_range(city, NO_CITY, NO_CITY + 1, ranges, 0)
    n = add_place(graduate, graduate.city_1, graduate.province_1, city, ranges, n)
    n = add_place(graduate, graduate.city_2, graduate.province_2, city, ranges, n)
    return add_place(graduate, graduate.city_3, graduate.province_3, city, ranges, n)


@compiled
def posting_ranges(city: Array, graduates: Records) -> Array:
    """Ranges of postings of many graduates, filled up with empty ones; shape (n, 7, 2)."""
    ranges = np.zeros((len(graduates), _MOST_RANGES, 2), dtype=np.int64)
    for number in range(len(graduates)):
        place_ranges(graduates[number], city, ranges[number])
    return ranges


@compiled
def add_place(
    graduate: Record, wish: Number, province: Number, city: Array, ranges: Array, n: Number
) -> Number:
    """Add the ranges of one listed place: its province, or the city and the postings of the whole province."""
    if wish == NO_CITY:
        return n
    of_province = np.int64(province) * PROVINCE_STEP
    if covers_province(graduate, province):
        return add_range(city, of_province, of_province + PROVINCE_STEP, ranges, n)
    n = add_range(city, wish, wish + 1, ranges, n)
    return add_range(city, of_province, of_province + 1, ranges, n)


@compiled
def add_range(city: Array, low: Number, high: Number, ranges: Array, n: Number) -> Number:
    """Add where the keys from low to before high stand, unless nothing is there or it is in already."""
    start, stop = np.searchsorted(city, low), np.searchsorted(city, high)
    if start == stop:
        return n
    for number in range(n):
        if ranges[number, 0] == start:
            return n
    ranges[n, 0], ranges[n, 1] = start, stop
    return n + 1
