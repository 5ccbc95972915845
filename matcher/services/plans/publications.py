"""Publishing a plan (发布方案): asking for it, what became of every seat, taking it back.

Publishing is a person's act; the proposals and holds are made in the background (`proposals`). Nobody is told anything
by it: a person is asked when somebody of the staff confirms (`confirming`), and an employer learns of whoever agreed.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import DriveState, JobQueue
from matcher.kinds.plan_runs import PublishedAs
from matcher.models.drives import Drive
from matcher.models.plans import PlanPublication, PlanRun
from matcher.services import audit, jobs
from matcher.services.permissions import Actor, Permission, require
from matcher.services.plans.runs import SUBJECT, check_usable, managed_plan
from matcher.services.plans.standing import last_publication

PUBLISH = "plans.publish"
"""Name of the job that makes the proposals of a plan."""

TAKE_BACK = "plans.take_back"
"""Name of the job that takes back the unsent proposals of a plan."""


def publish_plan(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> PlanRun:
    """Publish the chosen result of a plan: proposals and holds are made, nobody is told anything.

    Once more of a published plan tries again what was refused.

    Raises
    ------
    RuleBrokenError
        No result is chosen, the drive is not open, the plan was taken back, or another was published after it was made.
    """
    plan = managed_plan(session, by, public_id, expected_version=expected_version)
    require(by, Permission.REFER)
    check_usable(plan)
    _check_publishable(session, plan)
    if plan.published_at is None:
        plan.published_at, plan.published_by_id = clock.now(), by.account_id
    session.execute(
        sa.delete(PlanPublication).where(
            PlanPublication.plan_id == plan.id,
            PlanPublication.published_as == PublishedAs.REFUSED,
        )
    )
    plan.publish_job_id = _enqueue(session, by, PUBLISH, plan)
    audit.record(
        session,
        by,
        "plan.published",
        subject=(SUBJECT, plan.id),
        rule=plan.chosen_rule,
        input_hash=plan.input_hash,
    )
    session.flush()
    return plan


def _check_publishable(session: Session, plan: PlanRun) -> None:
    if plan.chosen_rule is None:
        raise RuleBrokenError(
            "plan_not_chosen",
            f"第 {plan.number} 次方案还没有选定公平方案或最多方案，请先选定再发布。",
            plan=plan.number,
        )
    if session.get_one(Drive, plan.drive_id).state is not DriveState.OPEN:
        raise RuleBrokenError("plan_drive_not_open", "活动不在进行中，不能发布方案。")
    if plan.withdrawn_at is not None:
        raise RuleBrokenError(
            "plan_withdrawn",
            f"第 {plan.number} 次方案已撤回，不能再次发布；请重新做一次方案。",
            plan=plan.number,
        )
    last = session.get(PlanRun, session.scalar(sa.select(last_publication(plan.drive_id))) or 0)
    if last is None or last.id == plan.id or last.published_at is None:
        return
    if plan.started_at is None or plan.started_at < last.published_at:
        raise RuleBrokenError(
            "plan_outdated",
            f"第 {plan.number} 次方案做好之后又发布了第 {last.number} 次方案，请重新做一次方案再发布。",
            plan=plan.number,
            published=last.number,
        )


def _enqueue(session: Session, by: Actor, name: str, plan: PlanRun) -> int:
    job = jobs.enqueue(
        session,
        name,
        {"plan_id": plan.id},
        queue=JobQueue.BATCH,
        unique_key=f"{name}:{plan.id}",
        union_id=session.get_one(Drive, plan.drive_id).union_id,
        created_by_id=by.account_id,
    )
    return job.id


def withdraw_publication(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> PlanRun:
    """Take a publication back: its unsent proposals are withdrawn, seats it opened to all are kept again.

    Raises
    ------
    RuleBrokenError
        The plan is not published, was taken back, or another was published after it.
    """
    plan = managed_plan(session, by, public_id, expected_version=expected_version)
    require(by, Permission.REFER)
    if plan.published_at is None or plan.withdrawn_at is not None:
        raise RuleBrokenError(
            "plan_not_published",
            f"第 {plan.number} 次方案没有发布，或已经撤回。",
            plan=plan.number,
        )
    last = session.scalar(sa.select(last_publication(plan.drive_id)))
    if last is not None and last != plan.id:
        later = session.get_one(PlanRun, last).number
        raise RuleBrokenError(
            "plan_superseded",
            f"第 {plan.number} 次方案之后又发布了第 {later} 次方案，现在以后者为准；要撤回，请撤回第 {later} 次方案。",
            plan=plan.number,
            published=later,
        )
    plan.withdrawn_at, plan.withdrawn_by_id = clock.now(), by.account_id
    plan.publish_job_id = _enqueue(session, by, TAKE_BACK, plan)
    audit.record(session, by, "plan.withdrawn", subject=(SUBJECT, plan.id))
    session.flush()
    return plan


def publication_counts(session: Session, plan_id: int) -> Mapping[PublishedAs, int]:
    """Count what became of the seats of a publication; callers have checked who asks."""
    rows = session.execute(
        sa.select(PlanPublication.published_as, sa.func.count())
        .where(PlanPublication.plan_id == plan_id)
        .group_by(PlanPublication.published_as)
    ).all()
    found: dict[PublishedAs, int] = {row[0]: row[1] for row in rows}
    return {kind: found.get(kind, 0) for kind in PublishedAs}
