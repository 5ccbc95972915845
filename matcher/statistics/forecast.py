"""Where a drive will end (预计): a target's share on the last day, with a band that holds it four times in five.

Model: each person who still counts as open comes to the target at a pace that the year before shows (its cumulated
hazard by course of the drive), times this year's own factor, which is not known. The factor begins around one and
follows this year's count: with as many as expected it stays, with twice as many it grows, the faster the more people
were expected by now (Gamma–Poisson credibility; Bühlmann 1967, and Bornhuetter and Ferguson 1972 for figures that
develop over a year). People come in bunches (a fair, a course, one employer), so counts spread more than chance
alone; `spread` says how much, both for what is learnt and for what is still to come. Without a year before, a plain
course stands in its place, and is trusted far less.

The numbers in `data/forecast.csv` were fitted by likelihood on drives of our own simulator (seeds 1001 to 1008) that
the calibration (seeds 1 to 50, `tests/seeds/test_forecast_calibration.py`) is not tried on. They say how uneven drives
are, not how good: the level comes from the year before and from this year's count. People are whole: of the bands
between whole numbers that are next to the quantiles the one is told that holds four drives in five most nearly.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import betabinom, binom, gamma, norm

Basis = Literal["last_drive", "own_pace"]

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
"""Quantiles that are told: one drive in ten ends below the band, one in ten above."""

_DRAWS = 201
"""Values of the factor that are weighed, at evenly spaced quantiles."""
_MANY = 2_000
"""From so many open people on, the normal curve stands for the binomial; they differ by less than a person."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What the model takes for given for a target.

    Parameters
    ----------
    trust : how many people's worth of experience the year before is
    own_trust : the same of the plain course
    spread : variance of a count divided by what chance alone gives
    drift : how far the factor of the days to come may differ from that of the days past (relative)
    lag : share of the drive before the plain course begins to rise
    bend : power of its rise; below 1 most people come early
    end_share : share at which the plain course ends
    mixed_in : share of the plain course in every course, so that no stretch counts as impossible
    """

    target: str
    trust: float
    own_trust: float
    spread: float
    drift: float
    lag: float
    bend: float
    end_share: float
    mixed_in: float
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Course:
    """How a target's count grew in a drive: cumulative counts at points of its course.

    Parameters
    ----------
    elapsed : shares of the drive's days that had passed, rising from above 0 to at most 1
    counts : people who had come to the target by then
    people : people it is a share of
    """

    elapsed: Sequence[float]
    counts: Sequence[int]
    people: int

    def __post_init__(self) -> None:
        if len(self.elapsed) != len(self.counts):
            raise ValueError("a count for each point")
        if list(self.elapsed) != sorted(self.elapsed):
            raise ValueError("points in order")


@dataclass(frozen=True, slots=True)
class Band:
    """People on the last day: four drives in five end from `low` to `high`; `middle` is as likely passed as not."""

    low: int
    middle: int
    high: int
    basis: Basis


@lru_cache(maxsize=1)
def load_assumptions() -> dict[str, Assumption]:
    """Read the table once per process, by target."""
    table = files("matcher.statistics.data").joinpath("forecast.csv").read_text(encoding="utf-8")
    return {
        row["target"]: Assumption(
            target=row["target"],
            trust=float(row["trust"]),
            own_trust=float(row["own_trust"]),
            spread=float(row["spread"]),
            drift=float(row["drift"]),
            lag=float(row["lag"]),
            bend=float(row["bend"]),
            end_share=float(row["end_share"]),
            mixed_in=float(row["mixed_in"]),
            source=row["source"],
            grade=row["grade"],
        )
        for row in csv.DictReader(table.splitlines())
    }


def forecast(now: Course, before: Course | None, assumption: Assumption) -> Band:
    """Return the band of a target's count on the last day.

    Parameters
    ----------
    now : this drive so far; its last point is the present
    before : the drive before, whole; None if there was none, or nobody was counted in it
    """
    known = before if before is not None and before.people > 0 and before.elapsed else None
    today = now.counts[-1] if now.counts else 0
    passed = now.elapsed[-1] if now.elapsed else 0.0
    basis: Basis = "own_pace" if known is None else "last_drive"
    if today >= now.people or passed >= 1:
        return Band(today, today, today, basis)
    expected = _expected(now, known, assumption)
    trust = assumption.own_trust if known is None else assumption.trust
    factors = _factors(today, expected, trust, assumption)
    here, end = _hazard(np.array([passed, 1.0]), known, assumption)
    chances = 1 - np.exp(-factors * (end - here))
    low, middle, high = _quantiles(now.people - today, chances, assumption.spread)
    return Band(today + low, today + middle, today + high, basis)


def _expected(now: Course, before: Course | None, assumption: Assumption) -> float:
    """Return how many people would have come by now at the year before's pace."""
    points = np.array([0.0, *now.elapsed])
    open_people = now.people - np.array([0, *now.counts], dtype=float)
    growth = np.diff(_hazard(points, before, assumption))
    return float(np.sum(growth * (open_people[1:] + open_people[:-1]) / 2))


def _factors(
    today: int, expected: float, trust: float, assumption: Assumption
) -> NDArray[np.float64]:
    """Return what this year's factor of the days to come may be, at evenly spaced quantiles."""
    learnt = trust + today / assumption.spread
    mean = learnt / (trust + expected / assumption.spread)
    shape = 1 / (1 / learnt + assumption.drift**2)
    quantiles = (np.arange(_DRAWS) + 0.5) / _DRAWS
    return np.asarray(gamma.ppf(quantiles, shape, scale=mean / shape))


def _hazard(
    at: NDArray[np.float64], before: Course | None, assumption: Assumption
) -> NDArray[np.float64]:
    """Return the cumulated hazard of an open person at points of the course."""
    rise = np.clip((at - assumption.lag) / (1 - assumption.lag), 0, 1) ** assumption.bend
    plain = -np.log1p(-assumption.end_share) * rise
    if before is None:
        return np.asarray(plain)
    most = before.people - 0.5  # everybody is no endless pace
    shares = np.minimum(np.array(before.counts, dtype=float), most) / before.people
    own = np.interp(at, [0.0, *before.elapsed], [0.0, *(-np.log1p(-shares))])
    return np.asarray(own + assumption.mixed_in * plain)


def _quantiles(
    open_people: int, chances: NDArray[np.float64], spread: float
) -> tuple[int, int, int]:
    """Return how many of the open people come: the quantiles of counts weighed over all factors."""
    counts: NDArray[np.float64] = np.arange(open_people + 1, dtype=np.float64)
    if open_people > _MANY:
        mean = open_people * chances
        width = np.sqrt(np.maximum(spread * mean * (1 - chances), 1e-9))
        counts = np.linspace(0, open_people, _MANY + 1).round()
        below = norm.cdf((counts[:, None] + 0.5 - mean) / width).mean(axis=1)
    else:
        below = _cumulated(counts, open_people, chances, spread)
    low, middle, high = (int(np.argmax(below >= quantile)) for quantile in (LOW, MIDDLE, HIGH))
    low, high = _nearest(below, low, middle, high)
    return int(counts[low]), int(counts[middle]), int(counts[high])


def _nearest(below: NDArray[np.float64], low: int, middle: int, high: int) -> tuple[int, int]:
    """Return the ends, or the next ones inward, whose band is nearest to holding four drives in five.

    People are whole: the band between the quantiles holds more than it says, the more the fewer are still to come.
    """
    bands = [
        (first, last)
        for first in (low, min(low + 1, middle))
        for last in (high, max(high - 1, middle))
    ]
    at_most = np.append(below, 0.0)  # so that at -1 it is nobody's
    return min(bands, key=lambda one: abs(at_most[one[1]] - at_most[one[0] - 1] - (HIGH - LOW)))


def _cumulated(
    counts: NDArray[np.float64], open_people: int, chances: NDArray[np.float64], spread: float
) -> NDArray[np.float64]:
    """Return the chance of at most so many, of a binomial that spreads more (beta-binomial)."""
    chances = np.clip(chances, 1e-9, 1 - 1e-9)[None, :]
    spread = min(spread, open_people * 0.9)
    if spread <= 1:
        return np.asarray(binom.cdf(counts[:, None], open_people, chances).mean(axis=1))
    strength = (open_people - spread) / (spread - 1)
    density = betabinom.pmf(
        counts[:, None], open_people, chances * strength, (1 - chances) * strength
    )
    return np.asarray(np.cumsum(density.mean(axis=1)))
