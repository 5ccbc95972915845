"""The select behind the board: newest claims in sight, with district, group, how late, and whether nothing was tried.

Counts and cards are made of this one select, so that they cannot disagree; counting is the database's work, because
there may be thousands.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds import UnionKind
from matcher.kinds.clocks import ClockState
from matcher.kinds.households import FileState
from matcher.kinds.zero_employment import ClaimState
from matcher.models.clocks import Clock
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household
from matcher.models.organisations import Union, UnionClosure
from matcher.models.zero_employment import ClaimAct, ZeroEmploymentClaim
from matcher.services.casework.service_acts import standing_acts
from matcher.services.hardship.sight import lines_in_sight, whole_in_sight
from matcher.services.permissions import Actor
from matcher.services.zero_employment.moves import RULES
from matcher.services.zero_employment.steps import APART, BEFORE_RECOGNITION, CLEARED

SERVED = (ClaimState.RECOGNISED, ClaimState.AIDED)
"""States in which something should be tried every so many days."""

_NEVER = dt.date(1900, 1, 1)


def running_clocks() -> sa.ColumnElement[bool]:
    """Return the condition on `Clock` for those of this area that run."""
    return sa.and_(
        Clock.subject_kind == "household", Clock.stopped_on.is_(None), Clock.rule.in_(RULES)
    )


def board_rows(by: Actor, today: dt.date, quiet_days: int) -> sa.Subquery:
    """Select a row per household on the board in the actor's sight."""
    newer = aliased(ZeroEmploymentClaim)
    is_newest = ~sa.exists().where(
        newer.household_id == ZeroEmploymentClaim.household_id, newer.id > ZeroEmploymentClaim.id
    )
    late, district = _lateness(today), _districts()
    state = ZeroEmploymentClaim.state
    group = sa.case(
        (state.in_(BEFORE_RECOGNITION), "before"),
        (state.in_(CLEARED), "cleared"),
        (state.in_(APART), "apart"),
        else_="uncleared",
    )
    return (
        sa.select(
            ZeroEmploymentClaim.id.label("claim_id"),
            ZeroEmploymentClaim.household_id,
            state.label("state"),
            ZeroEmploymentClaim.basis,
            Household.public_id,
            Household.file_number,
            sa.func.coalesce(district.c.county_id, Household.union_id).label("district_id"),
            whole_in_sight(by).label("is_whole"),
            group.label("group"),
            late.c.clock,
            late.c.due_on,
            _is_quiet(today - dt.timedelta(days=quiet_days)).label("is_quiet"),
        )
        .join(Household, Household.id == ZeroEmploymentClaim.household_id)
        .outerjoin(late, late.c.subject_id == ZeroEmploymentClaim.household_id)
        .outerjoin(district, district.c.union_id == Household.union_id)
        .where(
            lines_in_sight(by),
            is_newest,
            state != ClaimState.NOT_FOUND,
            Household.state != FileState.MERGED,
        )
        .subquery()
    )


def _lateness(today: dt.date) -> sa.Subquery:
    """Select the first day due of each household's clocks, and the worst of how they stand."""
    first, warns = sa.func.min(Clock.due_on), sa.func.min(Clock.amber_on)
    clock = sa.case(
        (first < today, ClockState.OVERDUE.value),
        (warns <= today, ClockState.AMBER.value),
        else_=ClockState.ON_TIME.value,
    )
    return (
        sa.select(Clock.subject_id, first.label("due_on"), clock.label("clock"))
        .where(running_clocks())
        .group_by(Clock.subject_id)
        .subquery()
    )


def _districts() -> sa.Subquery:
    """Select the nearest county union above each union, itself included; unions outside any are left out."""
    place = sa.func.row_number().over(
        partition_by=UnionClosure.descendant_id, order_by=UnionClosure.depth
    )
    counties = (
        sa.select(
            UnionClosure.descendant_id.label("union_id"),
            UnionClosure.ancestor_id.label("county_id"),
            place.label("place"),
        )
        .join(Union, Union.id == UnionClosure.ancestor_id)
        .where(Union.kind == UnionKind.COUNTY)
        .subquery()
    )
    return (
        sa.select(counties.c.union_id, counties.c.county_id).where(counties.c.place == 1).subquery()
    )


def _is_quiet(limit: dt.date) -> sa.ColumnElement[Any]:
    """Return whether nothing was tried after a day for a household that is to be served."""
    tried = (
        sa.exists()
        .where(
            GraduateCase.household_id == ZeroEmploymentClaim.household_id,
            ServiceAct.case_id == GraduateCase.id,
            ServiceAct.happened_on > limit,
            standing_acts(),
        )
        .correlate(ZeroEmploymentClaim)
    )
    refused = sa.exists().where(
        ClaimAct.claim_id == ZeroEmploymentClaim.id,
        ClaimAct.act == "refusal",
        ClaimAct.happened_on > limit,
    )
    return sa.case(
        (
            sa.and_(
                ZeroEmploymentClaim.state.in_(SERVED),
                ZeroEmploymentClaim.recognised_on <= limit,
                sa.func.coalesce(ZeroEmploymentClaim.reopened_on, _NEVER) <= limit,
                ~tried,
                ~refused,
            ),
            1,
        ),
        else_=0,
    )
