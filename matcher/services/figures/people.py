"""The family of people (人): the lines that are counted from everybody's one row."""

from typing import Any

import sqlalchemy as sa

from matcher.kinds.cohorts import CohortStanding
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line
from matcher.services.figures.people_told import HELPED_BY_GROUP, people_rows
from matcher.services.figures.sql_days import china_day


def family(cut: Cut) -> Family:
    """Return the family of people."""
    rows = people_rows(cut)
    return Family(rows, rows.c.union_id, {**_standings(rows), **_targets(rows), **_ways(rows)})


def _line(
    rows: sa.CTE,
    where: sa.ColumnElement[bool],
    dated: tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]] | None = None,
    **more: Any,
) -> Line:
    on, entered = dated or (rows.c.since_on, rows.c.entered_at)
    return Line(
        "graduate",
        rows.c.graduate_id,
        sa.type_coerce(on, sa.Date()),
        entered,
        where=where,
        graduate_id=rows.c.graduate_id,
        is_earlier=rows.c.is_earlier_year,
        words=more.pop("words", rows.c.standing),
        **more,
    )


def _by_household(rows: sa.CTE, where: sa.ColumnElement[bool]) -> Line:
    """Count households once, however many graduates of theirs are meant."""
    return Line(
        "household",
        rows.c.household_id,
        rows.c.since_on,
        rows.c.entered_at,
        where=sa.and_(where, rows.c.household_id.is_not(None)),
        key=rows.c.household_id,
        graduate_id=rows.c.graduate_id,
    )


def _standings(rows: sa.CTE) -> dict[str, Line]:
    """Lines 3 to 8, who left, and who settled: of the census, and of checked placements."""
    c, zero = rows.c, rows.c.is_zero_employment
    signed = sa.and_(c.is_counted, c.standing == CohortStanding.SIGNED.value)
    study = sa.and_(c.is_counted, c.standing == CohortStanding.FURTHER_STUDY.value)
    working = sa.and_(c.is_counted, c.work_on.is_not(None))
    settled = sa.and_(c.is_counted, c.settled_on.is_not(None))
    return {
        "graduates": _line(rows, c.is_counted),
        "graduates_this_year": _line(rows, sa.and_(c.is_counted, ~c.is_earlier_year)),
        "graduates_earlier": _line(rows, sa.and_(c.is_counted, c.is_earlier_year)),
        "zero_employment": _line(rows, sa.and_(c.is_counted, zero)),
        "zero_households": _by_household(rows, sa.and_(c.is_counted, zero)),
        "signed": _line(rows, signed),
        "study": _line(rows, study),
        "employed": _line(rows, sa.or_(signed, working)),
        "settled": _line(rows, sa.or_(signed, study, settled)),
        "need_help": _line(rows, c.needs_help),
        "zero_need_help": _line(rows, sa.and_(c.needs_help, zero)),
        "zero_need_households": _by_household(rows, sa.and_(c.needs_help, zero)),
        "left_out": _line(rows, sa.not_(c.is_counted), (c.left_on, c.entered_at), words=c.reason),
        "left_counted": _line(
            rows, sa.and_(c.has_left, c.is_counted), (c.left_on, c.entered_at), words=c.reason
        ),
    }


def _targets(rows: sa.CTE) -> dict[str, Line]:
    """Lines 9, 30 and 31 with what stands beside them, and who is still missing."""
    c, zero = rows.c, rows.c.is_zero_employment
    helped = sa.and_(c.needs_help, c.helped_on.is_not(None))
    waits = sa.and_(c.needs_help, c.helped_on.is_(None))
    reported = sa.and_(waits, c.reported_on.is_not(None))
    served = sa.and_(c.needs_help, c.served_on.is_not(None))
    by_group = {
        code: _line(
            rows,
            sa.and_(helped, c.helped_group == n),
            (c.helped_on, c.helped_at),
        )
        for n, code in enumerate(HELPED_BY_GROUP, 1)
    }
    return by_group | {
        "served": _line(rows, served, (c.served_on, c.served_at)),
        "helped": _line(rows, helped, (c.helped_on, c.helped_at)),
        "zero_helped": _line(rows, sa.and_(helped, zero), (c.helped_on, c.helped_at)),
        "zero_helped_households": _by_household(rows, sa.and_(helped, zero)),
        "helped_reported": _line(rows, reported, (c.reported_on, c.reported_at)),
        "zero_helped_reported": _line(
            rows, sa.and_(reported, zero), (c.reported_on, c.reported_at)
        ),
        "helped_no_service": _line(
            rows,
            sa.and_(waits, c.no_service_on.is_not(None)),
            (c.no_service_on, c.no_service_at),
        ),
        "helped_still_there": _line(
            rows, sa.and_(helped, c.still_on.is_not(None)), (c.still_on, c.still_at)
        ),
        "not_served": _line(rows, sa.and_(c.needs_help, c.served_on.is_(None))),
        "not_placed": _line(rows, waits),
        "zero_not_placed": _line(rows, sa.and_(waits, zero)),
    }


def _ways(rows: sa.CTE) -> dict[str, Line]:
    """Lines of the way to work, of start-ups and of public-welfare posts."""
    c = rows.c

    def step(at: sa.ColumnElement[Any]) -> Line:
        return _line(rows, sa.and_(c.needs_help, at.is_not(None)), (china_day(at), at))

    taken_on = sa.func.coalesce(china_day(c.post_taken_at), c.taken_on)
    taken_at = sa.func.coalesce(c.post_taken_at, c.taken_at)
    return {
        "referred": step(c.sent_at),
        "interviewed": step(c.interview_at),
        "hired": _line(
            rows,
            sa.and_(c.needs_help, sa.or_(c.post_taken_at.is_not(None), c.taken_on.is_not(None))),
            (taken_on, taken_at),
        ),
        "start_ups": _line(
            rows,
            sa.and_(c.is_counted, c.start_up_on.is_not(None)),
            (c.start_up_on, c.start_up_at),
        ),
        "public_welfare_posts": _line(
            rows, sa.and_(c.is_counted, c.welfare_on.is_not(None)), (c.welfare_on, c.welfare_at)
        ),
    }
