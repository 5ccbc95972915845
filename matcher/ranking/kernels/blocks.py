"""Blocks (分块): some hundred neighbouring graduates held against one posting, one condition or part after another.

Every function is one plain loop over few columns, without jumps: the compiler turns it into instructions that work on
eight or sixteen graduates at once. The formulas are those of `places` and `points`.
"""

from typing import NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.columns import (
    CITIES,
    EDUCATION,
    GROUPS,
    INDUSTRIES,
    LEAVES,
    MARKS,
    OCCUPATIONS,
    PAY,
    PROVINCES,
    RANK,
    ROW,
    UNITS,
    Graduates,
    Majors,
    Marked,
    Occupations,
    Offer,
    Places,
    Terms,
)
from matcher.ranking.kernels.places import place_points
from matcher.ranking.kernels.points import (
    Points,
    best_major,
    industry_points,
    is_confirmed,
    meets_conditions,
    occupation_points,
    pay_points,
    unit_points,
)
from matcher.ranking.kernels.query import Query
from matcher.ranking.kernels.records import BY_SECOND
from matcher.ranking.kernels.shortlist import Order
from matcher.ranking.kernels.text import count_bits
from matcher.ranking.order import ORDER_BITS
from matcher.ranking.pairs import POINTS_MASK

SIZE = 512
_FAR_BELOW = -(1 << 20)
"""Points of a refused place: whatever is added, the sum stays negative."""

NOT_ELIGIBLE = -1
"""Upper bound of a pair that a hard condition forbids."""


class Block(NamedTuple):
    """Room for one block: code of the major, points without text, text points at most, upper bound of the level."""

    code: Array
    fit: Array
    cap: Array
    upper: Array


@compiled
def new_block() -> Block:
    """Make room for a block."""
    return Block(
        np.empty(SIZE, dtype=np.int32),
        np.empty(SIZE, dtype=np.int32),
        np.empty(SIZE, dtype=np.int32),
        np.empty(SIZE, dtype=np.int32),
    )


@compiled
def cut(block: Block, size: Number) -> Block:
    """Return the first places of a block."""
    return Block(block.code[:size], block.fit[:size], block.cap[:size], block.upper[:size])


@compiled
def write_codes(
    graduates: Graduates,
    start: Number,
    skip: Number,
    offer: Offer,
    query: Query,
    points: Points,
    code: Array,
) -> None:
    """Write major codes, 0 where major, education or certificates do not suit or the entry is to be passed over."""
    stop = start + len(code)
    leaf_1, leaf_2 = graduates.wide[LEAVES][start:stop], graduates.wide[LEAVES + 1][start:stop]
    marks, education = graduates.small[MARKS][start:stop], graduates.small[EDUCATION][start:stop]
    certificates, codes = graduates.certificates[start:stop], query.codes
    for at in range(len(code)):
        first, mark = codes[leaf_1[at]], int(marks[at])
        found = best_major(first, codes[leaf_2[at]], points)
        again = (mark & BY_SECOND != 0) & (first > 0)  # met through the first major
        suits = meets_conditions(Majors(certificates[at], education[at]), offer, found)
        code[at] = found if suits & (not again) & (mark & skip == 0) else 0


@compiled
def pass_over(graduates: Graduates, start: Number, stale: Array, code: Array) -> None:
    """Write code 0 for rows that changed since."""
    rows = graduates.wide[ROW][start : start + len(code)]
    for at in range(len(code)):
        if stale[rows[at]]:
            code[at] = 0


@compiled
def write_places(
    graduates: Graduates, start: Number, offer: Offer, points: Points, fit: Array
) -> None:
    """Write the points of the place."""
    stop = start + len(fit)
    wide, small = graduates.wide, graduates.small
    city_1, city_2 = wide[CITIES][start:stop], wide[CITIES + 1][start:stop]
    city_3, marks = wide[CITIES + 2][start:stop], small[MARKS][start:stop]
    province_1, province_2 = small[PROVINCES][start:stop], small[PROVINCES + 1][start:stop]
    province_3 = small[PROVINCES + 2][start:stop]
    for at in range(len(fit)):
        places = Places(
            city_1[at], city_2[at], city_3[at], province_1[at], province_2[at], province_3[at], marks[at]
        )  # fmt: skip
        gained = place_points(places, offer, points)
        fit[at] = gained if gained >= 0 else _FAR_BELOW


@compiled
def add_occupations(
    graduates: Graduates, start: Number, offer: Offer, points: Points, fit: Array
) -> None:
    """Add the points of the occupation."""
    stop, wide = start + len(fit), graduates.wide
    first, second = wide[OCCUPATIONS][start:stop], wide[OCCUPATIONS + 1][start:stop]
    third, group_1 = wide[OCCUPATIONS + 2][start:stop], wide[GROUPS][start:stop]
    group_2, group_3 = wide[GROUPS + 1][start:stop], wide[GROUPS + 2][start:stop]
    for at in range(len(fit)):
        wished = Occupations(
            first[at], second[at], third[at], group_1[at], group_2[at], group_3[at]
        )
        fit[at] += occupation_points(wished, offer, points)


@compiled
def add_terms(
    graduates: Graduates, start: Number, offer: Offer, points: Points, fit: Array
) -> None:
    """Add the points of industry, pay and kind of unit."""
    stop, wide = start + len(fit), graduates.wide
    first, second = wide[INDUSTRIES][start:stop], wide[INDUSTRIES + 1][start:stop]
    third, pay = wide[INDUSTRIES + 2][start:stop], wide[PAY][start:stop]
    units = graduates.small[UNITS][start:stop]
    for at in range(len(fit)):
        wished = Terms(first[at], second[at], third[at], pay[at], units[at])
        fit[at] += (
            industry_points(wished, offer, points)
            + pay_points(wished, offer, points)
            + unit_points(wished, offer, points)
        )


@compiled
def write_text_caps(graduates: Graduates, start: Number, query: Query, cap: Array) -> None:
    """Write the most text points each pair can have."""
    signatures, caps = graduates.signatures[start : start + len(cap)], query.caps
    one, two, three, four = query.signature
    for at in range(len(cap)):
        shared = (
            count_bits(one & signatures[at, 0])
            + count_bits(two & signatures[at, 1])
            + count_bits(three & signatures[at, 2])
            + count_bits(four & signatures[at, 3])
        )
        cap[at] = caps[shared]


@compiled
def write_uppers(
    graduates: Graduates, start: Number, offer: Offer, order: Order, block: Block
) -> Number:
    """Add the points of the major, write upper bounds of levels; return how many pairs are eligible."""
    stop = start + len(block.code)
    marks, rank = graduates.small[MARKS][start:stop], graduates.small[RANK][start:stop]
    code, fit, cap, upper = block
    eligible = 0
    for at in range(len(code)):
        fit[at] += code[at] & POINTS_MASK
        certain = is_confirmed(Marked(marks[at]), offer, code[at])
        bound = (
            (certain << ORDER_BITS)
            + order.by_rank[rank[at]]
            + order.by_fit[max(0, fit[at]) + cap[at]]
        )
        suits = (code[at] > 0) & (fit[at] >= 0)
        upper[at] = bound if suits else NOT_ELIGIBLE
        eligible += suits
    return eligible
