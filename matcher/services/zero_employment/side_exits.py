"""Side exits (另列退出): by refusals, lost contact, own wish, or because the family changed; never without a statement.

The chain does the rest: a second approver, a notice, objections (see `exit_effects`). The household stays in the
100 % denominator, shown apart, and may come back.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import ApprovalState
from matcher.kinds.zero_employment import (
    ClaimState,
    Derived,
    SideExitReason,
    SideExitState,
    StatementForm,
)
from matcher.models.approvals import Approval
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household, HouseholdMember
from matcher.models.zero_employment import SideExit, ZeroEmploymentClaim
from matcher.policy.deadlines import get_deadline
from matcher.services import audit
from matcher.services.approvals import steps as approvals
from matcher.services.casework.service_acts import standing_acts
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or
from matcher.services.zero_employment.claims import get_claim
from matcher.services.zero_employment.derivation import derive_now
from matcher.services.zero_employment.exit_effects import SUBJECT
from matcher.services.zero_employment.moves import Doing, move
from matcher.services.zero_employment.refusals import counted_refusals

LOST_CONTACT = "zero_employment.lost_contact"
CHAIN = "side_exit"
_STATEMENT = "side_exit.statement"


@dataclass(frozen=True, kw_only=True)
class SideExitInput:
    """Why, and what the person says to it (本人陈述)."""

    reason: SideExitReason
    statement: str
    statement_form: StatementForm
    statement_member_id: int
    """The member who made it; for lost contact an adult of the family who could be reached."""
    stated_on: dt.date
    file_id: int | None = None


def propose(
    session: Session,
    by: Actor,
    household_id: int,
    facts: SideExitInput,
    *,
    expected_version: int | None = None,
) -> SideExit:
    """Propose that a household leaves without work; somebody else decides, a notice follows.

    Raises
    ------
    RuleBrokenError
        The grounds are not there: too few refusals that count, contact not lost long enough, somebody counts.
    InvalidInputError
        No statement of a member.
    """
    require(by, Permission.EDIT_FILES)
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    if claim.state is not ClaimState.AIDED:
        raise RuleBrokenError("not_aided", "只有援助中的家庭可以提出另列退出。")
    _check_statement(session, claim, facts)
    evidence = _grounds(session, claim, facts.reason)
    leaving = _proposal(session, claim, facts, evidence, by.account_id)
    with unique_or(session, RuleBrokenError("side_exit_open", "这户的另列退出正在办理中。")):
        session.add(leaving)
    told = {"side_exit": leaving.id, "reason": facts.reason.value}
    move(session, by, claim, ClaimState.EXIT_REVIEW, Doing("exit_proposed", facts=told))
    approvals.start(
        session,
        by,
        chain=CHAIN,
        subject=(SUBJECT, leaving.id),
        union_id=claim.union_id,
        entered_by_ids={by.account_id} if by.account_id is not None else (),
    )
    session.flush()
    return leaving


def _proposal(
    session: Session,
    claim: ZeroEmploymentClaim,
    facts: SideExitInput,
    evidence: dict[str, Any],
    proposed_by_id: int | None,
) -> SideExit:
    return SideExit(
        claim_id=claim.id,
        reason=facts.reason,
        state=SideExitState.PROPOSED,
        statement_cipher=ring_of(session).encrypt(facts.statement.strip(), _STATEMENT),
        statement_form=facts.statement_form,
        statement_member_id=facts.statement_member_id,
        stated_on=facts.stated_on,
        file_id=facts.file_id,
        evidence=evidence,
        proposed_by_id=proposed_by_id,
        proposed_at=clock.now(),
    )


def _check_statement(session: Session, claim: ZeroEmploymentClaim, facts: SideExitInput) -> None:
    fields: dict[str, str] = {}
    member = session.get(HouseholdMember, facts.statement_member_id)
    if member is None or member.household_id != claim.household_id:
        fields["statement_member_id"] = "请选择陈述的家庭成员。"
    if not facts.statement.strip():
        fields["statement"] = "没有本人陈述不能提出，请记下本人的原话。"
    if facts.stated_on > clock.today():
        fields["stated_on"] = "陈述日期不能晚于今天。"
    is_wish = facts.reason is SideExitReason.OWN_WISH
    if is_wish and facts.statement_form is not StatementForm.WRITTEN:
        fields["statement_form"] = "本人放弃须有书面签字。"
    if fields:
        raise InvalidInputError(
            "side_exit_input", "另列退出有误，请修改标出的项目。", fields=fields
        )


def _grounds(
    session: Session, claim: ZeroEmploymentClaim, reason: SideExitReason
) -> dict[str, Any]:
    """Return the evidence a reason rests on; raise if it is not there."""
    household = session.get_one(Household, claim.household_id)
    told, _, definition = derive_now(session, household)
    if reason is SideExitReason.REFUSALS:
        counted = counted_refusals(session, claim)
        if len(counted) < definition.refusals:
            raise RuleBrokenError(
                "too_few_refusals",
                "核查为合适岗位的拒绝次数还不够，不能提出。",
                counted=len(counted),
                needed=definition.refusals,
            )
        return {"refusals": [one.id for one in counted], "definition": definition.code}
    if reason is SideExitReason.LOST_CONTACT:
        return _lost_contact(session, claim, household)
    if reason is SideExitReason.CHANGED and not (
        told.result == Derived.NO and told.reason == "nobody_counted"
    ):
        raise RuleBrokenError(
            "family_counts", "按成员情况推算，家中仍有计入的人，不能按家庭变化退出。"
        )
    return {"derived": told.result, "reason": told.reason}


def _lost_contact(
    session: Session, claim: ZeroEmploymentClaim, household: Household
) -> dict[str, Any]:
    """Return last contact and attempts since; raise unless both are there and long enough ago."""
    today = clock.today()
    acts = (
        sa.select(ServiceAct.happened_on, ServiceAct.outcome)
        .join(GraduateCase, GraduateCase.id == ServiceAct.case_id)
        .where(GraduateCase.household_id == household.id, standing_acts())
    )
    rows = session.execute(acts.order_by(ServiceAct.happened_on)).all()
    contacts = [row.happened_on for row in rows if row.outcome.is_contact]
    last = max([*contacts, claim.reopened_on or claim.recognised_on or today])
    attempts = [row.happened_on for row in rows if row.happened_on > last]
    limit = get_deadline(LOST_CONTACT, household.region_code, today)
    if limit.after(last) > today or not attempts:
        raise RuleBrokenError(
            "contact_not_lost",
            "最后联系到现在没有满规定的时间，或之后没有尝试记录，不能按失去联系提出。",
            attempts=len(attempts),
            last=last.isoformat(),
        )
    return {"last": last.isoformat(), "attempts": [day.isoformat() for day in attempts]}


def exits_of(session: Session, claim_id: int) -> list[SideExit]:
    """Return the side exits of a claim, the newest first."""
    found = sa.select(SideExit).where(SideExit.claim_id == claim_id)
    return list(session.scalars(found.order_by(SideExit.id.desc())))


def approval_of(session: Session, leaving: SideExit) -> Approval | None:
    """Return the approval a side exit runs through, if it still runs."""
    found = sa.select(Approval).where(
        Approval.subject_kind == SUBJECT,
        Approval.subject_id == leaving.id,
        Approval.state == ApprovalState.RUNNING,
    )
    return session.scalar(found)


def read_statement(session: Session, by: Actor, household_id: int, exit_id: int) -> str:
    """Return the person's statement to who decides or works on it; the trail keeps that it was read."""
    require(by, Permission.VIEW_CASES)
    claim = get_claim(session, by, household_id)
    found = sa.select(SideExit).where(SideExit.id == exit_id, SideExit.claim_id == claim.id)
    leaving = first_or_missing(session, found, lock=False)
    audit.record(
        session,
        by,
        "side_exit.statement_read",
        subject=("household", household_id),
        side_exit=exit_id,
    )
    return ring_of(session).decrypt(leaving.statement_cipher, _STATEMENT)
