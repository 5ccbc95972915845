"""Ranking with numpy alone: the score model over whole arrays, no index, no bound; between the kernels and the facts.

Works on many pairs at once, one side being a single row. Formulas are written anew here, over columns instead of
records; a property test holds them against the kernels, key for key.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.lottery import Side
from matcher.ranking.order import Neutral, OrderRule
from matcher.ranking.pairs import POINTS_MASK, YES_CODE, meets_education
from matcher.ranking.parameters import PartPoints
from matcher.ranking.places import ANYWHERE, NO_CITY, PROVINCE, PROVINCE_STEP, whole_province
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable
from matcher.ranking.text import text_points

Rows = NDArray[np.int64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Eligible:
    """Eligible pairs of one row with all the partners: their rows, fit and certainty."""

    rows: Rows
    fit: Ints
    confirmed: Bools


def keys_of_posting(snapshot: Snapshot, row: int, side: ListSide | Neutral) -> tuple[Rows, Ints]:
    """Rows and keys of all graduates eligible for a posting, best first."""
    graduates = snapshot.graduates
    found = eligible(snapshot, np.arange(len(graduates)), np.asarray([row]), many=Side.GRADUATES)
    rank, lottery = graduates.rank[found.rows], graduates.lottery[found.rows]
    rule = OrderRule.of(snapshot.parameters, side)
    return best_first(found, rule, rank.astype(np.int64), lottery)


def keys_of_graduate(snapshot: Snapshot, row: int) -> tuple[Rows, Ints]:
    """Rows and keys of all postings a graduate is eligible for, best first."""
    found = eligible(
        snapshot, np.asarray([row]), np.arange(len(snapshot.postings)), many=Side.POSTINGS
    )
    rule = OrderRule.of(snapshot.parameters, ListSide.GRADUATE)
    rank = np.zeros(len(found.rows), dtype=np.int64)
    return best_first(found, rule, rank, snapshot.postings.lottery[found.rows])


def best_first(
    found: Eligible, rule: OrderRule, rank: Ints, lottery: NDArray[np.uint32]
) -> tuple[Rows, Ints]:
    """Sort pairs by their keys."""
    keys = rule.keys(found.fit, rank, found.confirmed, lottery.astype(np.int64))
    order = np.argsort(keys)[::-1]
    return found.rows[order], keys[order]


def eligible(snapshot: Snapshot, g: Rows, p: Rows, *, many: Side) -> Eligible:
    """Keep the pairs that meet every hard condition; the side that is not `many` has one row."""
    graduates, postings, points = snapshot.graduates, snapshot.postings, snapshot.parameters.points
    codes = np.asarray(
        [snapshot.acceptance.codes_of_requirement(int(row)) for row in postings.requirement[p]],
        dtype=np.int64,
    ).reshape(len(p), snapshot.acceptance.n_leaves + 1)
    which = np.arange(len(p))
    leaf = graduates.leaf[g]
    code, _ = best_major(codes[which, leaf[:, 0]], codes[which, leaf[:, 1]], points)
    place = match_places(graduates, g, postings.city[p], points)
    least = postings.education[p]
    meets = (code > 0) & place.admitted & meets_education(graduates.education[g], least)
    meets &= (postings.certificates[p] & ~graduates.certificates[g]) == 0
    fit = major_points(code) + place.points + dense_text_points(graduates, g, postings, p, points)
    for part in (occupation_points, industry_points, pay_points, unit_points):
        fit = fit + part(graduates, g, postings, p, points)
    confirmed = is_yes(code) & place.certain & (least >= 0)
    rows = g if many is Side.GRADUATES else p
    return Eligible(rows[meets], fit[meets], np.broadcast_to(confirmed, meets.shape)[meets])


def dense_text_points(
    graduates: GraduateTable, g: Rows, postings: PostingTable, p: Rows, points: PartPoints
) -> Ints:
    """Text points by vectors over all terms."""
    size = int(max(graduates.term.max(initial=0), postings.term.max(initial=0))) + 1
    vectors = []
    for table, rows in ((graduates, g), (postings, p)):
        dense = np.zeros((len(rows), size), dtype=np.int64)
        np.add.at(dense, (np.arange(len(rows))[:, None], table.term[rows]), table.weight[rows])
        vectors.append(dense)
    return text_points((vectors[0] * vectors[1]).sum(axis=1), points.text)


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
    posting_province = posting_city // PROVINCE_STEP
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
