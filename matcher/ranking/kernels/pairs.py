"""Pairs taken apart (逐项分值): what the walks add up, kept part by part, for explanations."""

from matcher.compiling import Number, compiled
from matcher.ranking.kernels.places import (
    REFUSED,
    is_place_certain,
    place_choice,
    place_points,
)
from matcher.ranking.kernels.points import (
    Points,
    best_major,
    industry_points,
    is_confirmed,
    occupation_points,
    pay_points,
    points_without_text,
    unit_points,
)
from matcher.ranking.kernels.query import Texts
from matcher.ranking.kernels.records import Records
from matcher.ranking.kernels.walk_postings import Accepted
from matcher.ranking.pairs import POINTS_MASK
from matcher.ranking.text import DOT_BITS, SLOTS


@compiled
def take_apart(
    graduates: Records,
    postings: Records,
    own_texts: Texts,
    texts: Texts,
    accepted: Accepted,
    points: Points,
    parts: Records,
) -> None:
    """Fill one record of `records.PARTS` for every pair (graduates[i], postings[i]), eligible or not.

    Parameters
    ----------
    own_texts, texts : of the graduates' and of the postings' table
    accepted : see `walk_postings.Accepted`
    """
    for at in range(len(parts)):
        graduate, posting, part = graduates[at], postings[at], parts[at]
        first = code_of(graduate.leaf_1, posting.requirement, accepted)
        second = code_of(graduate.leaf_2, posting.requirement, accepted)
        part.code = best_major(first, second, points)
        part.by_second = part.code > first
        part.major = part.code & POINTS_MASK
        place = place_points(graduate, posting, points)
        part.admitted, part.place = place != REFUSED, max(0, place)
        part.certain = is_place_certain(graduate, posting)
        part.choice = place_choice(graduate, posting)
        part.occupation = occupation_points(graduate, posting, points)
        part.industry = industry_points(graduate, posting, points)
        part.pay = pay_points(graduate, posting, points)
        part.unit = unit_points(graduate, posting, points)
        dot = dot_of(own_texts, graduate.row, texts, posting.row)
        part.text = min(points.text, dot * points.text >> DOT_BITS)
        part.eligible = points_without_text(graduate, posting, part.code, points) != REFUSED
        part.confirmed = part.eligible and is_confirmed(graduate, posting, part.code)
        part.fit = (
            part.major + part.place + part.occupation + part.industry
            + part.pay + part.unit + part.text
        )  # fmt: skip


@compiled
def code_of(leaf: Number, requirement: Number, accepted: Accepted) -> Number:
    """Major code of a leaf with a requirement, 0 if it is refused (binary search)."""
    low, high = accepted.pointer[requirement], accepted.pointer[requirement + 1]
    end = high
    while low < high:
        middle = (low + high) >> 1
        if accepted.leaf[middle] < leaf:
            low = middle + 1
        else:
            high = middle
    if low < end and accepted.leaf[low] == leaf:
        return accepted.code[low]
    return 0


@compiled
def dot_of(one: Texts, row: Number, other: Texts, other_row: Number) -> Number:
    """Dot product of two texts; the terms of each ascend."""
    dot, mine, theirs = 0, 0, 0
    while mine < SLOTS and theirs < SLOTS:
        term, other_term = one.term[row, mine], other.term[other_row, theirs]
        if term == other_term:
            dot += int(one.weight[row, mine]) * int(other.weight[other_row, theirs])
        mine += term <= other_term
        theirs += other_term <= term
    return dot
