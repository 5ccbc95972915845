"""Plan runs (安置方案): asking for one, following it, stopping it, finding it, choosing one of its two results.

A plan is solved in the background by both rules; nothing of it reaches anybody before a person chooses and publishes
(`publishing`). A dry run (试算) keeps everything but seats.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import DriveState, JobQueue, JobState, RunState
from matcher.kinds.plans import PlanRule
from matcher.models.drives import Drive
from matcher.models.jobs import Job
from matcher.models.plans import PlanRun
from matcher.services import audit, jobs
from matcher.services.drives import get_drive, get_managed
from matcher.services.permissions import SYSTEM, Actor, Permission, require, scope_of
from matcher.services.plans.live_rows import run_for_plan
from matcher.services.plans.parameters import get_plan_parameters
from matcher.services.rows import expect_version, first_or_missing

SOLVE = "plans.solve"
"""Name of the job that makes a plan."""

SUBJECT = "plan_run"
"""Kind of subject of a plan's entries in the trail."""

LIVE = (RunState.QUEUED, RunState.RUNNING)


def require_planner(by: Actor) -> None:
    """Ask that an actor manages drives and sees hardship: a plan tells who is guaranteed a seat."""
    require(by, Permission.MANAGE_DRIVE)
    require(by, Permission.VIEW_HARDSHIP)


def request_plan(session: Session, by: Actor, drive_id: int, *, is_dry: bool = False) -> PlanRun:
    """Ask for a plan of a drive; if one of the kind is on its way already, that one is returned.

    Parameters
    ----------
    is_dry : keep figures, certificates and who would lose what was proposed last, but nobody's seat

    Raises
    ------
    RuleBrokenError
        The drive is closed, has no finished run, or many of its rows changed since.
    """
    require_planner(by)
    drive = get_managed(session, by, drive_id)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再做安置方案。")
    live = sa.select(PlanRun).where(
        PlanRun.drive_id == drive_id, PlanRun.state.in_(LIVE), PlanRun.is_dry.is_(is_dry)
    )
    going_on = session.scalar(live.order_by(PlanRun.id).limit(1))
    if going_on is not None:
        return going_on
    plan = _new(session, by, drive, is_dry=is_dry)
    audit.record(session, by, "plan.requested", subject=(SUBJECT, plan.id), is_dry=is_dry)
    session.flush()
    return plan


def _new(session: Session, by: Actor, drive: Drive, *, is_dry: bool) -> PlanRun:
    last = sa.select(sa.func.max(PlanRun.number)).where(PlanRun.drive_id == drive.id)
    run = run_for_plan(session, drive)
    plan = PlanRun(
        drive_id=drive.id,
        number=(session.scalar(last) or 0) + 1,
        is_dry=is_dry,
        drive_revision=drive.revision,
        ranking_run_id=run.id,
        parameters=get_plan_parameters(session, drive).to_dict(),
        state=RunState.QUEUED,
        lottery_commitment=drive.lottery_commitment,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(plan)
    session.flush()
    job = jobs.enqueue(
        session,
        SOLVE,
        {"plan_id": plan.id},
        queue=JobQueue.BATCH,
        unique_key=f"{SOLVE}:{plan.id}",
        union_id=drive.union_id,
        created_by_id=by.account_id,
    )
    plan.job_id = job.id
    return plan


def stop_plan(session: Session, by: Actor, public_id: str) -> PlanRun:
    """Stop a plan that is queued or being solved."""
    plan = managed_plan(session, by, public_id)
    if plan.state not in LIVE:
        raise RuleBrokenError("plan_over", "这次方案已经结束。", plan=plan.number)
    plan.state, plan.finished_at = RunState.CANCELLED, clock.now()
    if plan.job_id is not None:
        jobs.request_stop(session, plan.job_id)
    audit.record(session, by, "plan.stopped", subject=(SUBJECT, plan.id))
    session.flush()
    return plan


def managed_plan(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    expected_version: int | None = None,
    lock: bool = True,
) -> PlanRun:
    """Return a plan of a drive the actor manages, locked for changing unless it is only read."""
    require_planner(by)
    found = (
        sa.select(PlanRun)
        .join(Drive, Drive.id == PlanRun.drive_id)
        .where(PlanRun.public_id == public_id, Drive.union_id.in_(scope_of(by).unions()))
    )
    plan = first_or_missing(session, found, lock=lock)
    expect_version(plan, expected_version)
    return plan


def list_plans(session: Session, by: Actor, drive_id: int, *, limit: int = 20) -> list[PlanRun]:
    """Return the newest plans of a drive the actor sees, newest first."""
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, drive_id)
    found = sa.select(PlanRun).where(PlanRun.drive_id == drive.id)
    return list(session.scalars(found.order_by(PlanRun.number.desc()).limit(limit)))


def newest_plan(session: Session, drive_id: int) -> PlanRun | None:
    """Return a drive's newest plan that is done and not dry; callers have checked who asks."""
    found = sa.select(PlanRun).where(
        PlanRun.drive_id == drive_id, PlanRun.state == RunState.DONE, PlanRun.is_dry.is_(False)
    )
    return session.scalar(found.order_by(PlanRun.number.desc()).limit(1))


def choose_rule(
    session: Session,
    by: Actor,
    public_id: str,
    rule: PlanRule,
    *,
    expected_version: int | None = None,
) -> PlanRun:
    """Choose one of a plan's two results; before it is published the other can still be chosen.

    Raises
    ------
    RuleBrokenError
        The plan is not done, is a dry run, or was published.
    """
    plan = managed_plan(session, by, public_id, expected_version=expected_version)
    check_usable(plan)
    if plan.published_at is not None:
        raise RuleBrokenError(
            "plan_published",
            f"第 {plan.number} 次方案已经发布，不能再改选；可先撤回，或重新做一次方案。",
            plan=plan.number,
        )
    plan.chosen_rule, plan.chosen_at, plan.chosen_by_id = rule, clock.now(), by.account_id
    audit.record(session, by, "plan.chosen", subject=(SUBJECT, plan.id), rule=rule.value)
    session.flush()
    return plan


def check_usable(plan: PlanRun) -> None:
    """Refuse a plan of which nobody's seat is known."""
    if plan.state is not RunState.DONE or plan.is_dry:
        raise RuleBrokenError(
            "plan_not_done",
            f"第 {plan.number} 次方案没有完成，或只是试算，不能选用。",
            plan=plan.number,
        )


@dataclass(frozen=True)
class PlanProgress:
    """How far a plan is: steps done of steps in all."""

    state: RunState
    done: int
    total: int


def plan_progress(session: Session, plan_id: int) -> PlanProgress:
    """Return how far a plan is; callers have checked who asks."""
    plan = session.get_one(PlanRun, plan_id, populate_existing=True)
    job = session.get(Job, plan.job_id, populate_existing=True) if plan.job_id else None
    done, total = (job.done_units, job.total_units) if job is not None else (0, 0)
    return PlanProgress(plan.state, done, total)


def dead_plans(session: Session) -> list[int]:
    """Return the plans that will never end by themselves: their job did; one query."""
    lost = (
        sa.select(PlanRun.id)
        .outerjoin(Job, Job.id == PlanRun.job_id)
        .where(
            PlanRun.state.in_(LIVE),
            sa.or_(Job.id.is_(None), Job.state.not_in((JobState.QUEUED, JobState.RUNNING))),
        )
    )
    return list(session.scalars(lost.order_by(PlanRun.id)))


def fail_plan(session: Session, plan_id: int) -> None:
    """Mark a plan failed whose job will not be tried again; its page says why."""
    plan = session.get_one(PlanRun, plan_id, with_for_update=True, populate_existing=True)
    if plan.state not in LIVE:
        return
    job = session.get(Job, plan.job_id) if plan.job_id else None
    code = (job.error_code if job is not None else None) or "job_worker_lost"
    plan.state, plan.finished_at = RunState.FAILED, clock.now()
    message = (job.error_message if job is not None else None) or ""
    plan.figures = {**plan.figures, "error_code": code, "error_message": message}
    audit.record(session, SYSTEM, "plan.failed", subject=(SUBJECT, plan_id), code=code)
    session.flush()
