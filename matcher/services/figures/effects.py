"""The families of what hangs on a person: jobs of start-ups (创业带动就业), pairs (结对), cooperation (跨区域协作)."""

import sqlalchemy as sa

from matcher.kinds.joins import CooperationActKind
from matcher.kinds.placements import PlacementState
from matcher.models.file_joins import Cooperation, CooperationAct
from matcher.models.help_requests import Pairing
from matcher.models.placements import Placement, PlacementStep
from matcher.models.service_events import BusinessEffect
from matcher.services.figures import cohort_rows
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line


def _state_of_placement(cut: Cut) -> sa.ScalarSelect[PlacementState]:
    effect, step = BusinessEffect, PlacementStep
    return (
        sa.select(step.after)
        .where(step.placement_id == effect.placement_id, cut.known(step.at))
        .order_by(step.id.desc())
        .limit(1)
        .correlate(effect)
        .scalar_subquery()
    )


def start_up_jobs(cut: Cut) -> Family:
    """Return the family of jobs start-ups gave: the newest count known of each founder's checked placement."""
    counted, joined = cohort_rows.counted_person(cut, Placement.graduate_id)
    effect, state = BusinessEffect, _state_of_placement(cut)
    newest = (
        sa.select(sa.func.max(effect.id).label("id"))
        .where(cut.known(effect.entered_at), effect.happened_on <= cut.until)
        .group_by(effect.placement_id)
        .subquery("newest_effects")
    )
    rows = (
        sa.select(
            effect.id,
            counted.union_id,
            counted.graduate_id,
            counted.is_earlier_year,
            effect.happened_on,
            effect.entered_at,
            effect.n_jobs,
        )
        .join(newest, newest.c.id == effect.id)
        .join(Placement, Placement.id == effect.placement_id)
        .join(counted, joined)
        .where(effect.n_jobs > 0, state == PlacementState.VERIFIED)
        .cte("start_up_jobs")
    )
    c = rows.c
    line = Line(
        "business_effect",
        c.id,
        c.happened_on,
        c.entered_at,
        quantity=c.n_jobs,
        graduate_id=c.graduate_id,
        is_earlier=c.is_earlier_year,
    )
    return Family(rows, c.union_id, {"start_up_jobs": line})


def pairings(cut: Cut) -> Family:
    """Return the family of pairs that stood on one of the drive's days."""
    counted, joined = cohort_rows.counted_person(cut, Pairing.graduate_id)
    rows = (
        sa.select(
            Pairing.id,
            Pairing.union_id,
            Pairing.graduate_id,
            counted.is_earlier_year,
            Pairing.started_on,
            Pairing.created_at,
        )
        .join(counted, joined)
        .where(
            cut.known(Pairing.created_at),
            Pairing.started_on <= cut.until,
            sa.or_(Pairing.ended_on.is_(None), Pairing.ended_on >= cut.since),
        )
        .cte("pairs")
    )
    c = rows.c
    line = Line(
        "pairing",
        c.id,
        c.started_on,
        c.created_at,
        graduate_id=c.graduate_id,
        is_earlier=c.is_earlier_year,
    )
    return Family(rows, c.union_id, {"pairings": line})


def cooperation(cut: Cut) -> Family:
    """Return the family of services another union gave, by times; counted for the person's own union."""
    counted, joined = cohort_rows.counted_person(cut, Cooperation.graduate_id)
    act = CooperationAct
    rows = (
        sa.select(
            act.id,
            counted.union_id,
            counted.graduate_id,
            counted.is_earlier_year,
            act.happened_on,
            act.entered_at,
            act.scope,
        )
        .join(Cooperation, Cooperation.id == act.cooperation_id)
        .join(counted, joined)
        .where(
            act.kind == CooperationActKind.SERVICE,
            cut.known(act.entered_at),
            cut.happened(act.happened_on),
        )
        .cte("cooperation_acts")
    )
    c = rows.c
    line = Line(
        "cooperation_act",
        c.id,
        c.happened_on,
        c.entered_at,
        graduate_id=c.graduate_id,
        is_earlier=c.is_earlier_year,
        words=c.scope,
    )
    return Family(rows, c.union_id, {"cooperation_times": line})
