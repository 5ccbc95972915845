"""Keys: what orders a list, and that a key can be taken apart again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import ListSide, PriorityMode
from matcher.ranking.lottery import LAST
from matcher.ranking.order import EMPTY, NEUTRAL, OrderRule
from matcher.ranking.parameters import POINTS_LIMIT, DriveParameters

MODES = st.sampled_from([None, *PriorityMode])
FITS, RANKS = st.integers(0, POINTS_LIMIT - 1000), st.integers(0, 5)
HARDSHIP = DriveParameters().hardship_points


def key_of(
    rule: OrderRule, fit: int, rank: int, *, confirmed: bool = True, lottery: int = 0
) -> int:
    keys = rule.keys(
        np.asarray([fit]), np.asarray([rank]), np.asarray([confirmed]), np.asarray([lottery])
    )
    return int(keys[0])


@given(MODES, st.integers(1, POINTS_LIMIT), FITS, RANKS, st.booleans(), st.integers(0, LAST))
def test_a_key_says_what_it_was_made_of(
    mode: PriorityMode | None, width: int, fit: int, rank: int, confirmed: bool, lottery: int
) -> None:
    rule = OrderRule(mode, width, HARDSHIP)

    key = key_of(rule, fit, rank, confirmed=confirmed, lottery=lottery)
    decoded = rule.decode(key)

    assert 0 <= key < 1 << 62
    assert (decoded.fit, decoded.confirmed, decoded.lottery) == (fit, confirmed, lottery)
    assert decoded.rank == (None if mode is None else rank)
    assert not decoded.fallback


@given(MODES, st.integers(1, 3000), FITS, FITS, RANKS)
def test_more_fit_never_lowers_a_key(
    mode: PriorityMode | None, width: int, one: int, other: int, rank: int
) -> None:
    rule = OrderRule(mode, width, HARDSHIP)

    low, high = (key_of(rule, fit, rank) for fit in sorted((one, other)))

    assert low <= high


@given(MODES, st.integers(1, 3000), FITS, RANKS, FITS, RANKS)
def test_a_certain_pair_comes_before_every_pair_to_be_confirmed(
    mode: PriorityMode | None, width: int, fit: int, rank: int, other_fit: int, other_rank: int
) -> None:
    rule = OrderRule(mode, width, HARDSHIP)

    assert key_of(rule, fit, rank, lottery=LAST) > key_of(
        rule, other_fit, other_rank, confirmed=False
    )


@given(FITS, FITS)
def test_bands_put_hardship_before_any_fit(fit: int, other_fit: int) -> None:
    rule = OrderRule(PriorityMode.BAND)

    assert key_of(rule, fit, 3, lottery=LAST) > key_of(rule, other_fit, 2)


def test_under_equal_conditions_hardship_decides_inside_the_width_alone() -> None:
    rule = OrderRule(PriorityMode.EQUAL_CONDITIONS, 200)

    assert key_of(rule, 4000, 5) > key_of(rule, 4199, 0)
    assert key_of(rule, 4000, 5) < key_of(rule, 4200, 0)


def test_width_zero_prefers_hardship_at_exact_ties_alone() -> None:
    drive = DriveParameters(equal_width=0)
    rule = OrderRule.of(drive, ListSide.POSTING_ORDINARY)

    assert key_of(rule, 4000, 1, lottery=LAST) > key_of(rule, 4000, 0)
    assert key_of(rule, 4000, 5) < key_of(rule, 4001, 0)


@given(FITS, RANKS, RANKS)
def test_nobody_reads_hardship_out_of_a_graduates_or_neutral_list(
    fit: int, one: int, other: int
) -> None:
    for side in (ListSide.GRADUATE, NEUTRAL):
        rule = OrderRule.of(DriveParameters(), side)

        assert key_of(rule, fit, one) == key_of(rule, fit, other)


def test_an_empty_place_cannot_be_decoded() -> None:
    with pytest.raises(ValueError, match="empty"):
        OrderRule.of(DriveParameters(), ListSide.GRADUATE).decode(EMPTY)
