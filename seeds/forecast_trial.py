"""How often a forecast's band holds the end, tried on recorded drives; each has another drive as its year before.

The drives tried here share no seed with those the model's numbers were fitted on.
"""

from collections.abc import Sequence
from itertools import pairwise

from pydantic import BaseModel

from matcher.statistics.forecast import Course, forecast, load_assumptions
from seeds.drive_series import DriveSeries

POINTS = (1 / 3, 1 / 2, 2 / 3)
"""Shares of the drive that have passed when the end is asked for."""

_WEEK = 7
_COUNTED = {
    "coverage": ("need_help", "served"),
    "placed": ("need_help", "placed"),
    "zero_employment": ("zero_employment", "placed"),
}
"""Target → whose series, and which of its counts."""


class PointOut(BaseModel):
    """What came out for one target when so much of the drives had passed."""

    target: str
    passed: float
    drives: int
    inside: int
    share: float
    below: int
    """Drives that ended below their band."""
    above: int
    width: float
    """Mean width of the band as a share of the people."""


class TrialOut(BaseModel):
    """The machine shape of `yangguang bench forecast --json`."""

    drives: int
    days: int
    with_year_before: bool
    points: list[PointOut]
    share: float
    """Of all bands of all targets and points, those that held the end."""
    seconds: float = 0.0


def course_of(series: DriveSeries, counts: Sequence[int], days: int) -> Course:
    """Return a drive's first days week by week, as the pages count it."""
    whole = len(counts)
    ends = [day for day in range(1, days + 1) if day % _WEEK == 0 or day == days]
    return Course([day / whole for day in ends], [counts[day - 1] for day in ends], series.people)


def try_forecasts(recorded: Sequence[DriveSeries], *, with_year_before: bool = True) -> TrialOut:
    """Ask for the end of every recorded drive at each point and compare."""
    points = [
        _try(recorded, target, passed, with_year_before=with_year_before)
        for target in _COUNTED
        for passed in POINTS
    ]
    asked = sum(one.drives for one in points)
    return TrialOut(
        drives=len({one.seed for one in recorded}),
        days=len(recorded[0].placed),
        with_year_before=with_year_before,
        points=points,
        share=round(sum(one.inside for one in points) / asked, 4),
    )


def _try(
    recorded: Sequence[DriveSeries], target: str, passed: float, *, with_year_before: bool
) -> PointOut:
    group, name = _COUNTED[target]
    drives = [one for one in recorded if one.group == group and one.people]
    found = []
    for before, now in pairwise([drives[-1], *drives]):
        counts: list[int] = getattr(now, name)
        earlier = course_of(before, getattr(before, name), len(before.placed))
        course = course_of(now, counts, max(1, int(len(counts) * passed)))
        assumption = load_assumptions()[target]
        band = forecast(course, earlier if with_year_before else None, assumption)
        found.append((band, counts[-1], now.people))
    below = sum(end < band.low for band, end, _ in found)
    above = sum(end > band.high for band, end, _ in found)
    inside = len(found) - below - above
    return PointOut(
        target=target,
        passed=round(passed, 4),
        drives=len(found),
        inside=inside,
        share=round(inside / len(found), 4),
        below=below,
        above=above,
        width=round(sum((band.high - band.low) / n for band, _, n in found) / len(found), 4),
    )
