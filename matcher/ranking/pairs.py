"""The score model: hard conditions and points of pairs, the one place where its formulas stand.

Works on many pairs at once, one side being a single row: `graduates` and `postings` are row arrays
of which one has length 1. Both directions, the live lane and explanations use these functions, so a
pair has the same fit from whichever side one looks.

Where the model leaves a choice, this is what was chosen:

- A graduate who wrote a whole province gets the province points there, not those of a city choice.
- Pay: a posting that states no pay has no pay points; a graduate who states no wish has them all.
- A pair is to be confirmed (待确认) if its best major answer is, or if the posting's place or least
  education is unknown, or if a graduate who is not free to go anywhere lists no place.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.parameters import PartPoints
from matcher.ranking.places import MUNICIPALITIES, NO_CITY
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable
from matcher.ranking.text import text_points

Rows = NDArray[np.int64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Levels = NDArray[np.int8] | np.int8
"""Ranks of educations (学历)."""

VERDICT_SHIFT = 15
"""A major code is `verdict << 15 | points`: the better verdict wins first, then the points."""

MAYBE_CODE = 1 << VERDICT_SHIFT
YES_CODE = 2 << VERDICT_SHIFT
POINTS_MASK = MAYBE_CODE - 1

_PROVINCE_STEP = 10_000
LISTED, PROVINCE, ANYWHERE = 0, 1, 2
"""Values of the mobility column, in the order of `kinds.Mobility`."""


def best_major(first: Ints, second: Ints, points: PartPoints) -> tuple[Ints, Bools]:
    """Combine the codes of both majors; also say where the second one was the better.

    Parameters
    ----------
    first, second : major codes, 0 for not accepted
    """
    lowered = np.where(second > 0, second - points.second_major, 0)
    return np.maximum(first, lowered), lowered > first


def major_points(code: Ints) -> Ints:
    """Points of a major code."""
    return code & POINTS_MASK


def is_yes(code: Ints) -> Bools:
    """Whether the best major answer is certain."""
    return code >= YES_CODE


def meets_education(own: Levels, least: Levels) -> Bools:
    """Whether educations (学历) reach the least ones asked for; `NOT_STATED` asks for none."""
    meets: Bools = own >= least
    return meets


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """How a place suits: points, whether admitted, whether certain, and which choice (3: none)."""

    points: Ints
    admitted: Bools
    certain: Bools
    choice: Ints


def match_places(
    table: GraduateTable, graduates: Rows, posting_city: NDArray[np.int32], points: PartPoints
) -> PlaceMatch:
    """Compare the places graduates list with the places of postings (city keys)."""
    city, province = table.city[graduates], table.province[graduates]
    mobility = table.mobility[graduates]
    posting_province = posting_city // _PROVINCE_STEP
    unknown = posting_city == NO_CITY
    all_of_it = whole_province(posting_city) & ~unknown
    choice = np.full(np.broadcast_shapes(mobility.shape, posting_city.shape), CHOICES)
    near = np.zeros(choice.shape, dtype=bool)
    for number in reversed(range(CHOICES)):
        wished = city[:, number]
        same_province = (province[:, number] == posting_province) & (wished != NO_CITY)
        choice = np.where((wished == posting_city) & ~all_of_it, number, choice)
        covers = all_of_it | (mobility >= PROVINCE) | whole_province(wished)
        near |= same_province & covers
    hit = (choice < CHOICES) & ~unknown
    near &= ~unknown
    unstated = (city[:, 0] == NO_CITY) & (mobility < ANYWHERE)
    by_choice = np.asarray([*points.place_choices, 0], dtype=np.int64)[choice]
    gained = np.where(hit, by_choice, np.where(near, points.place_province, 0))
    return PlaceMatch(
        points=np.where(unknown, 0, gained),
        admitted=unknown | unstated | hit | near | (mobility == ANYWHERE),
        certain=~(unknown | unstated),
        choice=np.where(hit, choice, CHOICES),
    )


def whole_province(key: NDArray[np.signedinteger[Any]]) -> Bools:
    """Vectorised `places.is_province`; also true for NO_CITY."""
    plain: Bools = key % _PROVINCE_STEP == 0
    for province in MUNICIPALITIES:
        plain &= key != province * _PROVINCE_STEP
    return plain


def occupation_points(
    graduates: GraduateTable, g: Rows, postings: PostingTable, p: Rows, points: PartPoints
) -> Ints:
    """First matching choice, else the same middle group (中类) as any choice."""
    wished, group = graduates.occupation[g], graduates.occupation_group[g]
    offered, offered_group = postings.occupation[p], postings.occupation_group[p]
    gained = np.zeros(np.broadcast_shapes(g.shape, p.shape), dtype=np.int64)
    for number in range(CHOICES):
        same = (group[:, number] == offered_group) & (offered_group >= 0)
        gained = np.where(same, points.occupation_group, gained)
    for number in reversed(range(CHOICES)):
        same = (wished[:, number] == offered) & (offered >= 0)
        gained = np.where(same, points.occupation_choices[number], gained)
    return gained


def industry_points(
    graduates: GraduateTable, g: Rows, postings: PostingTable, p: Rows, points: PartPoints
) -> Ints:
    """Whether the posting's industry is among those listed."""
    wished, offered = graduates.industry[g], postings.industry[p]
    same = wished[:, 0] == offered
    for number in range(1, CHOICES):
        same = same | (wished[:, number] == offered)
    return np.where(same & (offered >= 0), points.industry, 0)


def pay_points(
    graduates: GraduateTable, g: Rows, postings: PostingTable, p: Rows, points: PartPoints
) -> Ints:
    """Full points if the offer reaches the wish, one less for every step it falls short."""
    offered = postings.pay_high[p].astype(np.int64)
    short = np.maximum(0, graduates.wanted_pay[g].astype(np.int64) - offered)
    left = np.maximum(0, points.pay - short // points.pay_step_yuan)
    return np.where(offered >= 0, left, 0)


def unit_points(
    graduates: GraduateTable, g: Rows, postings: PostingTable, p: Rows, points: PartPoints
) -> Ints:
    """Whether the kind of unit is one the graduate wants."""
    return np.where(graduates.unit_mask[g] & postings.unit_mask[p], points.unit, 0)


def text_dots(
    query: tuple[NDArray[np.uint16], NDArray[np.int16]],
    terms: NDArray[np.uint16],
    weights: NDArray[np.int16],
    dense: NDArray[np.int32],
) -> Ints:
    """Dot products of one text with many.

    Parameters
    ----------
    query : term numbers and weights of the one text
    terms, weights : arrays of shape (n, 32)
    dense : zeros, one per term and one for padding; zeros again afterwards
    """
    dense[query[0]] = query[1]
    dots: NDArray[np.int32] = np.einsum(
        "ij,ij->i", dense[terms], weights, dtype=np.int32, casting="unsafe"
    )
    dense[query[0]] = 0
    return dots.astype(np.int64)


def pair_text_points(
    graduates: GraduateTable, g: Rows, postings: PostingTable, p: Rows, most: int
) -> Ints:
    """Text points of pairs, for callers that keep no scratch array."""
    size = int(max(graduates.term[g].max(initial=0), postings.term[p].max(initial=0))) + 1
    one, many = ((graduates, g), (postings, p)) if len(g) == 1 else ((postings, p), (graduates, g))
    (table, row), (others, rows) = one, many
    query = (table.term[row[0]], table.weight[row[0]])
    dense = np.zeros(size, dtype=np.int32)
    dots = text_dots(query, others.term[rows], others.weight[rows], dense)
    return text_points(dots, most)
