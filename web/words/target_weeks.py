"""A target week by week (每周进展): sums at each week's end, last year's, the target, the forecast."""

import datetime as dt
from collections.abc import Sequence

from matcher.services.figures.forecasts import Forecast
from matcher.services.figures.target_pages import WeekSum
from matcher.services.figures.targets import Target
from web.filters import day, figure
from web.i18n import gettext
from web.words.charts import Band, Cell, Line, LineChart, Point, Table, figure_cells
from web.words.targets import Place

WEEK = dt.timedelta(days=7)
_MOST_WEEKS = 60


def by_week(
    target: Target,
    weeks: Sequence[WeekSum],
    place: Place,
    *,
    before: Sequence[int] = (),
    forecast: Forecast | None = None,
) -> LineChart:
    """Return the line of a target, last year's beside it week for week, and the forecast to the last day.

    Parameters
    ----------
    before : last year's sums by the end of its first week, second week, and so on
    """
    ends = _ends(weeks, place.drive.closes_on)
    now = [one.n for one in weeks]
    padding = (None,) * (len(ends) - len(weeks))
    lines = [Line(gettext("今年"), (*now, *padding), points=_points(target, weeks, place))]
    last_year = tuple(before[n] if n < len(before) else None for n in range(len(ends)))
    if any(before):
        lines.append(Line(gettext("去年"), last_year, is_dashed=True))
    wanted = -(-target.percent * target.n_base // 100)
    return LineChart(
        axis=tuple(day(end) for end in ends),
        lines=tuple(lines),
        table=_table(target, weeks, ends, last_year, place),
        target=wanted,
        target_words=gettext("目标 %(n)s 人", n=figure(wanted)),
        band=_band(len(weeks), len(ends), now, forecast),
        description=_description(weeks, wanted, forecast),
    )


def _ends(weeks: Sequence[WeekSum], closes_on: dt.date) -> list[dt.date]:
    """Return the last day of each week to the end of the drive."""
    ends = [one.until_on for one in weeks]
    while ends and ends[-1] < closes_on and len(ends) < _MOST_WEEKS:
        ends.append(min(ends[-1] + WEEK, closes_on))
    return ends


def _points(target: Target, weeks: Sequence[WeekSum], place: Place) -> tuple[Point, ...]:
    return tuple(
        Point(
            number,
            one.n,
            gettext("%(day)s止，%(n)s 人", day=day(one.until_on), n=figure(one.n)),
            place.rows(target.codes.done, until=one.until_on),
        )
        for number, one in enumerate(weeks)
    )


def _table(
    target: Target,
    weeks: Sequence[WeekSum],
    ends: Sequence[dt.date],
    before: Sequence[int | None],
    place: Place,
) -> Table:
    rows = []
    for number, end in enumerate(ends):
        if number < len(weeks):
            address = place.rows(target.codes.done, until=end)
            now = Cell(figure(weeks[number].n), address)
        else:
            now = Cell("—")
        rows.append((Cell(day(end)), now, *figure_cells((before[number],))))
    return Table((gettext("截至"), gettext("今年（人）"), gettext("去年（人）")), tuple(rows))


def _band(n_weeks: int, n_ends: int, now: Sequence[int], forecast: Forecast | None) -> Band | None:
    """Return the range widening evenly from today to the last day."""
    left = n_ends - n_weeks
    if forecast is None or forecast.is_over or not now or left < 1:
        return None
    before = (None,) * (n_weeks - 1)

    def towards(end: int) -> tuple[float, ...]:
        return tuple(round(now[-1] + (end - now[-1]) * step / left, 1) for step in range(left + 1))

    return Band(
        gettext("预计，八成把握"),
        (*before, *towards(forecast.low)),
        (*before, *towards(forecast.high)),
    )


def _description(weeks: Sequence[WeekSum], wanted: int, forecast: Forecast | None) -> str:
    if not weeks:
        return ""
    words = gettext(
        "%(day)s止 %(n)s 人，目标 %(wanted)s 人",
        day=day(weeks[-1].until_on),
        n=figure(weeks[-1].n),
        wanted=figure(wanted),
    )
    if forecast is None or forecast.is_over:
        return words
    return words + gettext(
        "，预计 %(low)s 至 %(high)s 人", low=figure(forecast.low), high=figure(forecast.high)
    )
