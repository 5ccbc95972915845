"""Placements (去向) as known at a moment, read from their steps alone.

The newest step known says the state; the newest of those that say what was recorded says the facts; a step of the
end says since when somebody works there no longer. Columns of the placement itself, which change, are not read.
"""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds.placements import DestinationGroup, PlacementState
from matcher.models.placements import Placement, PlacementStep
from matcher.policy.destinations import load_destinations
from matcher.services.figures.cuts import KEPT, Cut
from matcher.services.figures.sql_days import china_day, earlier_day, iso_day

RECORDING = ("recorded", "begun", "changed")
"""Acts whose facts say where somebody went; a correction keeps them under `now`."""

WORK = (
    DestinationGroup.UNIT,
    DestinationGroup.PROJECT,
    DestinationGroup.ENLISTED,
    DestinationGroup.BUSINESS,
    DestinationGroup.FLEXIBLE,
)
"""Destinations that are employment (就业): study and going abroad settle somebody, and employ nobody."""

WAITING = (PlacementState.REPORTED, PlacementState.CHECKING)
"""Said and not checked yet (自报待核)."""


def codes_of(*groups: DestinationGroup) -> tuple[str, ...]:
    """Return the qualified codes of some groups of destinations."""
    return tuple(sorted({one.qualified for one in load_destinations() if one.group in groups}))


def _steps(cut: Cut) -> sa.Subquery:
    is_end = PlacementStep.act == "ended"
    return (
        sa.select(
            PlacementStep.placement_id,
            sa.func.max(PlacementStep.id).label("last_id"),
            sa.func.max(sa.case((PlacementStep.act.in_(RECORDING), PlacementStep.id))).label(
                "facts_id"
            ),
            sa.func.max(sa.case((is_end, PlacementStep.id))).label("end_id"),
            sa.func.max(sa.case((PlacementStep.act == "verified", PlacementStep.at))).label(
                "verified_at"
            ),
        )
        .where(cut.known(PlacementStep.at))
        .group_by(PlacementStep.placement_id)
        .subquery("newest_steps")
    )


def known_placements(cut: Cut) -> sa.CTE:
    """Return every placement that had happened by the day, as the log tells it.

    Columns: id, graduate_id, referral_id, state, destination, is_outcome, is_helped, is_public_welfare, placed_on
    (signed or begun, whichever was first), ended_on, entered_at.
    """
    newest = _steps(cut)
    last, told, end = aliased(PlacementStep), aliased(PlacementStep), aliased(PlacementStep)

    def fact(name: str) -> tuple[sa.ColumnElement[object], sa.ColumnElement[object]]:
        return told.facts[("now", name)], told.facts[name]

    def flag(name: str) -> sa.ColumnElement[bool]:
        corrected, first = fact(name)
        return sa.func.coalesce(corrected.as_boolean(), first.as_boolean(), sa.false())

    def text(name: str) -> sa.ColumnElement[str]:
        # A correction may take a day away: then its NULL stands, and not the day before it.
        corrected, first = fact(name)
        return sa.case((told.act == "changed", corrected.as_string()), else_=first.as_string())

    placed_on = earlier_day(iso_day(text("signed_on")), iso_day(text("started_on")))
    ended_on = sa.func.coalesce(iso_day(end.facts["on"].as_string()), china_day(end.at))
    rows = (
        sa.select(
            Placement.id,
            Placement.graduate_id,
            last.after.label("state"),
            text("destination").label("destination"),
            flag("is_outcome").label("is_outcome"),
            flag("is_helped").label("is_helped"),
            flag("is_public_welfare").label("is_public_welfare"),
            sa.type_coerce(placed_on, sa.Date()).label("placed_on"),
            sa.case((end.id.is_not(None), sa.type_coerce(ended_on, sa.Date()))).label("ended_on"),
            sa.func.coalesce(newest.c.verified_at, told.at).label("entered_at"),
        )
        .join(newest, newest.c.placement_id == Placement.id)
        .join(last, last.id == newest.c.last_id)
        .join(told, told.id == newest.c.facts_id)
        .outerjoin(end, end.id == newest.c.end_id)
        .subquery("told")
    )
    return sa.select(rows).where(rows.c.placed_on <= cut.until).cte("placements").prefix_with(KEPT)
