"""How long one waits at a booth (排队时间): a plain estimate that says what it rests on.

The queue moves by calls, so its pace is the time from one call to the next while somebody waited: it holds whatever
number of people talk at the booth, and however long. The median of the day is taken once there are some, since one
long talk should not make the whole hall wait on paper; before that, the agreed minutes of a talk, shared by those who
talk at the same time.
"""

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LEAST_GAPS = 5
"""Gaps of the day before their median replaces the agreed number: fewer swing by minutes from one to the next."""

_SHORTEST_MINUTES = 0.25
"""A number called over at once was no talk; without a floor a few of these would promise no wait at all."""


@dataclass(frozen=True, slots=True)
class Call:
    """One number that was called: when it was taken and when called."""

    taken_at: dt.datetime
    called_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a queue moves.

    Attributes
    ----------
    minutes_each : from one call to the next
    is_measured : it rests on today's calls, not on the agreed number
    """

    minutes_each: float
    is_measured: bool


def gaps_of(calls: Sequence[Call]) -> list[float]:
    """Return the minutes between calls one after another, leaving out times at which nobody stood in line."""
    inorder = sorted(calls, key=lambda one: one.called_at)
    return [
        (after.called_at - before.called_at).total_seconds() / 60
        for before, after in itertools.pairwise(inorder)
        if after.taken_at <= before.called_at
    ]


def pace_of(gaps: Sequence[float], n_talking: int, agreed_minutes: int) -> Pace:
    """Return the pace of a queue.

    Parameters
    ----------
    gaps : minutes between the calls of the day
    n_talking : who can talk to visitors at the same time
    agreed_minutes : of one talk, until enough were seen
    """
    real = [one for one in gaps if one >= _SHORTEST_MINUTES]
    if len(real) < LEAST_GAPS:
        return Pace(agreed_minutes / max(1, n_talking), is_measured=False)
    return Pace(median(real), is_measured=True)


def wait_minutes(n_ahead: int, pace: Pace) -> int:
    """Return the minutes until somebody with so many people ahead is called; whole, rounded up."""
    return math.ceil(max(0, n_ahead) * pace.minutes_each)
