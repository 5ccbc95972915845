"""The family of people (人): everybody of the cohort, one row each, with the days on which things came about."""

from typing import Any

import sqlalchemy as sa

from matcher.kinds.cohorts import CohortStanding
from matcher.kinds.placements import DestinationGroup, PlacementState
from matcher.services.figures import cohort_rows, placement_rows, service_rows
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line
from matcher.services.figures.placement_rows import WORK, codes_of
from matcher.services.figures.sql_days import china_day

_G = DestinationGroup

HELPED_BY_GROUP = {
    "helped_unit": _G.UNIT,
    "helped_project": _G.PROJECT,
    "helped_enlisted": _G.ENLISTED,
    "helped_business": _G.BUSINESS,
    "helped_flexible": _G.FLEXIBLE,
}
"""Lines of 30 by kind of destination; somebody helped twice stands where the first job was."""


def _placed(cut: Cut, known: sa.CTE, first: sa.CTE) -> sa.CTE:
    """Return the first placement of each kind for everybody: its number, or NULL."""
    c = known.c
    work = c.destination.in_(codes_of(*WORK))
    verified = sa.and_(c.state == PlacementState.VERIFIED, c.is_outcome)
    waiting = sa.and_(c.state.in_(placement_rows.WAITING), c.is_outcome)
    served = sa.and_(first.c.happened_on.is_not(None), first.c.happened_on <= c.placed_on)
    helped = sa.and_(c.is_helped, work, served)
    still = sa.or_(c.ended_on.is_(None), c.ended_on > cut.until)

    def day(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return sa.func.min(sa.case((condition, c.placed_on)))

    def entered(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return sa.func.min(sa.case((condition, c.entered_at)))

    kinds = {
        "helped": sa.and_(verified, helped),
        "reported": sa.and_(waiting, helped),
        "no_service": sa.and_(verified, c.is_helped, work, sa.not_(served)),
        "still": sa.and_(verified, helped, still),
        "work": sa.and_(verified, work),
        "settled": verified,
        "start_up": sa.and_(verified, c.destination.in_(codes_of(_G.BUSINESS))),
        "welfare": sa.and_(verified, c.is_public_welfare, work),
        "taken": sa.and_(sa.or_(verified, waiting), c.is_helped, work),
    }
    columns = [
        column.label(f"{name}_{part}")
        for name, condition in kinds.items()
        for part, column in (("on", day(condition)), ("at", entered(condition)))
    ]
    first_helped = sa.func.min(sa.case((kinds["helped"], c.id))).label("helped_id")
    return (
        sa.select(c.graduate_id, first_helped, *columns)
        .select_from(known.outerjoin(first, first.c.graduate_id == c.graduate_id))
        .group_by(c.graduate_id)
        .cte("placed")
    )


def _people(cut: Cut) -> sa.CTE:
    """Return the rows: the cohort with who is counted and needs help, and what came about by when."""
    cohort = cohort_rows.newest_rows(cut)
    first = service_rows.first_services(cut)
    known = placement_rows.known_placements(cut)
    placed = _placed(cut, known, first)
    days = service_rows.referral_days(cut)
    counted = cohort_rows.is_counted(cut, cohort)
    settled = (CohortStanding.SIGNED, CohortStanding.FURTHER_STUDY)
    joined = (
        cohort.outerjoin(first, first.c.graduate_id == cohort.c.graduate_id)
        .outerjoin(placed, placed.c.graduate_id == cohort.c.graduate_id)
        .outerjoin(known, known.c.id == placed.c.helped_id)
        .outerjoin(days, days.c.graduate_id == cohort.c.graduate_id)
    )
    return (
        sa.select(
            *(one for one in cohort.c if one.name != "graduate_id"),
            cohort.c.graduate_id.label("graduate_id"),
            counted.label("is_counted"),
            cohort_rows.has_left(cut, cohort).label("has_left"),
            sa.and_(counted, cohort.c.standing.not_in(settled)).label("needs_help"),
            first.c.happened_on.label("served_on"),
            first.c.entered_at.label("served_at"),
            known.c.destination.label("helped_destination"),
            *(one for one in placed.c if one.name not in ("graduate_id", "helped_id")),
            days.c.sent_at,
            days.c.interview_at,
            days.c.taken_at.label("post_taken_at"),
        )
        .select_from(joined)
        .cte("people")
    )


def family(cut: Cut) -> Family:
    """Return the family of people."""
    rows = _people(cut)
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
    signed = sa.and_(c.is_counted, c.standing == CohortStanding.SIGNED)
    study = sa.and_(c.is_counted, c.standing == CohortStanding.FURTHER_STUDY)
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
            sa.and_(helped, c.helped_destination.in_(codes_of(group))),
            (c.helped_on, c.helped_at),
            words=c.helped_destination,
        )
        for code, group in HELPED_BY_GROUP.items()
    }
    told = {"words": c.helped_destination}
    return by_group | {
        "served": _line(rows, served, (c.served_on, c.served_at)),
        "helped": _line(rows, helped, (c.helped_on, c.helped_at), **told),
        "zero_helped": _line(rows, sa.and_(helped, zero), (c.helped_on, c.helped_at), **told),
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
