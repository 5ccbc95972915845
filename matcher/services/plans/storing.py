"""Storing a plan (保存方案): the market it was made on, then seats in chunks, then its end; each may run twice.

Nothing is computed inside a write transaction. Whoever notes the market first decides what the plan is of: a job that
is delivered again solves that very market, and gives the very same rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import RunState
from matcher.kinds.plans import PlanRule
from matcher.models.plans import PlanCertificate, PlanRun, PlanSeat, PlanShift, PlanUncovered
from matcher.services import audit
from matcher.services.permissions import SYSTEM
from matcher.services.plans.manifests import manifest_of
from matcher.services.plans.runs import LIVE, SUBJECT
from matcher.services.plans.shifts import Shift

CHUNK = 2_000
"""Seats stored in one transaction, far below the database's busy timeout."""


@dataclass(frozen=True)
class NotedMarket:
    """What a plan is made on.

    Parameters
    ----------
    figures : of the market
    """

    input_hash: str
    as_of_change: int
    figures: dict[str, Any]


def begin_plan(session: Session, plan_id: int) -> bool:
    """Say that a plan is being made, before its market is read; False if it was stopped or is done.

    What is published from now on is not in the market, see `publications`.
    """
    plan = session.get_one(PlanRun, plan_id, with_for_update=True, populate_existing=True)
    if plan.state not in LIVE:
        return False
    plan.state, plan.started_at = RunState.RUNNING, plan.started_at or clock.now()
    session.flush()
    return True


def note_market(session: Session, plan_id: int, noted: NotedMarket) -> str | None:
    """Say what market a plan is of and return its input hash: of whoever was first; None if it was stopped."""
    plan = session.get_one(PlanRun, plan_id, with_for_update=True, populate_existing=True)
    if plan.state not in LIVE:
        return None
    # A dry run keeps no market: delivered again, it is of the market of that moment.
    if plan.input_hash is None or plan.is_dry:
        plan.input_hash, plan.as_of_change = noted.input_hash, noted.as_of_change
        plan.figures = {"market": noted.figures}
        session.flush()
    return plan.input_hash


@dataclass(frozen=True)
class SolvedRule:
    """What one rule gave.

    Parameters
    ----------
    uncovered : (graduate, priority rank, component or None)
    """

    rule: PlanRule
    result_hash: str
    uncovered: Sequence[tuple[int, int, int | None]]


def store_seats(
    session: Session, plan_id: int, rule: PlanRule, rows: Sequence[dict[str, Any]]
) -> bool:
    """Store some seats in place of those of the same people; False, and nothing stored, if the plan was stopped."""
    plan = session.get_one(PlanRun, plan_id, with_for_update={"key_share": True})
    if plan.state is not RunState.RUNNING:
        return False
    people = [row["graduate_id"] for row in rows]
    session.execute(
        sa.delete(PlanSeat).where(
            PlanSeat.plan_id == plan_id, PlanSeat.rule == rule, PlanSeat.graduate_id.in_(people)
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        sa.insert(PlanSeat), [{**row, "plan_id": plan_id, "rule": rule} for row in rows]
    )
    return True


def chunks(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Cut rows into what one transaction stores."""
    left = iter(rows)
    while some := list(islice(left, CHUNK)):
        yield some


@dataclass(frozen=True)
class CertificateRow:
    """One component of a certificate, by ids; see `PlanCertificate`."""

    component: int
    graduates: bytes
    postings: bytes
    n_people: int
    n_seats: int
    n_short: int


@dataclass(frozen=True)
class PlanEnd:
    """All of a plan but its seats.

    Parameters
    ----------
    shifts : by rule, the promises of the last publication that would not be kept
    figures : of results and pins; those of the market are noted already
    """

    fair: SolvedRule
    most: SolvedRule
    certificate: Sequence[CertificateRow]
    shifts: dict[PlanRule, list[Shift]]
    figures: dict[str, Any]
    code_version: str


def finish_plan(session: Session, plan_id: int, end: PlanEnd) -> bool:
    """Make a plan done and put its manifest into the trail; False if it was stopped or is done already."""
    plan = session.get_one(PlanRun, plan_id, with_for_update=True, populate_existing=True)
    if plan.state is not RunState.RUNNING:
        return False
    plan.state, plan.finished_at = RunState.DONE, clock.now()
    plan.fair_hash, plan.most_hash = end.fair.result_hash, end.most.result_hash
    plan.code_version = end.code_version
    plan.figures = {**plan.figures, **end.figures}
    _store_rest(session, plan_id, end)
    session.flush()
    audit.record(
        session,
        SYSTEM,
        "plan.computed",
        subject=(SUBJECT, plan_id),
        manifest=manifest_of(session, plan),
    )
    return True


def _store_rest(session: Session, plan_id: int, end: PlanEnd) -> None:
    for table in (PlanCertificate, PlanUncovered, PlanShift):
        session.execute(sa.delete(table).where(table.plan_id == plan_id))
    certificate = [{"plan_id": plan_id, **vars(row)} for row in end.certificate]
    uncovered = [
        {
            "plan_id": plan_id,
            "rule": one.rule,
            "graduate_id": person,
            "priority_rank": rank,
            "component": component,
        }
        for one in (end.fair, end.most)
        for person, rank, component in one.uncovered
    ]
    shifts = [
        _shift_row(plan_id, rule, shift) for rule, found in end.shifts.items() for shift in found
    ]
    for table, rows in (
        (PlanCertificate, certificate),
        (PlanUncovered, uncovered),
        (PlanShift, shifts),
    ):
        if rows:
            session.execute(sa.insert(table), rows)


def _shift_row(plan_id: int, rule: PlanRule, shift: Shift) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "rule": rule,
        "graduate_id": shift.promise.graduate_id,
        "referral_id": shift.promise.referral_id,
        "before_id": shift.promise.posting_id,
        "after_id": shift.change.now,
        "kind": shift.change.kind,
        "reason": shift.change.reason,
    }
