"""The lottery: a fixed permutation that only the holder of the key can compute."""

import numpy as np
import pytest

from matcher.ranking.lottery import LAST, Side, lottery_numbers
from tests.factories.ranking import KEY

EXAMPLE = [800982890, 1855643439, 1069651542]


def test_no_two_entries_share_a_number() -> None:
    low = np.arange(300_000)
    high = LAST - np.arange(300_000)

    drawn = lottery_numbers(np.concatenate([low, high]), KEY)

    assert drawn.dtype == np.uint32
    assert len(np.unique(drawn)) == len(drawn)


def test_numbers_stay_when_people_arrive_or_leave() -> None:
    everybody = lottery_numbers(np.arange(1000), KEY)

    some = lottery_numbers([999, 3, 512], KEY)

    assert some.tolist() == everybody[[999, 3, 512]].tolist()


def test_numbers_are_the_same_on_every_machine() -> None:
    assert lottery_numbers([0, 1, 2], b"published example").tolist() == EXAMPLE


def test_another_key_or_side_draws_another_order() -> None:
    entries = np.arange(1000)
    ours = lottery_numbers(entries, KEY)

    others = [lottery_numbers(entries, b"x"), lottery_numbers(entries, KEY, Side.POSTINGS)]

    assert all((ours != drawn).mean() > 0.99 for drawn in others)


def test_early_entries_are_not_favoured() -> None:
    drawn = lottery_numbers(np.arange(100_000), KEY).astype(np.float64) / LAST

    assert abs(np.corrcoef(np.arange(100_000), drawn)[0, 1]) < 0.02
    assert abs(drawn.mean() - 0.5) < 0.01


@pytest.mark.parametrize("entry", [-1, LAST + 1])
def test_an_entry_number_beyond_32_bits_is_refused(entry: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        lottery_numbers([entry], KEY)


def test_no_entries_draw_no_numbers() -> None:
    assert lottery_numbers([], KEY).shape == (0,)
