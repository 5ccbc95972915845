"""What the logs tell of people (人): everybody of the cohort, one row each, with the days on which it came about."""

from typing import Any

import sqlalchemy as sa

from matcher.kinds.cohorts import CohortStanding
from matcher.kinds.placements import DestinationGroup, PlacementState
from matcher.services.figures import cohort_rows, placement_rows, service_rows
from matcher.services.figures.cuts import KEPT, Cut
from matcher.services.figures.placement_rows import codes_of

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


Part = tuple[sa.CTE, dict[str, sa.ColumnElement[Any]]]
"""A common table and its columns by the name they are stacked under."""


def _flag(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.case((column, 1), else_=0)


def _cohort_part(cut: Cut) -> Part:
    cohort = cohort_rows.newest_rows(cut)
    c = cohort.c
    return cohort, {
        "union_id": c.union_id,
        "household_id": c.household_id,
        "zero": _flag(c.is_zero_employment),
        "earlier": _flag(c.is_earlier_year),
        "standing": sa.cast(c.standing, sa.Text),
        "since_on": c.since_on,
        "left_on": c.left_on,
        "reason": sa.cast(c.reason, sa.Text),
        "counted": _flag(cohort_rows.is_counted(cut, cohort)),
        "gone": _flag(cohort_rows.has_left(cut, cohort)),
        "entered_at": c.entered_at,
    }


def _placement_part(cut: Cut) -> Part:
    known = placement_rows.known_placements(cut)
    p = known.c
    kinds = ((p.destination.in_(codes_of(one)), n) for n, one in enumerate(_GROUPS, 1))
    return known, {
        "placement": p.id * _BASE + sa.case(*kinds, else_=0),
        "state": sa.cast(p.state, sa.Text),
        "outcome": _flag(p.is_outcome),
        "ours": _flag(p.is_helped),
        "welfare": _flag(p.is_public_welfare),
        "placed_on": p.placed_on,
        "ended_on": p.ended_on,
        "placed_at": p.entered_at,
    }


def _told(cut: Cut) -> sa.Subquery:
    """Return everything the logs tell of people, one under the other, each part with its own columns.

    Stacked and then grouped by person, rather than joined: SQLite has no hash join and may walk one part for every
    row of another.
    """
    first, days = service_rows.first_services(cut), service_rows.referral_days(cut)
    ways = {"sent_at": "sent_at", "interview_at": "interview_at", "post_taken_at": "taken_at"}
    parts: list[Part] = [
        _cohort_part(cut),
        (first, {"served_on": first.c.happened_on, "served_at": first.c.entered_at}),
        _placement_part(cut),
        (days, {name: days.c[column] for name, column in ways.items()}),
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


def people_rows(cut: Cut) -> sa.CTE:
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
