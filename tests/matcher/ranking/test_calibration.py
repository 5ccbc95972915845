"""Proposed points find what outcomes say, stay monotone and bounded, and say how sure they are."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.ranking import calibration
from matcher.ranking.alteration import PART_FIELDS, most_points
from matcher.ranking.calibration import (
    FOLDS,
    HIGHEST,
    LOWEST,
    calibrate,
    comparisons,
    most_by_part,
    scaled_points,
)
from matcher.ranking.parameters import DriveParameters, PartPoints

PARTS = tuple(PART_FIELDS)


def outcomes(
    weights: dict[str, float],
    *,
    postings: int = 80,
    people: int = 6,
    noise: float = 0.1,
    seed: int = 1,
) -> tuple[list[NDArray[np.float64]], list[list[int]]]:
    """Draw shares and grades that follow hidden weights."""
    rng = np.random.default_rng(seed)
    hidden = np.asarray([weights.get(part, 0.0) for part in PARTS])
    columns, grades = [], []
    for _ in range(postings):
        shares = rng.random((people, len(PARTS)))
        worth = shares @ hidden + noise * rng.standard_normal(people)
        columns.append(shares)
        grades.append([int(rank) * 4 // people for rank in np.argsort(np.argsort(worth))])
    return columns, grades


def test_a_part_that_decides_gains_and_one_that_tells_nothing_loses() -> None:
    found = calibrate(comparisons(*outcomes({"pay": 3.0, "text": 1.0})), PartPoints())

    assert found is not None
    assert found.points.pay > PartPoints().pay
    assert found.points.major_leaf < PartPoints().major_leaf
    assert found.gain_low > 0
    assert found.concordance_proposed > found.concordance_now


def test_pure_chance_is_not_worth_a_proposal() -> None:
    found = calibrate(comparisons(*outcomes({}, noise=1.0)), PartPoints())

    assert found is not None
    assert found.gain_low <= 0


def test_outcomes_as_the_present_points_say_change_little() -> None:
    now = dict(zip(PARTS, most_by_part(PartPoints()) / 9000, strict=True))

    found = calibrate(comparisons(*outcomes(now, noise=0.05)), PartPoints())

    assert found is not None
    assert found.gain_low <= 0
    assert abs(found.points.major_leaf - 3500) < 700


def test_a_part_that_counts_against_a_match_goes_to_its_lower_bound_never_below_nothing() -> None:
    found = calibrate(comparisons(*outcomes({"pay": 3.0, "text": -3.0})), PartPoints())

    assert found is not None
    assert found.points.text == LOWEST * PartPoints().text


def test_the_gain_is_that_on_postings_the_fit_had_not_seen() -> None:
    """Fitted to pure chance and tried on the same postings, few of them would gain 0.04 on average."""
    gains = []
    for seed in range(20):
        found = calibrate(
            comparisons(*outcomes({}, postings=15, noise=1.0, seed=seed)), PartPoints()
        )
        assert found is not None
        gains.append(found.gain)

    assert np.mean(gains) < 0.025


def test_no_weight_is_ever_negative_even_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "LOWEST", -5.0)

    found = calibrate(comparisons(*outcomes({"pay": 3.0, "text": -3.0})), PartPoints())

    assert found is not None
    assert min(most_points(found.points, part) for part in PARTS) == 0


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(st.sampled_from(PARTS), st.floats(-2, 3), max_size=7),
    st.integers(0, 1000),
    st.sampled_from([PartPoints(), PartPoints(text=0, place_province=0), PartPoints(pay=7)]),
)
def test_proposed_points_are_bounded_monotone_and_keep_the_sum(
    weights: dict[str, float], seed: int, points: PartPoints
) -> None:
    found = calibrate(
        comparisons(*outcomes(weights, postings=2 * FOLDS, people=4, seed=seed)), points
    )

    assert found is not None
    DriveParameters(points=found.points)  # every rule of a drive's parameters holds
    assert found.points.max_fit() <= points.max_fit()
    for part in PARTS:
        now, then = most_points(points, part), most_points(found.points, part)
        assert LOWEST * now <= then <= HIGHEST * now


@given(st.lists(st.floats(LOWEST, HIGHEST), min_size=7, max_size=7))
def test_scaling_keeps_every_order_inside_a_part(factors: list[float]) -> None:
    most = np.floor(np.ceil(most_by_part(PartPoints()) * np.asarray(factors)))

    found = scaled_points(PartPoints(), most)

    for row in (
        (
            found.major_leaf,
            found.major_class,
            found.major_group,
            found.major_any,
            found.major_maybe,
        ),
        (*found.place_choices, found.place_province),
        (*found.occupation_choices, found.occupation_group),
    ):
        assert all(near >= far for near, far in pairwise(row))
    assert found.major_maybe < found.major_any


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=5), max_size=5))
def test_people_of_one_posting_are_compared_and_nobody_else(grades: list[list[int]]) -> None:
    columns = [
        np.full((len(own), len(PARTS)), 100.0 * number) + np.asarray(own)[:, None]
        for number, own in enumerate(grades)
    ]

    found = comparisons(columns, grades)

    pairs = [a - b for own in grades for a in own for b in own if a > b]
    assert sorted(found.rows[:, 0].tolist()) == sorted(map(float, pairs))
    by_group = np.bincount(found.group, weights=found.weight) if pairs else np.zeros(0)
    expected = [float(len(own)) for own in grades if len(set(own)) > 1]
    assert by_group.tolist() == pytest.approx(expected)


def test_too_few_postings_give_nothing() -> None:
    assert (
        calibrate(comparisons(*outcomes({"pay": 1}, postings=2 * FOLDS - 1)), PartPoints()) is None
    )
    assert calibrate(comparisons([], []), PartPoints()) is None


def test_the_reach_of_pay_in_yuan_stays_about_the_same() -> None:
    most = most_by_part(PartPoints())
    most[PARTS.index("pay")] = 600

    found = scaled_points(PartPoints(), most)

    assert found.pay * found.pay_step_yuan == PartPoints().pay * PartPoints().pay_step_yuan
    assert replace(found, pay=300, pay_step_yuan=10) == PartPoints()
