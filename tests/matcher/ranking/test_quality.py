"""Measures equal their slow, obvious forms, on small lists of any shape."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.ranking import quality

IDS = st.integers(0, 8)
LISTS = st.lists(IDS, unique=True, max_size=9)
JUDGED = st.dictionaries(IDS, st.integers(0, 3), max_size=9)


def slow_ndcg(partners: list[int], judged: dict[int, int], k: int) -> float | None:
    def gain(order: list[int]) -> float:
        return sum(judged.get(one, 0) / math.log2(place + 2) for place, one in enumerate(order[:k]))

    best = max(
        (gain(list(order)) for order in itertools.permutations(judged, len(judged))), default=0
    )
    return gain(partners) / best if best else None


def slow_ap(partners: list[int], judged: dict[int, int]) -> float | None:
    good = [one for one, grade in judged.items() if grade >= 1]
    if not good:
        return None
    shares = []
    for one in good:
        if one not in partners:
            shares.append(0.0)
            continue
        down_to = partners[: partners.index(one) + 1]
        shares.append(sum(other in good for other in down_to) / len(down_to))
    return sum(shares) / len(good)


def slow_gini(values: list[int]) -> float:
    if not sum(values):
        return 0.0
    differences = sum(abs(a - b) for a in values for b in values)
    return differences / (2 * len(values) * sum(values))


@given(LISTS, st.dictionaries(IDS, st.integers(0, 3), max_size=6), st.integers(1, 9))
def test_ndcg_is_the_gain_over_that_of_the_best_order(
    partners: list[int], judged: dict[int, int], k: int
) -> None:
    assert quality.ndcg(partners, judged, k) == pytest.approx(slow_ndcg(partners, judged, k))


@given(LISTS, JUDGED)
def test_average_precision_is_the_mean_precision_at_the_relevant(
    partners: list[int], judged: dict[int, int]
) -> None:
    assert quality.average_precision(partners, judged) == pytest.approx(slow_ap(partners, judged))


@given(LISTS, JUDGED, st.integers(1, 9))
def test_recall_counts_the_relevant_among_the_first(
    partners: list[int], judged: dict[int, int], k: int
) -> None:
    good = [one for one, grade in judged.items() if grade]
    expected = sum(one in partners[:k] for one in good) / len(good) if good else None

    assert quality.recall(partners, judged, k) == expected


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_gini_is_half_the_relative_mean_difference(values: list[int]) -> None:
    assert quality.gini(values) == pytest.approx(slow_gini(values), abs=1e-12)


@given(st.lists(st.integers(0, 9), min_size=1), st.floats(0, 1))
def test_a_quantile_is_the_smallest_value_enough_others_do_not_pass(
    values: list[int], share: float
) -> None:
    found = quality.quantile(sorted(values), share)

    assert found in values
    reached = [one for one in values if sum(x <= one for x in values) >= share * len(values)]
    assert found == min(reached)


MANY = st.dictionaries(st.integers(1, 4), JUDGED, max_size=4)


@given(MANY)
def test_turning_grades_twice_gives_them_back(judged: dict[int, dict[int, int]]) -> None:
    kept = {one: grades for one, grades in judged.items() if grades}

    assert quality.turned(quality.turned(judged)) == kept


@given(
    st.dictionaries(st.integers(1, 4), LISTS, max_size=4),
    st.dictionaries(IDS, st.lists(st.integers(1, 4), unique=True), max_size=9),
    MANY,
    st.integers(1, 9),
)
def test_a_reciprocal_hit_is_on_both_lists(
    offers: dict[int, list[int]],
    people: dict[int, list[int]],
    judged: dict[int, dict[int, int]],
    k: int,
) -> None:
    pairs = [(p, g) for p, grades in judged.items() for g, grade in grades.items() if grade]
    hits = [(p, g) for p, g in pairs if g in offers.get(p, [])[:k] and p in people.get(g, [])[:k]]

    found = quality.reciprocal_hits(offers, people, judged, k)

    assert found == (len(hits) / len(pairs) if pairs else None)


@given(
    st.lists(st.lists(st.integers(1, 6), unique=True), max_size=8),
    st.dictionaries(st.integers(1, 5), st.integers(1, 4), max_size=5),
)
def test_congestion_counts_lists_per_seat(lists: list[list[int]], seats: dict[int, int]) -> None:
    counted = quality.Attention(seats)
    for some in (lists[:1], lists[1:]):
        counted.add(
            np.asarray([len(one) for one in some], dtype=np.int64),
            np.asarray([p for one in some for p in one], dtype=np.int32),
        )
    found = counted.figures()

    per_seat = [sum(p in one for one in lists) / n for p, n in seats.items()]
    assert found.n_lists == len(lists)
    assert found.n_empty == lists.count([])
    assert found.n_never_shown == per_seat.count(0)
    assert found.per_seat_max == max(per_seat, default=0)
    assert found.gini == pytest.approx(slow_gini(per_seat), abs=1e-12)  # type: ignore[arg-type]  # shares
    assert sum(found.histogram) == len(seats)
    assert found.histogram[0] == found.n_never_shown


def test_a_side_is_measured_over_those_with_somebody_relevant() -> None:
    lists = {1: [10, 11, 12], 2: [11, 10]}
    judged = {1: {12: 3, 11: 0}, 2: {11: 0}, 3: {10: 1}}

    found = quality.side_quality(lists, judged, 3)

    assert found.n_subjects == 2
    assert found.recall_at_length == 0.5
    assert found.mean_average_precision == pytest.approx((1 / 3 + 0) / 2)
    # Of the two judged for 1, the worse one stands first; nobody of 3 is on a list.
    assert found.ndcg_at_10_judged == pytest.approx((1 / math.log2(3)) / 2)
