"""The family of people (人): everybody of the cohort, one row each, with the days on which things came about."""

from typing import Any

import sqlalchemy as sa

from matcher.kinds.cohorts import CohortStanding
from matcher.kinds.placements import DestinationGroup, PlacementState
from matcher.services.figures import cohort_rows, placement_rows, service_rows
from matcher.services.figures.cuts import KEPT, Cut
from matcher.services.figures.lines import Family, Line
from matcher.services.figures.placement_rows import codes_of
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


_GROUPS = tuple(HELPED_BY_GROUP.values())
_BASE = 10
"""A placement's number and its kind of destination in one number: the least of them is the first placement."""


def _told(cut: Cut) -> sa.Subquery:
    """Return everything the logs tell of people, one under the other, each part with its own columns.

    Stacked and then grouped by person, rather than joined: SQLite has no hash join and may walk one part for every
    row of another.
    """
    cohort = cohort_rows.newest_rows(cut)
    first = service_rows.first_services(cut)
    known = placement_rows.known_placements(cut)
    days = service_rows.referral_days(cut)
    group = sa.case(
        *((known.c.destination.in_(codes_of(one)), n) for n, one in enumerate(_GROUPS, 1)),
        else_=0,
    )

    def flag(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        return sa.case((column, 1), else_=0)

    c, p = cohort.c, known.c
    parts: list[tuple[sa.CTE, dict[str, sa.ColumnElement[Any]]]] = [
        (
            cohort,
            {
                "union_id": c.union_id,
                "household_id": c.household_id,
                "zero": flag(c.is_zero_employment),
                "earlier": flag(c.is_earlier_year),
                "standing": sa.cast(c.standing, sa.Text),
                "since_on": c.since_on,
                "left_on": c.left_on,
                "reason": sa.cast(c.reason, sa.Text),
                "counted": flag(cohort_rows.is_counted(cut, cohort)),
                "gone": flag(cohort_rows.has_left(cut, cohort)),
                "entered_at": c.entered_at,
            },
        ),
        (first, {"served_on": first.c.happened_on, "served_at": first.c.entered_at}),
        (
            known,
            {
                "placement": p.id * _BASE + group,
                "state": sa.cast(p.state, sa.Text),
                "outcome": flag(p.is_outcome),
                "ours": flag(p.is_helped),
                "welfare": flag(p.is_public_welfare),
                "placed_on": p.placed_on,
                "ended_on": p.ended_on,
                "placed_at": p.entered_at,
            },
        ),
        (
            days,
            {
                "sent_at": days.c.sent_at,
                "interview_at": days.c.interview_at,
                "post_taken_at": days.c.taken_at,
            },
        ),
    ]
    names = {name: column.type for _, columns in parts for name, column in columns.items()}
    stacked = sa.union_all(
        *(
            sa.select(
                table.c.graduate_id,
                *(columns.get(n, sa.cast(sa.null(), kind)).label(n) for n, kind in names.items()),
            )
            for table, columns in parts
        )
    ).subquery("stacked")
    person_first = sa.func.min(stacked.c.served_on).over(partition_by=stacked.c.graduate_id)
    return sa.select(*stacked.c, person_first.label("first_on")).subquery("told")


def _kinds(cut: Cut, c: sa.ColumnCollection[str, Any]) -> dict[str, sa.ColumnElement[bool]]:
    """Return which placements are of each kind the lines ask for."""
    work = c.placement % _BASE > 0
    verified = sa.and_(c.state == PlacementState.VERIFIED.value, c.outcome == 1)
    waiting = sa.and_(c.state.in_([one.value for one in placement_rows.WAITING]), c.outcome == 1)
    served = sa.and_(c.first_on.is_not(None), c.first_on <= c.placed_on)
    ours = sa.and_(c.ours == 1, work)
    helped = sa.and_(verified, ours, served)
    return {
        "helped": helped,
        "reported": sa.and_(waiting, ours, served),
        "no_service": sa.and_(verified, ours, sa.not_(served)),
        "still": sa.and_(helped, sa.or_(c.ended_on.is_(None), c.ended_on > cut.until)),
        "work": sa.and_(verified, work),
        "settled": verified,
        "start_up": sa.and_(
            verified, c.placement % _BASE == _GROUPS.index(DestinationGroup.BUSINESS) + 1
        ),
        "welfare": sa.and_(verified, c.welfare == 1, work),
        "taken": sa.and_(sa.or_(verified, waiting), ours),
    }


def _people(cut: Cut) -> sa.CTE:
    """Return the rows: the cohort with who is counted and needs help, and what came about by when."""
    told = _told(cut)
    c = told.c
    kinds = _kinds(cut, c)
    kept = (
        "union_id",
        "household_id",
        "zero",
        "earlier",
        "standing",
        "since_on",
        "left_on",
        "reason",
    )
    times = ("counted", "gone", "entered_at", "served_on", "served_at")
    ways = ("sent_at", "interview_at", "post_taken_at")
    columns = [sa.func.max(c[name]).label(name) for name in (*kept, *times, *ways)]
    for name, condition in kinds.items():
        columns.append(sa.func.min(sa.case((condition, c.placed_on))).label(f"{name}_on"))
        columns.append(sa.func.min(sa.case((condition, c.placed_at))).label(f"{name}_at"))
    first_helped = sa.func.min(sa.case((kinds["helped"], c.placement))) % _BASE
    each = (
        sa.select(c.graduate_id, first_helped.label("helped_group"), *columns)
        .group_by(c.graduate_id)
        .subquery("each")
    )
    settled = (CohortStanding.SIGNED.value, CohortStanding.FURTHER_STUDY.value)
    flags = {
        "is_counted": each.c.counted == 1,
        "has_left": each.c.gone == 1,
        "is_zero_employment": each.c.zero == 1,
        "is_earlier_year": each.c.earlier == 1,
        "needs_help": sa.and_(each.c.counted == 1, each.c.standing.not_in(settled)),
    }
    return (
        sa.select(*each.c, *(one.label(name) for name, one in flags.items()))
        .where(each.c.union_id.is_not(None))
        .cte("people")
        .prefix_with(KEPT)
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
