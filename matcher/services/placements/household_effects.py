"""What a placement means for the household's file (家庭成员就业状况): a stretch of work the derivation reads.

Written when the placement is verified, corrected (never deleted) when it is revoked, followed by one without work
when it ended. A file that cannot be written now (in approval) is caught up with at night, and tells its owner.
No use case: it follows from acts that were allowed.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.households import FileState, WorkStatus
from matcher.kinds.placements import DestinationGroup
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household, HouseholdMember
from matcher.models.placements import Placement
from matcher.services import tasks
from matcher.services.hardship.changes import Credit
from matcher.services.hardship.work_history import WorkInput, change_work, record_work
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.placements.case_effects import group_of

WORK_RULE = "placement.household_work"
"""Task: a placement changed and the file could not take it; look at the member's work."""

_STATUS = {
    DestinationGroup.UNIT: WorkStatus.EMPLOYED,
    DestinationGroup.PROJECT: WorkStatus.EMPLOYED,
    DestinationGroup.BUSINESS: WorkStatus.SELF_EMPLOYED,
    DestinationGroup.FLEXIBLE: WorkStatus.FLEXIBLE,
    DestinationGroup.ENLISTED: WorkStatus.SERVICE,
    DestinationGroup.STUDY: WorkStatus.STUDENT,
    DestinationGroup.ABROAD: WorkStatus.STUDENT,
}
_WRITABLE = (FileState.DRAFT, FileState.ACTIVE)


def member_of(session: Session, graduate_id: int) -> HouseholdMember | None:
    """Return the graduate as a member of an open file."""
    found = (
        sa.select(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            HouseholdMember.graduate_id == graduate_id,
            HouseholdMember.left_on.is_(None),
            Household.is_open,
        )
        .order_by(HouseholdMember.id)
    )
    return session.scalar(found.limit(1))


def record(session: Session, actor: Actor, placement: Placement) -> bool:
    """Write a verified placement into the member's working life, once; False if there is nothing to write yet."""
    member, group = member_of(session, placement.graduate_id), group_of(placement)
    if member is None or group not in _STATUS or placement.work_before is not None:
        return False
    running = _running(session, member.id)
    begins = placement.started_on
    if running is not None and running.from_on >= begins:
        begins = running.from_on + dt.timedelta(days=1)
    if running is not None and running.status is _STATUS[group]:
        placement.work_before = running.status.value
        return False
    if begins > clock.today() or not _can_write(session, member):
        return False
    row = record_work(
        session,
        SYSTEM,
        member.id,
        WorkInput(
            from_on=begins,
            status=_STATUS[group],
            unit=placement.employer_name,
            contract_until_on=placement.contract_until_on,
            is_able=running.is_able if running else None,
            is_willing=running.is_willing if running else None,
            evidence=f"就业核实 {placement.public_id}",
        ),
        Credit(credited_to_id=actor.account_id, reason="去向已核实"),
    )
    placement.member_employment_id = row.id
    placement.work_before = (running.status if running else WorkStatus.UNKNOWN).value
    session.flush()
    return True


def undo(session: Session, placement: Placement) -> bool:
    """Correct the stretch of a revoked placement to what stood before; the history keeps both."""
    row = _own_stretch(session, placement)
    placement.work_before, placement.member_employment_id = None, None
    if row is None:
        return False
    before, member = _before(session, row), session.get_one(HouseholdMember, row.member_id)
    if not _can_write(session, member):
        return False
    status = before.status if before is not None else WorkStatus.UNEMPLOYED
    change_work(
        session,
        SYSTEM,
        member.household_id,
        row.id,
        WorkInput(
            from_on=row.from_on,
            to_on=row.to_on,
            status=status,
            is_able=row.is_able,
            is_willing=row.is_willing,
            is_registered_unemployed=before.is_registered_unemployed if before else False,
            registered_on=before.registered_on if before else None,
            evidence=f"更正：去向 {placement.public_id} 已撤销",
        ),
    )
    return True


def end(session: Session, actor: Actor, placement: Placement) -> bool:
    """Write that the work of a verified placement is over since the day after its last."""
    row, last = _own_stretch(session, placement), placement.ended_on
    if row is None or row.to_on is not None or last is None or last >= clock.today():
        return False
    member = session.get_one(HouseholdMember, row.member_id)
    if last < row.from_on or not _can_write(session, member):
        return False
    record_work(
        session,
        SYSTEM,
        member.id,
        WorkInput(
            from_on=last + dt.timedelta(days=1),
            status=WorkStatus.UNEMPLOYED,
            is_able=row.is_able,
            is_willing=row.is_willing,
            evidence=f"去向 {placement.public_id} 已结束",
        ),
        Credit(credited_to_id=actor.account_id, reason="去向已结束"),
    )
    return True


def _own_stretch(session: Session, placement: Placement) -> MemberEmployment | None:
    if placement.member_employment_id is None:
        return None
    return session.get(MemberEmployment, placement.member_employment_id)


def _running(session: Session, member_id: int) -> MemberEmployment | None:
    return session.scalar(
        sa.select(MemberEmployment).where(
            MemberEmployment.member_id == member_id, MemberEmployment.to_on.is_(None)
        )
    )


def _before(session: Session, row: MemberEmployment) -> MemberEmployment | None:
    """Return the stretch that ended where this one begins."""
    return session.scalar(
        sa.select(MemberEmployment)
        .where(MemberEmployment.member_id == row.member_id, MemberEmployment.to_on < row.from_on)
        .order_by(MemberEmployment.to_on.desc(), MemberEmployment.id.desc())
        .limit(1)
    )


def _can_write(session: Session, member: HouseholdMember) -> bool:
    """Say whether the file takes a change now; if not, its owner is asked to look."""
    household = session.get_one(Household, member.household_id)
    if household.is_open and household.state in _WRITABLE:
        return True
    tasks.open_task(
        session,
        union_id=household.union_id,
        rule=WORK_RULE,
        subject=("household", household.id),
        due_on=clock.today(),
        facts={"member": member.id},
        assignee_id=household.owner_id,
    )
    return False
