"""Requirements (专业要求) of the made-up market: nodes of the tree of majors near an occupation, packed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.cli.bench_rank_taxonomy import (
    N_BACHELOR_CLASSES,
    N_CLASSES,
    N_LEAVES,
    N_OCCUPATIONS,
    World,
    pick,
)
from matcher.ranking.acceptance import AcceptanceTable
from matcher.ranking.pairs import MAYBE_CODE, YES_CODE
from matcher.ranking.parameters import PartPoints

Ints = NDArray[np.int64]

_ANY_SHARE = 0.3
_MOST = 12_000
"""Distinct requirements; beyond, postings share their texts."""
_GATE, _CLASS = 0.05, 0.58
"""A node is a group below the first share, a class below the second, else a major."""
_OPEN_ENDED = 0.08
"""Share that ends with 等相关专业: other majors of the class are to be confirmed."""
_RULES = ("any", "class", "gate", "leaf", "open_ended")
_ANY, _OF_CLASS, _OF_GATE, _LEAF, _OPEN = range(5)


@dataclass(frozen=True, slots=True)
class Requirements:
    """Distinct requirements; number 0 takes any major.

    Parameters
    ----------
    start, number : requirements by occupation
    is_college : whether one names vocational majors
    """

    table: AcceptanceTable
    start: Ints
    number: Ints
    is_college: NDArray[np.bool_]

    def draw(self, occupation: Ints, rng: np.random.Generator) -> Ints:
        """Return a requirement for each posting of the given occupations."""
        n = len(occupation)
        first, count = self.start[occupation], np.diff(self.start)[occupation]
        chosen = first + (rng.random(n) * np.maximum(1, count)).astype(np.int64)
        wild = self.table.n_requirements == 1
        is_any = (rng.random(n) < _ANY_SHARE) | (count == 0) | wild
        return np.where(is_any, 0, np.append(self.number, 0)[np.minimum(chosen, len(self.number))])

    def education(self, requirement: Ints, rng: np.random.Generator) -> Ints:
        """Return a least education that goes with each requirement: 1 专科 to 4 博士."""
        n = len(requirement)
        of_bachelors = pick(np.asarray([0, 0.1, 0.66, 0.2, 0.04]), n, rng)
        of_any = pick(np.asarray([0, 0.6, 0.32, 0.07, 0.01]), n, rng)
        found = np.where(self.is_college[requirement], 1, of_bachelors)
        return np.where(requirement == 0, of_any, found)


def make_requirements(
    world: World, postings: int, points: PartPoints, rng: np.random.Generator
) -> Requirements:
    """Draw requirements near occupations, so many that most postings have one of their own."""
    n = min(_MOST, int(postings * (1 - _ANY_SHARE)))
    occupation = np.sort(pick(world.share_of_occupation, n, rng))
    classes_of = _classes_of_occupations(world)
    every = np.arange(N_LEAVES)
    packed = [_packed({_ANY: every}, points)]
    is_college = [False]
    for one in occupation.tolist():
        near = classes_of[one] or [int(rng.integers(0, N_CLASSES))]
        first = near[int(rng.integers(0, len(near)))]
        is_college.append(first >= N_BACHELOR_CLASSES)
        same = [c for c in near if (c >= N_BACHELOR_CLASSES) == is_college[-1]]
        packed.append(_packed(_nodes(world, same, rng), points))
    lengths = [len(leaf) for leaf, _, _ in packed]
    table = AcceptanceTable(
        n_leaves=N_LEAVES,
        rules=_RULES,
        pointer=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        leaf=np.concatenate([leaf for leaf, _, _ in packed]),
        code=np.concatenate([code for _, code, _ in packed]),
        how=np.concatenate([how for _, _, how in packed]),
    )
    start = np.searchsorted(occupation, np.arange(N_OCCUPATIONS + 1))
    return Requirements(table, start, np.arange(1, n + 1), np.asarray(is_college))


def _classes_of_occupations(world: World) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(N_OCCUPATIONS)]
    for class_, near in enumerate(world.near.tolist()):
        for occupation in near:
            found[occupation].append(class_)
    return found


def _nodes(world: World, near: list[int], rng: np.random.Generator) -> dict[int, Ints]:
    """Return leaves by the rule that takes them, one to four nodes of the tree in all."""
    found: dict[int, list[Ints]] = {}
    for _ in range(int(rng.integers(1, 5))):
        class_ = near[int(rng.integers(0, len(near)))]
        members = np.flatnonzero(world.class_of_leaf == class_)
        drawn = rng.random()
        if drawn < _GATE:
            same = world.group_of_class[world.class_of_leaf] == world.group_of_class[class_]
            found.setdefault(_OF_GATE, []).append(np.flatnonzero(same))
        elif drawn < _CLASS:
            found.setdefault(_OF_CLASS, []).append(members)
        else:
            found.setdefault(_LEAF, []).append(members[[int(rng.integers(0, len(members)))]])
        if rng.random() < _OPEN_ENDED:
            found.setdefault(_OPEN, []).append(members)
    return {rule: np.concatenate(leaves) for rule, leaves in found.items()}


def _packed(
    nodes: dict[int, Ints], points: PartPoints
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Return leaf, code and rule of what is accepted, each leaf by its best rule."""
    code_of = {
        _OPEN: MAYBE_CODE | points.major_maybe,
        _ANY: YES_CODE | points.major_any,
        _OF_GATE: YES_CODE | points.major_group,
        _OF_CLASS: YES_CODE | points.major_class,
        _LEAF: YES_CODE | points.major_leaf,
    }
    codes, rules = np.zeros(N_LEAVES, dtype=np.int32), np.zeros(N_LEAVES, dtype=np.uint8)
    for rule, code in code_of.items():  # ascending: the better rule has the last word
        if rule in nodes:
            codes[nodes[rule]], rules[nodes[rule]] = code, rule
    leaf = np.flatnonzero(codes)
    return leaf.astype(np.int32), codes[leaf], rules[leaf]
