"""What approval means for an application for tuition aid: in approval, approved with a last day to pay, or back.

The notice says of the household what the notice of its file says, and nothing of the student or the school.
"""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.identity import mask_name
from matcher.kinds.approvals import StepKind
from matcher.kinds.household_facts import VisitOutcome
from matcher.kinds.tuition import TuitionState
from matcher.models.approvals import Approval
from matcher.models.audit import AuditEntry
from matcher.models.household_facts import HomeVisit
from matcher.models.households import Household, HouseholdMember
from matcher.models.tuition import TuitionApplication
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.approvals.subject_rules import Heading, SubjectFacts, SubjectRules
from matcher.services.hardship import file_effects, sight
from matcher.services.money.paying import DUE_RULE
from matcher.services.permissions import Actor
from matcher.services.tuition.applications import SUBJECT

_ENTERING = ("tuition.applied", "tuition.changed")
"""Acts of the trail that say what an application says: who returned one may decide on it again."""
VISIT_RULE, PAY_RULE = "tuition.visit", "tuition.pay"
"""How old a visit may be, and how long before term it is paid: rows of `policy/data/deadlines.csv`."""


def _about(session: Session, application_id: int) -> SubjectFacts:
    row = session.get_one(TuitionApplication, application_id)
    of_file = file_effects.RULES.about(session, row.household_id)
    return SubjectFacts(
        entered_by=frozenset(_entered_by(session, row)),
        units=of_file.units,
        lines=of_file.lines,
    )


def _entered_by(session: Session, row: TuitionApplication) -> set[int]:
    """Return who made, changed or sent it, and who visited the household for it."""
    told = sa.select(AuditEntry.actor_id).where(
        AuditEntry.subject_kind == SUBJECT,
        AuditEntry.subject_id == row.id,
        AuditEntry.action.in_(_ENTERING),
    )
    found: set[int | None] = {row.entered_by_id, *session.scalars(told)}
    for visit in _visits(session, row):
        found |= {visit.entered_by_id, visit.credited_to_id}
    return {one for one in found if one is not None}


def _visits(session: Session, row: TuitionApplication) -> list[HomeVisit]:
    """Return the visits that may stand for this application: met, and not older than the limit."""
    limit = get_deadline(VISIT_RULE, None, clock.today())
    found = sa.select(HomeVisit).where(
        HomeVisit.household_id == row.household_id, HomeVisit.outcome == VisitOutcome.MET
    )
    day = clock.in_china(row.entered_at).date()
    return [
        one
        for one in session.scalars(found.order_by(HomeVisit.id))
        if limit.after(one.visited_on) >= day
    ]


def _headings(session: Session, ids: Collection[int]) -> dict[int, Heading]:
    found = session.execute(
        sa.select(
            TuitionApplication.id,
            TuitionApplication.public_id,
            Household.file_number,
            HouseholdMember.name,
        )
        .join(Household, Household.id == TuitionApplication.household_id)
        .join(HouseholdMember, HouseholdMember.id == TuitionApplication.member_id)
        .where(TuitionApplication.id.in_(ids))
    )
    return {
        row.id: Heading(
            words=mask_name(row.name or ""), number=row.file_number, public_id=row.public_id
        )
        for row in found
    }


def _sees(session: Session, by: Actor, application_id: int) -> bool:
    row = session.get_one(TuitionApplication, application_id)
    return sight.sees_whole(session, by, row.household_id)


def _require_ready(session: Session, application_id: int, step: StepKind) -> None:
    row = session.get_one(TuitionApplication, application_id)
    if step is StepKind.VISIT and not _visits(session, row):
        raise RuleBrokenError("visit_missing", "档案里还没有近一年的入户走访记录，请先登记走访。")


def _locked(session: Session, approval: Approval) -> TuitionApplication:
    return session.get_one(
        TuitionApplication, approval.subject_id, with_for_update=True, populate_existing=True
    )


def _started(session: Session, by: Actor, approval: Approval) -> None:
    row = _locked(session, approval)
    if row.state is not TuitionState.DRAFT:
        raise RuleBrokenError("tuition_not_draft", "只有填写中的申请可以修改或提交。")
    row.state = TuitionState.IN_APPROVAL
    row.applied_on = row.applied_on or clock.today()
    audit.record(
        session,
        by,
        "tuition.submitted",
        subject=(SUBJECT, row.id),
        about=row.household_id,
        approval=approval.id,
    )


def _approved(session: Session, by: Actor, approval: Approval) -> None:
    row = _locked(session, approval)
    row.state, row.approved_on = TuitionState.APPROVED, clock.today()
    audit.record(
        session,
        by,
        "tuition.approved",
        subject=(SUBJECT, row.id),
        about=row.household_id,
        approval=approval.id,
    )
    tasks.open_task(
        session,
        union_id=row.union_id,
        rule=DUE_RULE,
        subject=(SUBJECT, row.id),
        due_on=pay_by(row, approval.region_code),
        facts={"year": row.year},
    )


def pay_by(row: TuitionApplication, region_code: str | None) -> dt.date:
    """Return the last day to pay: so many days before term (开学前发放)."""
    limit = get_deadline(PAY_RULE, region_code, row.term_starts_on)
    return row.term_starts_on - dt.timedelta(days=limit.value)


def _returned(session: Session, by: Actor, approval: Approval) -> None:
    row = _locked(session, approval)
    row.state = TuitionState.DRAFT
    audit.record(
        session,
        by,
        "tuition.sent_back",
        subject=(SUBJECT, row.id),
        about=row.household_id,
        approval=approval.id,
    )


def _refused(session: Session, by: Actor, approval: Approval) -> None:
    row = _locked(session, approval)
    row.state = TuitionState.REFUSED
    audit.record(
        session,
        by,
        "tuition.refused",
        subject=(SUBJECT, row.id),
        about=row.household_id,
        approval=approval.id,
    )


RULES = SubjectRules(
    about=_about,
    sees=_sees,
    headings=_headings,
    require_ready=_require_ready,
    started=_started,
    approved=_approved,
    returned=_returned,
    refused=_refused,
)
