"""What a person makes of an assessment (人工认定): adopts its tier for the file, or not, once and for good."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.tiers import DecisionKind
from matcher.models.assessments import AssessmentDecision
from matcher.models.tasks import Task
from matcher.policy.tiers.inputs import load_fields
from matcher.services import audit, tasks
from matcher.services.hardship import states
from matcher.services.hardship.assessments import AssessmentEntry, adoptable, get_assessment
from matcher.services.hardship.conflicts import refuse_own_enterprise
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import unique_or

ASK_RULE = "assessment.ask"
"""Task that somebody asks a family for what an assessment lacks."""

REASON_LENGTH = 4
"""Characters a reason needs at least."""


def adopt(
    session: Session,
    by: Actor,
    household_id: int,
    public_id: str,
    tier: HardshipTier,
    *,
    reason: str = "",
) -> AssessmentDecision:
    """Set the file's tier by an assessment; near the line with a reason, and then either way.

    Raises
    ------
    RuleBrokenError
        It was replaced or decided, cannot set tiers, or the tier is not one it leads to.
    """
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    entry = get_assessment(session, by, household_id, public_id)
    _refuse_settled(entry)
    refuse_own_enterprise(session, by.account_id, household)
    if tier not in adoptable(session, entry):
        raise RuleBrokenError(
            "tier_not_adoptable", "这次测算得不出这个类别，请补充材料后重新测算，或另选结果。"
        )
    if entry.row.is_near:
        _require_reason(reason, "near_line_needs_reason", "结果接近标准线，采用时须写明理由。")
    decision = _decide(session, by, entry, DecisionKind.ADOPTED, tier, reason)
    states.set_tier(session, by, household_id, tier, on=clock.today())
    household.changed_on = clock.today()
    session.flush()
    return decision


def decline(
    session: Session, by: Actor, household_id: int, public_id: str, *, reason: str
) -> AssessmentDecision:
    """Put an assessment aside with a reason; the file keeps its tier."""
    require(by, Permission.EDIT_FILES)
    get_whole(session, by, household_id, lock=True)
    entry = get_assessment(session, by, household_id, public_id)
    _refuse_settled(entry)
    _require_reason(reason, "declining_needs_reason", "不采用时须写明理由。")
    return _decide(session, by, entry, DecisionKind.DECLINED, None, reason)


def _refuse_settled(entry: AssessmentEntry) -> None:
    if entry.is_replaced:
        raise RuleBrokenError(
            "assessment_replaced", "这次测算已被新的测算代替，请在最新的结果上决定。"
        )
    if entry.decision is not None:
        raise RuleBrokenError(
            "assessment_decided", "这次测算已经有人决定过；如要改变，请重新测算。"
        )


def _require_reason(reason: str, code: str, message: str) -> None:
    if len(reason.strip()) < REASON_LENGTH:
        raise RuleBrokenError(code, message)


def _decide(
    session: Session,
    by: Actor,
    entry: AssessmentEntry,
    kind: DecisionKind,
    tier: HardshipTier | None,
    reason: str,
) -> AssessmentDecision:
    row = AssessmentDecision(
        assessment_id=entry.row.id,
        decision=kind,
        tier=tier,
        reason=reason.strip() or None,
        decided_at=clock.now(),
        decided_by_id=by.account_id,
    )
    refusal = RuleBrokenError(
        "assessment_decided", "这次测算已经有人决定过；如要改变，请重新测算。"
    )
    with unique_or(session, refusal):
        session.add(row)
    audit.record(
        session,
        by,
        f"household.assessment_{kind.value}",
        subject=("household", entry.row.household_id),
        assessment=entry.row.id,
        tier=tier,
        near=entry.row.is_near,
    )
    session.flush()
    return row


def ask_for_papers(
    session: Session, by: Actor, household_id: int, public_id: str, *, due_on: dt.date
) -> Task:
    """Open a task to ask the family for what an assessment lacks; one at a time for a file."""
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id)
    entry = get_assessment(session, by, household_id, public_id)
    if not entry.row.asked_for:
        raise RuleBrokenError("nothing_to_ask", "这次测算不缺材料。")
    if due_on < clock.today():
        raise RuleBrokenError("day_in_past", "期限不能早于今天。")
    known = load_fields()
    labels = [known[name].label for name in entry.row.asked_for if name in known]
    task = tasks.open_task(
        session,
        union_id=household.union_id,
        rule=ASK_RULE,
        subject=("household", household.id),
        due_on=due_on,
        facts={"assessment": entry.row.public_id, "asked": labels},
        assignee_id=household.owner_id or by.account_id,
    )
    audit.record(
        session, by, "household.papers_asked", subject=("household", household.id), task=task.id
    )
    session.flush()
    return task
