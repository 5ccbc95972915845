"""The line a stand must expect (预计排队), and how many people it should send: from who comes and who can talk.

A fair fills quickly and empties slowly: arrivals fall from their peak at opening to nothing after `ARRIVE_MINUTES`.
While more come than talks end, the line grows; the fluid picture of a queue gives its longest length in one formula
(Newell, Applications of Queueing Theory, 1982). It leaves chance aside, so a stand with hands enough still gets the
few who talk at once counted as its crowd.
"""

import math

TALK_MINUTES = 6.0
"""A first talk at a stand: a few questions and a résumé handed over."""

ARRIVE_MINUTES = 120.0
"""Until when people come: two hours of a morning."""


def expected_line(n_visitors: int, n_interviewers: int) -> int:
    """Return about how many stand at a stand at its worst moment, those who talk included.

    Notes
    -----
    Arrivals at minute t are 2n/T (1 - t/T); talks end at c/s a minute. With x = cT / 2ns < 1 the line is longest
    when both are equal, and is then n(1 - x)^2; with x >= 1 nobody waits but by chance.
    """
    talking = min(n_interviewers, math.ceil(2 * n_visitors * TALK_MINUTES / ARRIVE_MINUTES))
    return math.ceil(_waiting(n_visitors, n_interviewers)) + talking


def interviewers_for(n_visitors: int, most_minutes: float) -> int:
    """Return how many must be able to talk at once so that the longest wait stays within so many minutes."""
    n = 1
    while expected_wait(n_visitors, n) > most_minutes:
        n += 1
    return n


def expected_wait(n_visitors: int, n_interviewers: int) -> float:
    """Return about the longest wait in minutes: the longest line before one, at the pace talks end."""
    return _waiting(n_visitors, n_interviewers) * TALK_MINUTES / n_interviewers


def _waiting(n_visitors: int, n_interviewers: int) -> float:
    """Return the longest line, those who talk left aside."""
    if n_visitors <= 0:
        return 0.0
    spare = n_interviewers * ARRIVE_MINUTES / (2 * n_visitors * TALK_MINUTES)
    return n_visitors * (1 - spare) ** 2 if spare < 1 else 0.0
