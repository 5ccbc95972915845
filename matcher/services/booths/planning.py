"""Computing a plan of booths (计算展位方案) in the background, and taking or leaving what came out.

Read, computed and kept apart: a large fair takes some seconds, in which nobody should wait for a lock. What was read
is known by its digest; a plan is taken only while the floor and the employers are still those it was computed from.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, RuleBrokenError
from matcher.fairs.booth_plan import BoothPlan as Plan
from matcher.fairs.booth_plan import Floor, plan_booths, price_of
from matcher.fairs.floor import Spot
from matcher.kinds import JobQueue
from matcher.kinds.booth_plans import BoothChangeKind, BoothPlanState, PlanScope
from matcher.models.booth_plans import BoothChange, BoothPlan
from matcher.models.fairs import Booth, Fair, FairSession
from matcher.models.jobs import Job
from matcher.services import audit, jobs
from matcher.services.booths.booth_map import BoothMap, booth_map
from matcher.services.booths.judging import Judge
from matcher.services.booths.office import Comer, list_comers
from matcher.services.booths.placing import change
from matcher.services.booths.sight import FAIR, booths_of_fair, open_floor
from matcher.services.fairs.sight import get_managed, require_live
from matcher.services.permissions import Actor
from matcher.services.rows import first_or_missing

NAME = "booths.plan"

_USUAL_MINUTES = 180
"""A session of a fair that has none yet: a morning."""


@dataclass(frozen=True)
class PlanInput:
    """Everything a plan is computed from."""

    fair_public_id: str
    scope: PlanScope
    floor: BoothMap
    comers: tuple[Comer, ...]
    closes: int
    digest: str


def ask(session: Session, by: Actor, fair_public_id: str, scope: PlanScope) -> Job:
    """Ask for a plan; while one is being computed for the fair, that one is returned.

    Raises
    ------
    RuleBrokenError
        There are no booths, or nobody comes for certain.
    """
    fair = get_managed(session, by, fair_public_id)
    require_live(fair)
    if session.scalar(sa.select(Booth.id).where(Booth.fair_id == fair.id).limit(1)) is None:
        raise RuleBrokenError("booths_missing", "还没有展位，请先在展厅里画出展位。")
    if not list_comers(session, fair):
        raise RuleBrokenError("booth_employers_missing", "还没有确认参会的单位。")
    return jobs.enqueue(
        session,
        NAME,
        {
            "account": by.account_id,
            "role": by.role,
            "union": by.union_id,
            "fair": fair.public_id,
            "scope": scope.value,
        },
        queue=JobQueue.BATCH,
        unique_key=f"{NAME}:{fair.public_id}",
        total_units=1,
        union_id=fair.union_id,
        created_by_id=by.account_id,
    )


def read(session: Session, by: Actor, fair_public_id: str, scope: PlanScope) -> PlanInput:
    """Return what a plan of a fair is computed from."""
    fair = get_managed(session, by, fair_public_id, lock=False)
    return read_input(session, fair, scope)


def read_input(
    session: Session, fair: Fair, scope: PlanScope, listed: Sequence[Comer] | None = None
) -> PlanInput:
    """Return what a plan is computed from; the caller allows it."""
    floor = booth_map(session, fair.id)
    comers = tuple(list_comers(session, fair) if listed is None else listed)
    minutes = session.scalar(
        sa.select(sa.func.min(FairSession.ends_minute - FairSession.begins_minute)).where(
            FairSession.fair_id == fair.id
        )
    )
    closes = minutes or _USUAL_MINUTES
    return PlanInput(fair.public_id, scope, floor, comers, closes, _digest(floor, comers, closes))


def _digest(floor: BoothMap, comers: tuple[Comer, ...], closes: int) -> str:
    facts = [
        [[hall.number, hall.n_columns, hall.n_rows, sorted(hall.marks)] for hall in floor.halls],
        [
            [one.booth_id, one.hall_id, one.column, one.row, one.fair_employer_id, one.is_fixed]
            for one in floor.places
        ],
        [[one.id, one.trade, one.n_booths, one.n_interviewers, one.n_visitors] for one in comers],
        closes,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def compute(given: PlanInput) -> tuple[Plan, dict[str, Any]]:
    """Return the plan and the figures of the present one, of one in order of registration, and of itself."""
    places = given.floor.places
    coming = {one.id for one in given.comers}
    present = [one.fair_employer_id if one.fair_employer_id in coming else None for one in places]
    keeps = given.scope is PlanScope.WITHOUT_BOOTH
    fixed = {
        i: present[i]
        for i, one in enumerate(places)
        if one.is_fixed or (keeps and present[i] is not None)
    }
    spots = tuple(Spot(one.hall_id, one.column, one.row) for one in places)
    floor = Floor(spots, given.floor.walks, fixed)
    units = [one.unit() for one in given.comers]
    plan = plan_booths(floor, units)
    judge = Judge(given.floor.walks, given.comers, float(given.closes))
    in_order = _in_order(given.comers, len(places))
    figures = {
        name: judge.figures(holders, price_of(floor, units, holders))
        for name, holders in (
            ("present", present),
            ("in_order", in_order),
            ("proposed", list(plan.holders)),
        )
    }
    return plan, figures


def _in_order(comers: tuple[Comer, ...], n_booths: int) -> list[int | None]:
    """Return the plan that needs no computing: booths in order of their labels, employers as they registered."""
    held: list[int | None] = [one.id for one in comers for _ in range(one.n_booths)]
    return (held + [None] * n_booths)[:n_booths]


def keep(
    session: Session, by: Actor, given: PlanInput, plan: Plan, figures: dict[str, Any]
) -> BoothPlan:
    """Keep a computed plan as the one to be looked at; an older one that nobody took goes."""
    fair = open_floor(session, by, given.fair_public_id)
    standing = _proposed(session, fair.id)
    if standing is not None:
        _decide(session, by, standing, BoothPlanState.DROPPED)
    made = BoothPlan(
        fair_id=fair.id,
        scope=given.scope,
        digest=given.digest,
        placed=[
            [place.booth_id, key]
            for place, key in zip(given.floor.places, plan.holders, strict=True)
        ],
        unplaced=list(plan.unplaced),
        figures=figures,
        computed_at=clock.now(),
        computed_by_id=by.account_id,
    )
    session.add(made)
    session.flush()
    audit.record(session, by, "booths.plan_computed", subject=(FAIR, fair.id), plan=made.id)
    return made


def accept(session: Session, by: Actor, fair_public_id: str, plan_public_id: str) -> BoothChange:
    """Take a plan: everybody gets the booth it says.

    Raises
    ------
    ConflictError
        Booths or employers changed since it was computed.
    """
    fair = open_floor(session, by, fair_public_id)
    plan = _waiting(session, fair, plan_public_id)
    if is_stale(session, fair, plan):
        raise ConflictError("booth_plan_stale", "方案算好以后，展位或单位有变动，请重新计算。")
    booths = {one.id: one for one in booths_of_fair(session, fair.id)}
    moves = [
        (booths[booth], employer)
        for booth, employer in plan.placed
        if booth is not None and booths[booth].fair_employer_id != employer
    ]
    _decide(session, by, plan, BoothPlanState.ACCEPTED)
    return change(session, by, fair, BoothChangeKind.PLAN_ACCEPTED, moves, plan=plan)


def drop(session: Session, by: Actor, fair_public_id: str, plan_public_id: str) -> BoothPlan:
    """Leave a plan; nothing changes."""
    fair = open_floor(session, by, fair_public_id)
    plan = _waiting(session, fair, plan_public_id)
    _decide(session, by, plan, BoothPlanState.DROPPED)
    audit.record(session, by, "booths.plan_dropped", subject=(FAIR, fair.id), plan=plan.id)
    return plan


def is_stale(
    session: Session, fair: Fair, plan: BoothPlan, comers: Sequence[Comer] | None = None
) -> bool:
    """Say whether floor or employers are no longer those the plan was computed from.

    Parameters
    ----------
    comers : if they were listed already
    """
    return read_input(session, fair, plan.scope, comers).digest != plan.digest


def find_proposed(session: Session, fair: Fair) -> BoothPlan | None:
    """Return the plan that waits to be looked at; the caller allows it."""
    return _proposed(session, fair.id)


def _proposed(session: Session, fair_id: int) -> BoothPlan | None:
    return session.scalar(
        sa.select(BoothPlan).where(
            BoothPlan.fair_id == fair_id, BoothPlan.state == BoothPlanState.PROPOSED
        )
    )


def _waiting(session: Session, fair: Fair, public_id: str) -> BoothPlan:
    found = sa.select(BoothPlan).where(
        BoothPlan.fair_id == fair.id, BoothPlan.public_id == public_id
    )
    plan = first_or_missing(session, found, lock=False)
    if plan.state is not BoothPlanState.PROPOSED:
        raise RuleBrokenError("booth_plan_decided", "这个方案已经采用或放弃。")
    return plan


def _decide(session: Session, by: Actor, plan: BoothPlan, state: BoothPlanState) -> None:
    plan.state, plan.decided_at, plan.decided_by_id = state, clock.now(), by.account_id
    session.flush()
