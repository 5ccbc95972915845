"""What follows when the members' facts change (零就业状态变化): written as history, and carried into the claim.

One who works now clears the household by itself; work that ended reopens it by itself; a derived yes without a
claim is a clue; an imported flag is a claim to verify. Called when work is recorded, and each night for everybody:
birthdays change working age. No use case: it follows from acts that were allowed.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.approvals import ApprovalState
from matcher.kinds.households import FileState
from matcher.kinds.zero_employment import ClaimSource, ClaimState, Derived, SideExitState
from matcher.models.approvals import Approval
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household
from matcher.models.zero_employment import SideExit, ZeroEmploymentClaim, ZeroEmploymentState
from matcher.policy.zero_employment import Derivation, derive, get_definition
from matcher.services import tasks
from matcher.services.approvals import steps as approvals
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.zero_employment.claims import new_claim, open_claim_of
from matcher.services.zero_employment.derivation import derive_now, keep, read_facts
from matcher.services.zero_employment.moves import Doing, move, set_flag
from matcher.services.zero_employment.steps import BEFORE_RECOGNITION

VERIFY_FLAG = "zero_employment.verify_flag"
"""Task: an imported flag is a claim to verify."""

_WAITING = (ClaimState.RECOGNISED, ClaimState.AIDED, ClaimState.SET_APART)
_LEAVING = (ClaimState.EXIT_REVIEW, ClaimState.EXIT_NOTICE)
_WORKING = (ClaimState.ONE_WORKING, ClaimState.STABLE)


def refresh(
    session: Session, household_id: int, actor: Actor = SYSTEM, on: dt.date | None = None
) -> Derivation:
    """Derive one household again and let follow what follows.

    Parameters
    ----------
    actor : who recorded the fact that changed
    on : day it happened, for the claim's log; today if not said
    """
    household = session.get_one(Household, household_id)
    standing = session.scalar(
        sa.select(ZeroEmploymentState)
        .where(
            ZeroEmploymentState.household_id == household_id, ZeroEmploymentState.to_on.is_(None)
        )
        .with_for_update()
    )
    told, _, _ = derive_now(session, household)
    is_new = keep(session, household_id, told, standing, actor.account_id) is not None
    follow(session, household, told, actor, is_new=is_new, on=on)
    return told


def follow(
    session: Session,
    household: Household,
    told: Derivation,
    actor: Actor,
    *,
    is_new: bool,
    on: dt.date | None = None,
) -> None:
    """Carry a derivation into the household's claim and flag."""
    if household.state is not FileState.ACTIVE:
        return
    claim = open_claim_of(session, household.id, lock=True)
    if claim is None:
        claim = _clue(session, household, told, actor, is_new=is_new)
    if claim is None or claim.state in BEFORE_RECOGNITION:
        _follow_flag(session, household, told)
        return
    working = [line.member_id for line in told.lines if line.part == "working"]
    if working and claim.state in (*_WAITING, *_LEAVING):
        _found_work(session, claim, actor, working[0])
    elif not working and claim.state in _WORKING:
        lost_work(session, claim, actor, on or clock.today(), Doing("work_ended"))


def _clue(
    session: Session, household: Household, told: Derivation, actor: Actor, *, is_new: bool
) -> ZeroEmploymentClaim | None:
    """Open a clue if the facts newly say yes, or if a flag was imported that nothing shows; else none."""
    last = session.scalar(
        sa.select(ZeroEmploymentClaim)
        .where(ZeroEmploymentClaim.household_id == household.id)
        .order_by(ZeroEmploymentClaim.id.desc())
        .limit(1)
    )
    if told.result == Derived.YES and (is_new or last is None):
        again = last is not None and last.state is ClaimState.EXITED
        source = ClaimSource.REOPENED if again else ClaimSource.DERIVED
        follows_id = last.id if last is not None and again else None
        return new_claim(session, actor, household, source, follows_id=follows_id)
    if household.is_zero_employment and told.result == Derived.UNKNOWN and last is None:
        claim = new_claim(session, actor, household, ClaimSource.IMPORTED)
        tasks.open_task(
            session,
            union_id=household.union_id,
            rule=VERIFY_FLAG,
            subject=("household", household.id),
            facts={"ask": list(told.ask)},
            assignee_id=household.owner_id,
        )
        return claim
    return None


def _follow_flag(session: Session, household: Household, told: Derivation) -> None:
    """Before recognition ranking reads what was derived; a flag stays as it is while that cannot be told."""
    if told.result == Derived.UNKNOWN:
        return
    tasks.drop_task(session, VERIFY_FLAG, ("household", household.id))
    set_flag(session, household, clock.today() if told.result == Derived.YES else None)


def _found_work(session: Session, claim: ZeroEmploymentClaim, actor: Actor, member_id: int) -> None:
    """Note that a member works: the household is cleared; a side exit on its way is withdrawn."""
    since = session.scalar(
        sa.select(MemberEmployment.from_on)
        .where(MemberEmployment.member_id == member_id, MemberEmployment.to_on.is_(None))
        .limit(1)
    )
    if claim.state in _LEAVING:
        _withdraw_exit(session, claim)
    claim.working_member_id, claim.working_since_on = member_id, since or clock.today()
    facts = {"member": member_id, "since": claim.working_since_on.isoformat()}
    doing = Doing("work_found", happened_on=clock.today(), facts=facts)
    move(session, actor, claim, ClaimState.ONE_WORKING, doing)


def _withdraw_exit(session: Session, claim: ZeroEmploymentClaim) -> None:
    """Take back the side exit of a household in which somebody works now."""
    leaving = session.scalar(
        sa.select(SideExit).where(
            SideExit.claim_id == claim.id,
            SideExit.state.in_((SideExitState.PROPOSED, SideExitState.NOTICED)),
        )
    )
    if leaving is None:
        return
    approval_id = session.scalar(
        sa.select(Approval.id).where(
            Approval.subject_kind == "side_exit",
            Approval.subject_id == leaving.id,
            Approval.state == ApprovalState.RUNNING,
        )
    )
    if approval_id is not None:
        approvals.withdraw(session, SYSTEM, approval_id, comment="家庭成员已就业")
        session.refresh(claim)


def lost_work(
    session: Session, claim: ZeroEmploymentClaim, actor: Actor, on: dt.date, doing: Doing
) -> None:
    """Reopen a household whose work ended (重新计入): the clocks of aid start again."""
    facts = {"member": claim.working_member_id}
    claim.reopened_on = on
    claim.working_member_id, claim.working_since_on = None, None
    again = Doing(doing.act, happened_on=on, note=doing.note, facts=facts)
    move(session, actor, claim, ClaimState.AIDED, again)


@dataclass
class Refreshed:
    """What a nightly part did; `last_id` 0 says that no file is left."""

    last_id: int = 0
    n_files: int = 0
    n_changed: int = 0


def refresh_files(session: Session, *, after_id: int = 0, limit: int = 200) -> Refreshed:
    """Derive the active files after one again, so many at a time; a second time on a day changes nothing."""
    found = (
        sa.select(Household)
        .where(Household.state == FileState.ACTIVE, Household.id > after_id)
        .order_by(Household.id)
        .limit(limit)
    )
    households = session.scalars(found).all()
    ids, today, done = [one.id for one in households], clock.today(), Refreshed()
    facts = read_facts(session, ids, today)
    current = sa.select(ZeroEmploymentState).where(
        ZeroEmploymentState.household_id.in_(ids), ZeroEmploymentState.to_on.is_(None)
    )
    standing = {row.household_id: row for row in session.scalars(current)}
    ever = sa.select(ZeroEmploymentClaim.household_id).where(
        ZeroEmploymentClaim.household_id.in_(ids)
    )
    claimed = set(session.scalars(ever))
    for household in households:
        done.last_id, done.n_files = household.id, done.n_files + 1
        read = facts[household.id]
        told = derive(
            read.members,
            get_definition(household.region_code, today),
            today,
            has_business_income=read.has_business_income,
        )
        is_new = keep(session, household.id, told, standing.get(household.id), None) is not None
        done.n_changed += is_new
        is_flag_only = household.is_zero_employment and told.result == Derived.UNKNOWN
        # Said while the file was not in force yet, so nobody followed it.
        is_unheard = told.result == Derived.YES and household.id not in claimed
        if is_new or is_flag_only or is_unheard:
            follow(session, household, told, SYSTEM, is_new=is_new)
    session.flush()
    return done
