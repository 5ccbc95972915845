"""Counting (汇总): the figures of a union's subtree, by direct child, and week by week.

A family's lines are counted in one query, grouped by the direct child a row lies below, so that a sheet and its
children cost the same; what is counted once however often it is named (people of two unions, households) is counted
again over the whole subtree, and the difference is told.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.services.figures.cuts import Cut, get_cut
from matcher.services.figures.families import by_family, line_of, maker_of
from matcher.services.figures.lines import Family, Line, MakeFamily
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import Figure, SheetFigures
from matcher.services.permissions import Actor
from matcher.services.reports.typed_sums import sum_typed, typed_by_child
from matcher.statistics.indicators import (
    Indicator,
    indicators_by_code,
    load_indicators,
    ratio_of,
)

Counts = dict[str, tuple[int, int]]
"""Code → (figure, of them of earlier years)."""

WEEK = dt.timedelta(days=7)


def count_figures(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    *,
    codes: Sequence[str] | None = None,
) -> SheetFigures:
    """Return the figures of a union's subtree at a moment.

    Parameters
    ----------
    codes : which; None is every indicator

    Raises
    ------
    NotFoundError
        Drive or union is not in sight.
    """
    cut = get_cut(session, by, drive_id, union_id, moment)
    wanted = _wanted(codes)
    typed = sum_typed(session, drive_id, union_id, moment)
    by_child, whole = _count(session, cut, wanted)
    total, repeated = _totals(by_child, whole)
    return SheetFigures(
        drive_id, union_id, moment, _figures(wanted, total, typed=typed, repeated=repeated)
    )


def count_by_union(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    codes: Sequence[str] | None = None,
) -> dict[int, dict[str, Figure]]:
    """Return the figures of each direct child's subtree, and of the union's own rows under its own number."""
    cut = get_cut(session, by, drive_id, union_id, moment)
    wanted = _wanted(codes)
    by_child, _ = _count(session, cut, wanted)
    typed = typed_by_child(session, drive_id, union_id, moment)
    return {
        child: _figures(wanted, by_child.get(child, {}), typed=typed.get(child, {}))
        for child in sorted({*by_child, *typed})
    }


def count_by_week(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    codes: Sequence[str],
) -> list[tuple[dt.date, dict[str, int]]]:
    """Return what had come about by the end of each week of the moment's days, as known at the moment.

    Each week begins on the first day's day of the week; its figure is the sum since the first day. Ratios are left out.
    """
    cut = get_cut(session, by, drive_id, union_id, moment)
    wanted = [one for one in _wanted(codes) if not one.is_ratio]
    days = _by_day(session, cut, wanted)
    weeks, start = [], moment.from_on
    while start <= moment.until_on:
        end = min(start + WEEK - dt.timedelta(days=1), moment.until_on)
        sums = {code: sum(n for day, n in found if day <= end) for code, found in days.items()}
        weeks.append((start, sums))
        start += WEEK
    return weeks


def _wanted(codes: Sequence[str] | None) -> list[Indicator]:
    if codes is None:
        return list(load_indicators())
    registry = indicators_by_code()
    return [registry[code] for code in codes]


def _measure(line: Line, also: sa.ColumnElement[bool] | None) -> sa.ColumnElement[Any]:
    where = line.condition if also is None else sa.and_(line.condition, also)
    if line.key is not None:
        return sa.func.count(sa.distinct(sa.case((where, line.key))))
    if line.quantity is not None:
        return sa.func.coalesce(sa.func.sum(sa.case((where, line.quantity), else_=0)), 0)
    return sa.func.count(sa.case((where, 1)))


def _columns(family: Family, codes: Sequence[str]) -> list[sa.ColumnElement[Any]]:
    """Return two columns for each code: the figure, and what of it is of earlier years."""
    columns: list[sa.ColumnElement[Any]] = []
    for code in codes:
        line = family.lines[code]
        earlier = sa.literal(0) if line.is_earlier is None else _measure(line, line.is_earlier)
        columns += [_measure(line, None).label(code), earlier.label(f"{code}_earlier")]
    return columns


def _count(
    session: Session, cut: Cut, wanted: Sequence[Indicator]
) -> tuple[dict[int, Counts], Counts]:
    """Return the counts of each child, and those over the whole of what is counted once."""
    by_child: dict[int, Counts] = {}
    whole: Counts = {}
    for make, codes in by_family(tuple(one.code for one in wanted)).items():
        family, reach = make(cut), cut.reach()
        joined = family.rows.join(reach, reach.c.union_id == family.union_id)
        grouped = (
            sa.select(reach.c.bucket_id, *_columns(family, codes))
            .select_from(joined)
            .group_by(reach.c.bucket_id)
        )
        for row in session.execute(grouped):
            by_child.setdefault(row[0], {}).update(_read(codes, row[1:]))
        once = [code for code in codes if family.lines[code].key is not None]
        if once:
            told = session.execute(sa.select(*_columns(family, once)).select_from(joined)).one()
            whole.update(_read(once, told))
    return by_child, whole


def _read(codes: Sequence[str], numbers: Sequence[Any]) -> Counts:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return {code: (int(a), int(b)) for code, (a, b) in zip(codes, pairs, strict=True)}


def _totals(by_child: Mapping[int, Counts], whole: Counts) -> tuple[Counts, dict[str, int]]:
    """Return the subtree's counts, and how many of each are counted by more than one child."""
    added: Counts = {}
    for counts in by_child.values():
        for code, (value, earlier) in counts.items():
            before = added.get(code, (0, 0))
            added[code] = (before[0] + value, before[1] + earlier)
    repeated = {code: added.get(code, (0, 0))[0] - value for code, (value, _) in whole.items()}
    return {**added, **whole}, repeated


def _figures(
    wanted: Sequence[Indicator],
    counts: Counts,
    *,
    typed: Mapping[str, int],
    repeated: Mapping[str, int] | None = None,
) -> dict[str, Figure]:
    made = {}
    for one in wanted:
        if one.is_ratio:
            made[one.code] = _ratio(one, counts)
            continue
        value, earlier = counts.get(one.code, (0, 0))
        reported = counts.get(one.reported_code, (0, 0))[0] if one.reported_code else None
        made[one.code] = Figure(
            one.code,
            value,
            earlier=earlier if one.has_earlier else None,
            reported=reported,
            typed=typed.get(one.code, 0),
            repeated=(repeated or {}).get(one.code, 0),
        )
    return made


def _ratio(one: Indicator, counts: Counts) -> Figure:
    above = sum(counts.get(code, (0, 0))[0] for code in one.numerator)
    below = counts.get(one.denominator or "", (0, 0))[0]
    return Figure(one.code, ratio_of(above, below), numerator=above, denominator=below)


Days = list[tuple[dt.date, int]]


def _by_day(session: Session, cut: Cut, wanted: Sequence[Indicator]) -> dict[str, Days]:
    """Return how much came about on each day by code; one query a family, since its rows are the cost."""
    days: dict[str, Days] = {one.code: [] for one in wanted}
    by_maker: dict[MakeFamily, list[Indicator]] = {}
    for one in wanted:
        by_maker.setdefault(maker_of(one), []).append(one)
    for make, several in by_maker.items():
        family, reach = make(cut), cut.reach()
        joined = family.rows.join(reach, reach.c.union_id == family.union_id)
        found = sa.union_all(*(_days_of(line_of(family, one), one, joined) for one in several))
        for code, day, n in session.execute(found):
            days[code].append((day, int(n)))
    return days


def _days_of(line: Line, one: Indicator, joined: sa.FromClause) -> sa.Select[Any]:
    """Return code, day and sum of a line; what is counted once counts on its first day."""
    on, quantity = line.on, line.quantity if line.quantity is not None else sa.literal(1)
    found = sa.select(on.label("day"), quantity.label("n")).select_from(joined)
    if line.key is not None:
        found = sa.select(sa.func.min(on).label("day"), sa.literal(1).label("n"))
        found = found.select_from(joined).group_by(line.key)
    each = found.where(line.condition).subquery()
    return sa.select(
        sa.literal(one.code).label("code"), each.c.day, sa.func.sum(each.c.n).label("n")
    ).group_by(each.c.day)
