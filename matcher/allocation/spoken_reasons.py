"""Reasons that may be read aloud (可以念出来的理由): to the person, with others in the room.

Own facts and who sits where, nothing else: no key, no class, no group of seats, for each of them tells of somebody's
household. So on the same pairs the text stays the same when anybody's class changes and everybody sits where they sat.

A cut-off here is the lowest fit among all who sit at the posting, in whatever kind of seat. It is named only where at
least five compete for the posting, and only where the own fit is below it: then it speaks for itself. Where it is not
named nobody can tell whether few compete, or the published order of the drive looked at more than the fit.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matcher.allocation.market import Market
from matcher.allocation.plan_result import PlanResult

FEWEST_COMPETITORS = 5
"""Among fewer, a cut-off would be some known person's fit."""

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
        _line(market, result, at, at - first + 1) for at in range(first, min(until, first + most))
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
        wish_place=edge - first + 1 if sits else None,
        better=told,
        n_open=last - first,
    )


def _line(
    market: Market, result: PlanResult, edge: int, place: int
) -> tuple[int, int, int, int | None]:
    posting, fit = int(market.posting[edge]), int(market.fit[edge])
    chosen = result.edge[result.edge >= 0]
    there = chosen[market.posting[chosen] == posting]
    competitors = int((market.posting == posting).sum())
    lowest = int(market.fit[there].min()) if len(there) else None
    speaks = lowest is not None and fit < lowest and competitors >= FEWEST_COMPETITORS
    return int(market.postings[posting]), place, fit, lowest if speaks else None
