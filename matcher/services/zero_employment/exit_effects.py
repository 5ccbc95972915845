"""What the chain does to a side exit (另列退出): to notice after the second person agreed, apart after the notice.

Refused, returned or an objection upheld: the household is aided again. Set apart, it stays in the denominator.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.approvals import StepKind
from matcher.kinds.zero_employment import ClaimState, SideExitState
from matcher.models.approvals import Approval
from matcher.models.households import Household, HouseholdMember
from matcher.models.publicity import Notice
from matcher.models.zero_employment import ClaimAct, ReferralRefusal, SideExit, ZeroEmploymentClaim
from matcher.services.approvals.limits import last_day
from matcher.services.approvals.subject_rules import SubjectFacts, SubjectRules
from matcher.services.hardship import sight
from matcher.services.permissions import Actor
from matcher.services.zero_employment.moves import Doing, move

SUBJECT = "side_exit"
NOTICE_RULE = "zero_employment.exit_notice"


def _about(session: Session, exit_id: int) -> SubjectFacts:
    """Tell the chain who entered it, and the one masked name a notice shows; no tier."""
    leaving = session.get_one(SideExit, exit_id)
    claim = session.get_one(ZeroEmploymentClaim, leaving.claim_id)
    household = session.get_one(Household, claim.household_id)
    holder = session.scalar(
        sa.select(HouseholdMember.name).where(
            HouseholdMember.household_id == household.id, HouseholdMember.is_holder
        )
    )
    name = mask_name(holder) if holder else "*"
    return SubjectFacts(
        entered_by=frozenset(_entered_by(session, leaving)),
        units=frozenset({household.unit_name} if household.unit_name else ()),
        lines={"name": name, "unit": household.unit_name},
        heading=f"{name} {household.file_number}",
        public_id=household.public_id,
    )


def _entered_by(session: Session, leaving: SideExit) -> set[int]:
    """Return who proposed it, and who recorded or checked what it rests on."""
    refusals = sa.select(ReferralRefusal.recorded_by_id, ReferralRefusal.checked_by_id).where(
        ReferralRefusal.claim_id == leaving.claim_id
    )
    proposed = sa.select(
        ClaimAct.actor_id, ClaimAct.on_behalf_of_id, ClaimAct.credited_to_id
    ).where(ClaimAct.claim_id == leaving.claim_id, ClaimAct.act == "exit_proposed")
    found: set[int | None] = {leaving.proposed_by_id}
    for statement in (refusals, proposed):
        for row in session.execute(statement):
            found |= set(row)
    return {one for one in found if one is not None}


def _sees(session: Session, by: Actor, exit_id: int) -> bool:
    household_id = session.scalar(
        sa.select(ZeroEmploymentClaim.household_id)
        .join(SideExit, SideExit.claim_id == ZeroEmploymentClaim.id)
        .where(SideExit.id == exit_id)
    )
    return household_id is not None and sight.sees_whole(session, by, household_id)


def _locked(session: Session, approval: Approval) -> tuple[SideExit, ZeroEmploymentClaim]:
    leaving = session.get_one(
        SideExit, approval.subject_id, with_for_update=True, populate_existing=True
    )
    claim = session.get_one(
        ZeroEmploymentClaim, leaving.claim_id, with_for_update=True, populate_existing=True
    )
    return leaving, claim


def _moved_on(session: Session, by: Actor, approval: Approval) -> None:
    """The second person agreed: the notice may be hung."""
    leaving, claim = _locked(session, approval)
    if approval.step_kind is not StepKind.PUBLICITY or claim.state is not ClaimState.EXIT_REVIEW:
        return
    today = clock.today()
    leaving.decided_by_id, leaving.decided_at = by.account_id, clock.now()
    leaving.notice_from_on = today
    leaving.notice_until_on = last_day(session, NOTICE_RULE, approval.region_code, today).day
    leaving.state = SideExitState.NOTICED
    facts = {"side_exit": leaving.id, "approval": approval.id}
    move(session, by, claim, ClaimState.EXIT_NOTICE, Doing("exit_agreed", facts=facts))


def _approved(session: Session, by: Actor, approval: Approval) -> None:
    """The notice ended without an objection that held: set apart, still in the denominator."""
    leaving, claim = _locked(session, approval)
    notice = session.scalar(
        sa.select(Notice)
        .where(Notice.approval_id == approval.id)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    if notice is not None:
        leaving.notice_id, leaving.notice_from_on = notice.id, notice.from_on
        leaving.notice_until_on = notice.to_on
    leaving.state, leaving.closed_at = SideExitState.DONE, clock.now()
    facts = {"side_exit": leaving.id, "approval": approval.id, "notice": leaving.notice_id}
    move(session, by, claim, ClaimState.SET_APART, Doing("set_apart", facts=facts))


def _back_to_aid(session: Session, by: Actor, approval: Approval) -> None:
    """Refused, returned, withdrawn, or an objection held: aided as before."""
    leaving, claim = _locked(session, approval)
    after_notice = claim.state is ClaimState.EXIT_NOTICE
    leaving.state = SideExitState.OBJECTED if after_notice else SideExitState.REFUSED
    leaving.decided_at = leaving.decided_at or clock.now()
    if by.account_id != leaving.proposed_by_id:
        leaving.decided_by_id = leaving.decided_by_id or by.account_id
    leaving.objected_on = clock.today() if after_notice else None
    leaving.closed_at = clock.now()
    facts = {"side_exit": leaving.id, "approval": approval.id}
    act = "exit_objected" if after_notice else "exit_refused"
    move(session, by, claim, ClaimState.AIDED, Doing(act, facts=facts))


RULES = SubjectRules(
    about=_about,
    sees=_sees,
    moved_on=_moved_on,
    approved=_approved,
    returned=_back_to_aid,
    refused=_back_to_aid,
)
