"""Which seat admits whom: kept ones those they are kept for, released ones everybody."""

import datetime as dt

import pytest

from matcher.kinds import SeatClass
from matcher.policy.seat_admission import LEAST_RANK, admits, is_kept, narrowness

_DAY = dt.date(2026, 11, 22)
_BEFORE, _AFTER = _DAY - dt.timedelta(days=1), _DAY + dt.timedelta(days=1)
_ORDINARY, _KEPT, _ZERO = SeatClass.ORDINARY, SeatClass.HARDSHIP, SeatClass.ZERO_EMPLOYMENT


@pytest.mark.parametrize(
    ("seat_class", "ranks"),
    [(_ORDINARY, range(6)), (_KEPT, range(1, 6)), (_ZERO, range(5, 6))],
)
def test_a_seat_admits_those_it_is_kept_for(seat_class: SeatClass, ranks: range) -> None:
    assert [rank for rank in range(6) if admits(seat_class, None, rank, _DAY)] == list(ranks)


@pytest.mark.parametrize("seat_class", [_KEPT, _ZERO])
def test_a_kept_seat_admits_everybody_from_its_day_on(seat_class: SeatClass) -> None:
    admitted = [admits(seat_class, day, 0, _DAY) for day in (_BEFORE, _DAY, _AFTER, None)]

    assert admitted == [True, True, False, False]
    assert [is_kept(seat_class, day, _DAY) for day in (_DAY, _AFTER)] == [False, True]


@pytest.mark.parametrize(
    ("rank", "order"),
    [
        (0, [_ORDINARY, _KEPT, _ZERO]),
        (1, [_KEPT, _ORDINARY, _ZERO]),
        (5, [_ZERO, _KEPT, _ORDINARY]),
    ],
)
def test_who_has_a_seat_kept_takes_it_first_and_others_leave_released_ones_to_the_last(
    rank: int, order: list[SeatClass]
) -> None:
    assert sorted(SeatClass, key=lambda one: narrowness(one, _BEFORE, rank)) == order


def test_every_class_has_its_least_rank() -> None:
    assert set(LEAST_RANK) == set(SeatClass)
