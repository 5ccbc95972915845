"""What approval means for a hardship file (困难职工档案): in approval, in force, refused, or back to be amended."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.identity import mask_name
from matcher.kinds import HardshipTier
from matcher.kinds.approvals import RegisterChangeKind, StepKind
from matcher.kinds.household_facts import VisitOutcome
from matcher.kinds.households import FileState
from matcher.models.approvals import Approval
from matcher.models.audit import AuditEntry
from matcher.models.household_facts import HomeVisit, HouseholdChange
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.models.imports import ImportBatch
from matcher.services import audit
from matcher.services.approvals.subject_rules import Heading, SubjectFacts, SubjectRules
from matcher.services.hardship import register_changes, sight
from matcher.services.hardship.graduate_links import note_graduates_of
from matcher.services.hardship.people import members_of
from matcher.services.permissions import Actor
from matcher.services.zero_employment.consequences import refresh

_ENTERING = (
    "household.created",
    "household.member_added",
    "household.tier_set",
    "household.zero_employment_set",
    "household.assessment_adopted",
)
"""Acts of the trail that say what a file says, beside those of its own history."""

_NOT_SAID = frozenset({"owner_id", "paper_on"})
"""Columns of the head that say nothing of the family: who changes them has entered nothing."""


def _about(session: Session, household_id: int) -> SubjectFacts:
    household = session.get_one(Household, household_id)
    members = members_of(session, household_id)
    holder = next((one for one in members if one.is_holder), None)
    name = mask_name(holder.name) if holder else "*"
    tier = household.tier if household.tier is not HardshipTier.NONE else None
    return SubjectFacts(
        entered_by=frozenset(_entered_by(session, household)),
        units=frozenset(_units(session, household)),
        lines={"name": name, "unit": household.unit_name, "tier": tier},
    )


def _units(session: Session, household: Household) -> set[str]:
    """Return the enterprises a file speaks of: the holder's unit, and where members work now."""
    found = (
        sa.select(MemberEmployment.unit)
        .join(HouseholdMember, HouseholdMember.id == MemberEmployment.member_id)
        .where(HouseholdMember.household_id == household.id, MemberEmployment.to_on.is_(None))
    )
    return {unit for unit in [household.unit_name, *session.scalars(found)] if unit}


def _entered_by(session: Session, household: Household) -> set[int]:
    """Return who opened, imported, changed or visited a file: typed, on behalf of whom, or credited."""
    visited = sa.select(HomeVisit.entered_by_id, HomeVisit.credited_to_id).where(
        HomeVisit.household_id == household.id
    )
    told = sa.select(AuditEntry.actor_id).where(
        AuditEntry.subject_kind == "household",
        AuditEntry.subject_id == household.id,
        AuditEntry.action.in_(_ENTERING),
    )
    imported = sa.select(ImportBatch.created_by_id).where(
        ImportBatch.id == household.import_batch_id
    )
    found: set[int | None] = {household.created_by_id, *_changed_by(session, household.id)}
    for statement in (visited, told, imported):
        for row in session.execute(statement):
            found |= set(row)
    return {one for one in found if one is not None}


def _changed_by(session: Session, household_id: int) -> set[int | None]:
    changes = sa.select(HouseholdChange).where(HouseholdChange.household_id == household_id)
    found: set[int | None] = set()
    for change in session.scalars(changes):
        if not {one.get("field") for one in change.fields} <= _NOT_SAID:
            found |= {change.actor_id, change.on_behalf_of_id, change.credited_to_id}
    return found


def _headings(session: Session, ids: Collection[int]) -> dict[int, Heading]:
    found = session.execute(
        sa.select(Household.id, Household.public_id, Household.file_number, HouseholdMember.name)
        .outerjoin(
            HouseholdMember,
            sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder),
        )
        .where(Household.id.in_(ids))
    )
    return {
        row.id: Heading(
            words=mask_name(row.name or ""), number=row.file_number, public_id=row.public_id
        )
        for row in found
    }


def _sees(session: Session, by: Actor, household_id: int) -> bool:
    return sight.sees_whole(session, by, household_id)


def _require_ready(session: Session, household_id: int, step: StepKind) -> None:
    if step is not StepKind.VISIT:
        return
    found = sa.select(HomeVisit).where(
        HomeVisit.household_id == household_id, HomeVisit.outcome == VisitOutcome.MET
    )
    visits = list(session.scalars(found))
    if not visits:
        raise RuleBrokenError("visit_missing", "档案里还没有入户走访记录，请先登记走访。")
    signed = any(one.application_signed_on for one in visits)
    if not (signed and any(one.authorisation_signed_on for one in visits)):
        raise RuleBrokenError(
            "visit_unsigned", "帮扶申请书和经济状况核对授权书须都已签字，请在走访记录中补登。"
        )


def _locked(session: Session, approval: Approval) -> Household:
    return session.get_one(
        Household, approval.subject_id, with_for_update=True, populate_existing=True
    )


def _started(session: Session, by: Actor, approval: Approval) -> None:
    household = _locked(session, approval)
    if household.state is not FileState.DRAFT:
        raise RuleBrokenError("file_not_draft", "只有填写中的档案可以提交审批。")
    household.state = FileState.IN_APPROVAL
    household.applied_on = household.applied_on or clock.today()
    _record(session, by, "household.submitted", approval)


def _approved(session: Session, by: Actor, approval: Approval) -> None:
    household = _locked(session, approval)
    today = clock.today()
    tier = HardshipTier(approval.facts.get("tier", household.tier))
    household.state = FileState.ACTIVE
    household.approved_on, household.changed_on = today, today
    household.tier, household.tier_on = tier, today
    _record(session, by, "household.approved", approval, tier)
    session.flush()
    register_changes.note_change(
        session, household, RegisterChangeKind.NEW_FILE, approval_id=approval.id
    )
    note_graduates_of(session, household.id)
    # What the members' facts said of a draft was not followed; from now on it is.
    refresh(session, household.id)


def _returned(session: Session, by: Actor, approval: Approval) -> None:
    _locked(session, approval).state = FileState.DRAFT
    _record(session, by, "household.sent_back", approval)


def _refused(session: Session, by: Actor, approval: Approval) -> None:
    household = _locked(session, approval)
    household.state = FileState.REFUSED
    household.is_open, household.closed_on = False, clock.today()
    for member in members_of(session, household.id):
        member.in_open_file = False
    _record(session, by, "household.refused", approval)
    note_graduates_of(session, household.id)


def _record(
    session: Session,
    by: Actor,
    action: str,
    approval: Approval,
    tier: HardshipTier | None = None,
) -> None:
    subject = ("household", approval.subject_id)
    audit.record(session, by, action, subject=subject, approval=approval.id, tier=tier)


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
