"""A market of any size for `yangguang bench rank`, drawn column by column straight into a snapshot.

Shares after matching.md §1.6: cities and majors after Zipf; 50 / 30 / 20 % go to listed cities, in their provinces,
anywhere; 30 % of the postings take any major; second majors, certificates, places and educations a source does not
say. Rows are drawn in their final order, so that no table is copied.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.cli.bench_rank_requirements import Requirements, make_requirements
from matcher.cli.bench_rank_taxonomy import (
    N_BACHELOR,
    N_CERTIFICATES,
    N_INDUSTRIES,
    N_OCCUPATION_GROUPS,
    N_OCCUPATIONS,
    NEAR,
    TextPool,
    World,
    make_texts,
    make_world,
    pick,
)
from matcher.ranking.codebook import Codebook, Numbering
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.places import NO_CITY
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable
from matcher.ranking.text import TextModel

Ints = NDArray[np.int64]
Rng = np.random.Generator

_KEY = b"yangguang bench rank"
_COLLEGE = 1
"""Rank of 专科 among educations; those above study at the bachelor's catalogue."""
_EDUCATIONS = np.asarray([0, 0.45, 0.42, 0.115, 0.015])
_MOBILITY = np.asarray([0.5, 0.3, 0.2])
_RANKS = np.asarray([0.84, 0.06, 0.04, 0.03, 0.015, 0.015])
_HELD, _REQUIRED = (0.55, 0.35, 0.2, 0.1), (0.22, 0.05)
_BLOCK = 200_000
_MOST_TEXTS = 120_000


@dataclass(frozen=True, slots=True)
class Market:
    """A snapshot and what its peers need beside it: the texts as written."""

    snapshot: Snapshot
    texts: TextPool
    text_of_graduate: NDArray[np.int32]
    text_of_posting: NDArray[np.int32]


def make_market(graduates: int, postings: int, seed: int) -> Market:
    """Draw a market; the same numbers give the same arrays."""
    rng, world = np.random.default_rng(seed), make_world()
    parameters = DriveParameters()
    pool = make_texts(min(_MOST_TEXTS, graduates + postings), parameters.text_terms, seed)
    wanted = make_requirements(world, postings, parameters.points, rng)
    people, text_of_graduate = _graduates(graduates, world, pool, rng)
    offers, text_of_posting = _postings(postings, world, wanted, pool, rng)
    snapshot = Snapshot(
        parameters=parameters,
        codebook=_codebook(world, wanted.table.n_requirements, pool.model),
        acceptance=wanted.table,
        graduates=people,
        postings=offers,
    )
    return Market(snapshot, pool, text_of_graduate, text_of_posting)


def _graduates(
    n: int, world: World, pool: TextPool, rng: Rng
) -> tuple[GraduateTable, NDArray[np.int32]]:
    table = GraduateTable.empty(n)
    education = pick(_EDUCATIONS, n, rng)
    leaf = _leaves(education, world, rng)
    city = world.city[pick(world.share_of_city, n, rng)]
    city[rng.random(n) < 0.01] = NO_CITY
    ids = rng.permutation(n) + 1
    order = np.lexsort((ids, leaf, city))
    education, leaf = education[order], leaf[order]
    table.id[:], table.education[:], table.leaf[:, 0] = ids[order], education, leaf
    second = _leaves(education, world, rng)
    table.leaf[:, 1] = np.where((rng.random(n) < 0.06) & (second != leaf), second, -1)
    table.city[:, 0] = city[order]
    _more_cities(table, world, rng)
    table.province[:] = table.city // 10_000
    table.mobility[:] = pick(_MOBILITY, n, rng)
    _occupations(table, world.class_of_leaf[leaf], world, rng)
    table.industry[:] = -1
    for choice in range(CHOICES):
        named = rng.random(n) < (0.75, 0.5, 0.25)[choice]
        drawn = pick(world.share_of_industry, n, rng)
        known = (table.industry == drawn[:, None]).any(axis=1)
        table.industry[:, choice] = np.where(named & ~known, drawn, -1)
    pay = np.clip(rng.normal(4_000 + 1_200 * education, 1_500), 2_500, 30_000)
    table.wanted_pay[:] = np.where(rng.random(n) < 0.2, -1, pay // 100 * 100)
    table.unit_mask[:] = rng.integers(0, 64, n) & rng.integers(0, 64, n)
    _certificates(table.certificates, world, _HELD, rng)
    table.rank[:] = pick(_RANKS, n, rng)
    table.lottery[:] = lottery_numbers(table.id, _KEY)
    text = pool.draw(table.occupation[:, 0].astype(np.int64), rng, of_postings=False)
    _write_texts(table, pool, text)
    return table, text.astype(np.int32)


def _leaves(education: Ints, world: World, rng: Rng) -> Ints:
    bachelor, college = world.share_of_leaf
    n = len(education)
    return np.where(
        education == _COLLEGE, N_BACHELOR + pick(college, n, rng), pick(bachelor, n, rng)
    )


def _more_cities(table: GraduateTable, world: World, rng: Rng) -> None:
    """Add a second and a third city; every second one lies in the first one's province."""
    n, first = len(table), table.city[:, 0]
    starts = np.searchsorted(world.city, first // 10_000 * 10_000)
    stops = np.searchsorted(world.city, first // 10_000 * 10_000 + 10_000)
    count = rng.integers(1, CHOICES + 1, n)
    for choice in range(1, CHOICES):
        near = starts + (rng.random(n) * np.maximum(1, stops - starts)).astype(np.int64)
        near = world.city[np.minimum(near, len(world.city) - 1)]
        far = world.city[pick(world.share_of_city, n, rng)]
        drawn = np.where(rng.random(n) < 0.5, near, far)
        known = (table.city[:, :choice] == drawn[:, None]).any(axis=1)
        named = (count > choice) & ~known & (first != NO_CITY)
        table.city[:, choice] = np.where(named, drawn, NO_CITY)


def _occupations(table: GraduateTable, class_: Ints, world: World, rng: Rng) -> None:
    """Fill occupations and their groups: three of four from those the class leads to."""
    n = len(table)
    count = rng.integers(1, CHOICES + 1, n)
    table.occupation[:] = -1
    for choice in range(CHOICES):
        near = world.near[class_, np.minimum(rng.geometric(0.35, n) - 1, NEAR - 1)]
        any_ = pick(world.share_of_occupation, n, rng)
        drawn = np.where(rng.random(n) < 0.75, near, any_)
        known = (table.occupation == drawn[:, None]).any(axis=1)
        table.occupation[:, choice] = np.where((count > choice) & ~known, drawn, -1)
    groups = np.append(world.group_of_occupation, -1)
    table.occupation_group[:] = groups[table.occupation]


def _certificates(
    masks: NDArray[np.uint64], world: World, shares: tuple[float, ...], rng: Rng
) -> None:
    for share in shares:
        some = np.flatnonzero(rng.random(len(masks)) < share)
        bits = pick(world.share_of_certificate, len(some), rng).astype(np.uint64)
        masks[some] |= np.uint64(1) << bits


def _write_texts(table: GraduateTable | PostingTable, pool: TextPool, text: Ints) -> None:
    """Copy vectors of the pool, block by block."""
    for start in range(0, len(text), _BLOCK):
        some = text[start : start + _BLOCK]
        table.term[start : start + _BLOCK] = pool.term[some]
        table.weight[start : start + _BLOCK] = pool.weight[some]


def _postings(
    n: int, world: World, wanted: Requirements, pool: TextPool, rng: Rng
) -> tuple[PostingTable, NDArray[np.int32]]:
    table = PostingTable.empty(n)
    occupation = pick(world.share_of_occupation, n, rng)
    requirement = wanted.draw(occupation, rng)
    city = world.city[pick(world.share_of_city, n, rng)]
    city[rng.random(n) < 0.005] = NO_CITY
    ids = rng.permutation(n) + 1
    order = np.lexsort((ids, requirement, city))
    occupation, requirement = occupation[order], requirement[order]
    table.id[:], table.city[:], table.requirement[:] = ids[order], city[order], requirement
    education = wanted.education(requirement, rng)
    table.education[:] = np.where(rng.random(n) < 0.03, -1, education)
    table.occupation[:] = occupation
    table.occupation_group[:] = world.group_of_occupation[occupation]
    table.industry[:] = pick(world.share_of_industry, n, rng)
    pay = np.clip(rng.normal(5_500 + 1_300 * education, 1_700), 2_600, 40_000)
    table.pay_high[:] = np.where(rng.random(n) < 0.05, -1, pay // 100 * 100)
    table.unit_mask[:] = 1 << rng.integers(0, 6, n)
    _certificates(table.certificates, world, _REQUIRED, rng)
    table.reserved[:] = rng.random(n) < 0.3
    table.lottery[:] = lottery_numbers(table.id, _KEY, Side.POSTINGS)
    text = pool.draw(occupation, rng, of_postings=True)
    _write_texts(table, pool, text)
    return table, text.astype(np.int32)


def _codebook(world: World, n_requirements: int, text: TextModel) -> Codebook:
    """Name every number, as a snapshot does."""

    def numbered(letter: str, n: int) -> Numbering[Any]:
        return Numbering([f"{letter}{number:06d}" for number in range(n)])

    return Codebook(
        leaves=Numbering(world.leaves),
        requirements=numbered("r", n_requirements),
        occupations=numbered("o", N_OCCUPATIONS),
        occupation_groups=numbered("m", N_OCCUPATION_GROUPS),
        industries=numbered("i", N_INDUSTRIES),
        certificates=numbered("c", N_CERTIFICATES),
        unlisted_certificates=frozenset(),
        text=text,
    )
