"""A crowd walking a fair (人流模拟): slow but honest, one person at a time; the judge of plans and of routes.

Each visitor comes at a minute, walks to a stand, waits in its line, talks, walks on. Who has a route follows it; who
has none goes to the nearest stand that fits. A line that looks too long is left for later, once. Nobody talks after
closing. The judge knows nothing of how plans or routes are computed: it shares only the steps between booths.

Notes
-----
A stand is a queue with as many servers as people who can talk there, first come first served, with service times
from a gamma distribution (shape 4: talks vary, but few are very short). Walking is at 1 m/s, the pace of a crowd of
about one person a square metre (Fruin, Pedestrian Planning and Design, 1971); it does not slow down where lines
stand in the way, so that crowded plans come off better here than in a hall.
"""

import heapq
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.fairs.floor import METRES_A_CELL, Walks

NEAR_STEPS = 3
"""Lines within nine metres stand in one another's way."""

_SHAPE = 4.0
_METRES_A_MINUTE = 60.0


@dataclass(frozen=True)
class Stand:
    """An employer in the hall: its booths (by their place in the walks), who can talk there at once, minutes a talk."""

    booths: tuple[int, ...]
    n_interviewers: int = 1
    talk_minutes: float = 6.0


@dataclass(frozen=True)
class Comer:
    """A visitor: the minute he or she comes, and the stands that fit."""

    minute: float
    stands: tuple[int, ...]
    in_order: bool = False
    """True: the stands are a route; False: the nearest comes first."""


@dataclass(frozen=True)
class CrowdFigures:
    """What a simulated crowd came to."""

    longest_line: int
    """Most people waiting at one stand at any time."""
    line_p95: float
    """The longest line of each stand; 95 of 100 stands stay at or below this."""
    mean_wait: float
    """Minutes a talk was waited for, on average over talks."""
    wait_p95: float
    most_near: int
    """Most people waiting at once within nine metres of one booth."""
    n_talks: int
    n_missed: int
    """Stands that fit and were not reached before closing, added up over visitors."""


@dataclass
class _Line:
    """The line before a stand."""

    free: int
    waiting: deque[tuple[float, int]] = field(default_factory=deque)
    longest: int = 0


@dataclass
class _Visitor:
    left: list[int]
    at: int | None = None
    postponed: set[int] = field(default_factory=set)


def simulate(
    walks: Walks,
    stands: Sequence[Stand],
    comers: Sequence[Comer],
    *,
    rng: np.random.Generator,
    closes: float = 180.0,
    patience: int = 8,
) -> CrowdFigures:
    """Let a crowd walk; the same generator gives the same crowd.

    Parameters
    ----------
    closes : minute nobody begins to talk after
    patience : people in line for each interviewer that make somebody come back later, once a stand
    """
    return _Crowd(walks, stands, comers, rng, closes, patience).run()


class _Crowd:
    """One run: who is where, and what happens next."""

    def __init__(
        self,
        walks: Walks,
        stands: Sequence[Stand],
        comers: Sequence[Comer],
        rng: np.random.Generator,
        closes: float,
        patience: int,
    ) -> None:
        self.stands, self.comers = stands, comers
        self.rng, self.closes, self.patience = rng, closes, patience
        self.between, self.from_door = _minutes(walks, stands)
        self.lines = [_Line(stand.n_interviewers) for stand in stands]
        self.people = [_Visitor(list(comer.stands)) for comer in comers]
        self.events: list[tuple[float, int, str, int]] = []
        self.waits: list[float] = []
        self.near = _Near(walks, stands)
        self.n = 0

    def run(self) -> CrowdFigures:
        """Return the figures once everybody has gone."""
        for i, comer in enumerate(self.comers):
            self._later(comer.minute, "walk", i)
        acts = {"walk": self._walk, "arrive": self._arrive, "end": self._end}
        while self.events:
            now, _, act, who = heapq.heappop(self.events)
            acts[act](now, who)
        longest = [line.longest for line in self.lines] or [0]
        waits = self.waits or [0.0]
        return CrowdFigures(
            longest_line=max(longest),
            line_p95=float(np.percentile(longest, 95)),
            mean_wait=float(np.mean(waits)),
            wait_p95=float(np.percentile(waits, 95)),
            most_near=self.near.most,
            n_talks=len(self.waits),
            n_missed=sum(len(one.left) for one in self.people),
        )

    def _later(self, minute: float, act: str, who: int) -> None:
        self.n += 1  # what falls on the same moment happens in the order it was planned
        heapq.heappush(self.events, (minute, self.n, act, who))

    def _walk(self, now: float, who: int) -> None:
        """Set out for the next stand."""
        visitor = self.people[who]
        if not visitor.left or now >= self.closes:
            return
        away = self.from_door if visitor.at is None else self.between[visitor.at]
        if not self.comers[who].in_order:
            fresh = [s for s in visitor.left if s not in visitor.postponed] or visitor.left
            nearest = min(fresh, key=lambda s: (away[s], s))
            visitor.left.remove(nearest)
            visitor.left.insert(0, nearest)
        visitor.at = visitor.left[0]
        self._later(now + float(away[visitor.at]), "arrive", who)

    def _arrive(self, now: float, who: int) -> None:
        """Join the line, talk at once, or come back later."""
        visitor = self.people[who]
        stand = visitor.left[0]
        line = self.lines[stand]
        if now >= self.closes:
            return
        if line.free:
            line.free -= 1
            self._talk(now, now, who)
        elif self._postpones(visitor, stand):
            visitor.postponed.add(stand)
            visitor.left.append(visitor.left.pop(0))
            self._walk(now, who)
        else:
            line.waiting.append((now, who))
            line.longest = max(line.longest, len(line.waiting))
            self.near.change(stand, 1)

    def _postpones(self, visitor: _Visitor, stand: int) -> bool:
        limit = self.patience * self.stands[stand].n_interviewers
        others = any(s not in visitor.postponed for s in visitor.left[1:])
        return len(self.lines[stand].waiting) >= limit and stand not in visitor.postponed and others

    def _talk(self, now: float, since: float, who: int) -> None:
        mean = self.stands[self.people[who].left[0]].talk_minutes
        self.waits.append(now - since)
        self._later(now + float(self.rng.gamma(_SHAPE, mean / _SHAPE)), "end", who)

    def _end(self, now: float, who: int) -> None:
        """End a talk: the next in line begins, unless it is closing time."""
        visitor = self.people[who]
        stand = visitor.left.pop(0)
        line = self.lines[stand]
        if line.waiting and now < self.closes:
            since, following = line.waiting.popleft()
            self.near.change(stand, -1)
            self._talk(now, since, following)
        else:
            line.free += 1
        self._walk(now, who)


def _minutes(
    walks: Walks, stands: Sequence[Stand]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return minutes on foot between stands and from the door: of their nearest booths."""
    pace = METRES_A_CELL / _METRES_A_MINUTE
    own = [list(stand.booths) for stand in stands]
    door = np.array([walks.from_door[b].min() for b in own], dtype=np.float64)
    both = np.zeros((len(own), len(own)))
    for i, booths in enumerate(own):
        nearest = walks.between[booths].min(axis=0)
        both[i] = [nearest[others].min() for others in own]
    return both * pace, door * pace


class _Near:
    """How many wait near each booth; a line is counted at the first booth of its stand."""

    def __init__(self, walks: Walks, stands: Sequence[Stand]) -> None:
        close = walks.between <= NEAR_STEPS
        self.close = [np.flatnonzero(close[stand.booths[0]]) for stand in stands]
        self.waiting = np.zeros(len(walks.from_door), dtype=np.int64)
        self.most = 0

    def change(self, stand: int, by: int) -> None:
        """Count somebody who joins or leaves a line."""
        self.waiting[self.close[stand]] += by
        if by > 0:
            self.most = max(self.most, int(self.waiting[self.close[stand]].max()))


def invent_crowd(
    demand: Sequence[int],
    trades: Sequence[str],
    *,
    rng: np.random.Generator,
    most_stands: int = 6,
    last_minute: float = 120.0,
) -> list[Comer]:
    """Return a crowd in which each stand is wanted by as many as it is expected to be, mostly by trade.

    A visitor belongs to a trade and wants up to `most_stands` of it, a stand drawn in proportion to its demand; a
    fifth look at one stand of another trade as well. They come in the shape of a real morning: most of them in the
    first half hour after opening (a triangle that falls to `last_minute`).
    """
    comers = []
    for wanted in _wishes(demand, trades, rng, most_stands):
        minute = last_minute * (1.0 - float(np.sqrt(rng.random())))
        comers.append(Comer(minute, wanted))
    return sorted(comers, key=lambda one: one.minute)


def _wishes(
    demand: Sequence[int], trades: Sequence[str], rng: np.random.Generator, most_stands: int
) -> Iterator[tuple[int, ...]]:
    left = np.array(demand, dtype=np.int64)
    by_trade = {
        trade: np.array([i for i, one in enumerate(trades) if one == trade]) for trade in trades
    }
    while left.any():
        trade = trades[int(_drawn(left, np.arange(len(left)), 1, rng)[0])]
        chosen = [int(i) for i in _drawn(left, by_trade[trade], most_stands, rng)]
        if rng.random() < 0.2 and left.sum() > left[by_trade[trade]].sum():
            chosen += [int(i) for i in _drawn(left, np.arange(len(left)), 1, rng)]
        wanted = tuple(dict.fromkeys(chosen))
        left[list(wanted)] -= 1
        yield wanted


def _drawn(
    left: NDArray[np.int64], among: NDArray[np.int64], n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw up to n different stands that are still wanted, in proportion to how much."""
    open_ = among[left[among] > 0]
    share = left[open_] / left[open_].sum()
    return np.asarray(rng.choice(open_, size=min(n, len(open_)), replace=False, p=share))
