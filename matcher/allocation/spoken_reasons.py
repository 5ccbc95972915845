"""Reasons that may be read aloud (可以念出来的理由): to the person, with others in the room.

Own facts and who sits where, nothing else: no key, no class, no group of seats, for each of them tells of somebody's
household. So on the same pairs the text stays the same when anybody's class changes and everybody sits where they sat.

A cut-off here is the lowest fit among all who sit at the posting, in whatever kind of seat. It is named only where the
fit alone explains who sits there: everybody who would rather have sat there has less. So all of them hear the same, and
whoever lays two texts side by side learns of nobody who was let past somebody with more. Nor is it named where under
five compete, or where one person sits alone, whose fit it would be. Where it is not named nobody can tell which of
these it was.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult

FEWEST_COMPETITORS = 5
"""Among fewer, a cut-off would be some known person's fit."""

FEWEST_SEATED = 2
"""One person alone at a posting would have the own fit told."""

MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A posting the person likes better than where it sits.

    Parameters
    ----------
    posting : id
    own_fit : own points
    cutoff_fit : lowest points of those who sit there; None where it must not be named
    is_ruled_out : whether staff ruled the pair out
    """

    posting: int
    wish_place: int
    own_fit: int
    cutoff_fit: int | None
    is_ruled_out: bool


@dataclass(frozen=True, slots=True)
class SpokenReasons:
    """What a person may hear: its seat, and what it likes better, best first.

    Parameters
    ----------
    posting, wish_place : of the seat, None without one
    n_open : how many postings the person could have been seated at
    """

    graduate: int
    posting: int | None
    wish_place: int | None
    better: tuple[SpokenLine, ...]
    n_open: int


def spoken_reasons(
    market: Market,
    result: PlanResult,
    graduate: int,
    *,
    ruled_out: Collection[int] = (),
    most: int = MOST_LINES,
) -> SpokenReasons | None:
    """Say what a person may hear; None if it is not in the market.

    Parameters
    ----------
    ruled_out : postings staff ruled out for this person
    most : better-liked postings told at most
    """
    row = int(np.searchsorted(market.graduates, graduate))
    if row == market.n_graduates or market.graduates[row] != graduate:
        return None
    first, last = int(market.pointer[row]), int(market.pointer[row + 1])
    edge = int(result.edge[row])
    sits = edge >= 0
    until = edge if sits else last
    lines = [
        _line(market, result, at, int(market.place[at]))
        for at in range(first, min(until, first + most))
    ]
    told = tuple(
        SpokenLine(
            posting, place, fit, None if posting in ruled_out else cutoff, posting in ruled_out
        )
        for posting, place, fit, cutoff in lines
    )
    return SpokenReasons(
        graduate=graduate,
        posting=int(market.postings[market.posting[edge]]) if sits else None,
        wish_place=int(market.place[edge]) if sits else None,
        better=told,
        n_open=last - first,
    )


def _line(
    market: Market, result: PlanResult, edge: int, place: int
) -> tuple[int, int, int, int | None]:
    posting = int(market.posting[edge])
    return (
        int(market.postings[posting]),
        place,
        int(market.fit[edge]),
        _cutoff(market, result, posting),
    )


def _cutoff(market: Market, result: PlanResult, posting: int) -> int | None:
    """Return the lowest fit of those seated, where it explains to everybody else why they are not."""
    at = np.flatnonzero(market.posting == posting)
    chosen = result.edge[np.searchsorted(market.pointer, at, side="right") - 1]
    seated = market.fit[at[chosen == at]]
    # Pairs stand best wish first: who sits at a later one, or nowhere, would rather have sat here.
    rather = market.fit[at[(chosen < 0) | (chosen > at)]]
    if len(at) < FEWEST_COMPETITORS or len(seated) < FEWEST_SEATED:
        return None
    lowest = int(seated.min())
    return lowest if (rather < lowest).all() else None
