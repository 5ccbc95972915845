"""Columns (列): graduates in the order of a walk, every field in a row of numbers of its own.

Read this way the compiler compares sixteen graduates with a posting in one step (`blocks`), and reads no field it
does not need.
"""

from typing import NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled, frozen
from matcher.ranking.kernels.records import Record, Records

WIDE = (
    "row", "leaf_1", "leaf_2", "city_1", "city_2", "city_3", "occupation_1", "occupation_2", "occupation_3",
    "group_1", "group_2", "group_3", "industry_1", "industry_2", "industry_3", "wanted_pay",
)  # fmt: skip
"""Fields of four bytes, in the order of the rows of `Graduates.wide`."""

SMALL = ("marks", "education", "rank", "unit_mask", "province_1", "province_2", "province_3")
"""Fields of one byte, in the order of the rows of `Graduates.small`."""

ROW, LEAVES, CITIES, OCCUPATIONS, GROUPS, INDUSTRIES, PAY = 0, 1, 3, 6, 9, 12, 15
MARKS, EDUCATION, RANK, UNITS, PROVINCES = 0, 1, 2, 3, 4


class Graduates(NamedTuple):
    """Graduates by column.

    Parameters
    ----------
    certificates : uint64[n]
    wide, small : int32 and int8, a row for each of `WIDE` and `SMALL`
    signatures : of their texts, uint64[n, 4]
    """

    certificates: Array
    wide: Array
    small: Array
    signatures: Array

    @classmethod
    def of(cls, records: Records, signatures: Array) -> "Graduates":
        """Turn records into columns."""
        return cls(
            frozen(records["certificates"]),
            frozen(np.stack([records[name] for name in WIDE])),
            frozen(np.stack([records[name].view(np.int8) for name in SMALL])),
            frozen(signatures),
        )


class Majors(NamedTuple):
    """What major, education and certificates are compared by."""

    certificates: Number
    education: Number


class Places(NamedTuple):
    """What places are compared by."""

    city_1: Number
    city_2: Number
    city_3: Number
    province_1: Number
    province_2: Number
    province_3: Number
    marks: Number


class Occupations(NamedTuple):
    """What occupations are compared by."""

    occupation_1: Number
    occupation_2: Number
    occupation_3: Number
    group_1: Number
    group_2: Number
    group_3: Number


class Terms(NamedTuple):
    """What industry, pay and kind of unit are compared by."""

    industry_1: Number
    industry_2: Number
    industry_3: Number
    wanted_pay: Number
    unit_mask: Number


class Marked(NamedTuple):
    """What certainty is read from."""

    marks: Number


class Offer(NamedTuple):
    """A posting's record as plain numbers, which a loop need not read again and again."""

    certificates: Number
    city: Number
    occupation: Number
    group: Number
    industry: Number
    pay_high: Number
    education: Number
    province: Number
    unit_mask: Number
    marks: Number


@compiled
def offer_of(posting: Record) -> Offer:
    """Copy what pairs are compared by."""
    return Offer(
        posting.certificates,
        posting.city,
        posting.occupation,
        posting.group,
        posting.industry,
        posting.pay_high,
        posting.education,
        posting.province,
        posting.unit_mask,
        posting.marks,
    )
