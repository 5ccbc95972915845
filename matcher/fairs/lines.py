"""The line a stand must expect (预计排队), and how many people it should send: from who comes and who can talk.

A fair fills quickly and empties slowly: arrivals fall from their peak at opening to nothing after `ARRIVE_MINUTES`.
While more come than talks end, the line grows; the fluid picture of a queue gives its longest length in one formula
(Newell, Applications of Queueing Theory, 1982). It leaves chance aside, so a stand with hands enough still gets the
few who talk at once counted as its crowd.
"""

import math
from collections.abc import Mapping

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


def share_out(fitting: Mapping[int, int], n_people: int, *, stands_each: int = 4) -> dict[int, int]:
    """Return how many talks each employer must expect if so many people come, by how many graduates fit its posts.

    A fair is open to everybody, so more come than were matched; they are taken to want what the matched ones want.
    One is added to each, since somebody always asks. With nobody expected the matched ones themselves are the crowd.
    Nobody talks twice at a stand, so no employer is given more than all.

    Parameters
    ----------
    fitting : graduates that fit, by employer
    stands_each : talks a visitor has time for
    """
    if n_people <= 0 or not fitting:
        return dict(fitting)
    weight = {key: n + 1 for key, n in sorted(fitting.items())}
    total = sum(weight.values())
    return {
        key: min(n_people, -(-n_people * stands_each * n // total)) for key, n in weight.items()
    }
