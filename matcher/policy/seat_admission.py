"""Which seat (席位) admits whom: ordinary ones all, kept ones those they are kept for, until they are released.

A released seat admits everybody from its day on, whether or not the nightly job has come by.
"""

import datetime as dt
from collections.abc import Mapping

from matcher.kinds import SeatClass

ZERO_EMPLOYMENT_RANK = 5
"""Priority rank of zero-employment households (零就业家庭), above every tier."""

LEAST_RANK: Mapping[SeatClass, int] = {
    SeatClass.ORDINARY: 0,
    SeatClass.HARDSHIP: 1,
    SeatClass.ZERO_EMPLOYMENT: ZERO_EMPLOYMENT_RANK,
}
"""Class → least priority rank it is kept for; a class with a higher one is the narrower."""


def is_kept(seat_class: SeatClass, release_on: dt.date | None, today: dt.date) -> bool:
    """Say whether a seat is kept for some people (预留) on a day."""
    is_released = release_on is not None and release_on <= today
    return seat_class is not SeatClass.ORDINARY and not is_released


def admits(seat_class: SeatClass, release_on: dt.date | None, rank: int, today: dt.date) -> bool:
    """Say whether a seat may go to somebody of a priority rank on a day."""
    return not is_kept(seat_class, release_on, today) or rank >= LEAST_RANK[seat_class]


def narrowness(seat_class: SeatClass, release_on: dt.date | None, rank: int) -> tuple[int, int]:
    """Return a key: who has a seat kept for them takes it first, everybody else an ordinary one first.

    Among released seats the one released longest goes first.
    """
    least = LEAST_RANK[seat_class]
    day = release_on.toordinal() if release_on is not None else 0
    return (-least if rank >= least else least, day)
