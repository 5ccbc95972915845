"""What a placement means for the household's file (家庭成员就业状况): a stretch of work the derivation reads.

Written when the placement is verified, corrected (never deleted) when it is revoked or verified anew, followed by
one without work from the day after its last. What cannot be written now (a file in approval, a last day that is
today) is caught up with at night; work the file knew of otherwise is its owner's to look at.
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
from matcher.services.hardship import parts
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
    """Write a verified placement into the member's working life, once; False if there is nothing to write yet.

    One that was corrected since its stretch was written has no `work_before`: its stretch is corrected.
    """
    member, group = member_of(session, placement.graduate_id), group_of(placement)
    if member is None or group not in _STATUS or placement.work_before is not None:
        return False
    own, status = _own_stretch(session, placement), _STATUS[group]
    if own is not None:
        return _correct(session, placement, own, status)
    running, begins = _running(session, member.id), placement.started_on
    if running is not None and running.status is status and not _is_of_another(session, running):
        placement.work_before = running.status.value
        placement.member_employment_id = running.id if _is_same_job(running, placement) else None
        return False
    begins = _after(running, begins)
    if begins > clock.today() or not _can_write(session, member):
        return False
    row = record_work(
        session,
        SYSTEM,
        member.id,
        _work(placement, begins, status, running),
        Credit(credited_to_id=actor.account_id, reason="去向已核实"),
    )
    placement.member_employment_id = row.id
    placement.work_before = (running.status if running else WorkStatus.UNKNOWN).value
    session.flush()
    return True


def _work(
    placement: Placement, begins: dt.date, status: WorkStatus, like: MemberEmployment | None
) -> WorkInput:
    """Return what the file is to say of a placement; what it says of the person stays."""
    return WorkInput(
        from_on=begins,
        status=status,
        unit=placement.employer_name,
        contract_until_on=placement.contract_until_on,
        is_able=like.is_able if like else None,
        is_willing=like.is_willing if like else None,
        evidence=f"就业核实 {placement.public_id}",
    )


def _after(earlier: MemberEmployment | None, begins: dt.date) -> dt.date:
    """Return the day a stretch can begin: one that began before stays in the history."""
    if earlier is None or earlier.from_on < begins:
        return begins
    return earlier.from_on + dt.timedelta(days=1)


def _correct(
    session: Session, placement: Placement, row: MemberEmployment, status: WorkStatus
) -> bool:
    """Let the stretch of a corrected placement say what was verified now."""
    before, member = _before(session, row), session.get_one(HouseholdMember, row.member_id)
    begins = _after(before, placement.started_on)
    if begins > clock.today():
        undo(session, placement)
        return False
    if not _can_write(session, member):
        return False
    placement.work_before = (before.status if before else WorkStatus.UNKNOWN).value
    if row.to_on is not None:  # somebody wrote what came after it
        _ask_to_look(session, member)
        return False
    if before is not None and before.to_on == row.from_on - dt.timedelta(days=1):
        household = session.get_one(Household, member.household_id)
        ended = {"to_on": begins - dt.timedelta(days=1)}
        parts.change(session, SYSTEM, household, before, ended, seen=None)
    facts = _work(placement, begins, status, row)
    change_work(session, SYSTEM, member.household_id, row.id, facts)
    return True


def undo(session: Session, placement: Placement) -> bool:
    """Correct the stretch of a placement that was no work to what stood before; the history keeps both.

    A file that cannot be written now keeps the stretch in mind for the night.
    """
    row, stood = _own_stretch(session, placement), placement.work_before
    placement.work_before = None
    if row is None:
        _ask_if_same(session, placement, stood)
        return False
    before, member = _before(session, row), session.get_one(HouseholdMember, row.member_id)
    if not _can_write(session, member):
        return False
    placement.member_employment_id = None
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
            evidence=f"更正：去向 {placement.public_id} 已撤销或更正",
        ),
    )
    return True


def end(session: Session, actor: Actor, placement: Placement) -> bool:
    """Write that the work of a placement is over since the day after its last; on that day itself it still is.

    Returns
    -------
    bool : False if there is nothing to write, or not yet: `nightly.catch_up_ends` asks again
    """
    row, last = _own_stretch(session, placement), placement.ended_on
    if row is None:
        _ask_if_same(session, placement, placement.work_before)
        return False
    if row.to_on is not None or last is None or last >= clock.today():
        return False
    if last < row.from_on:
        return undo(session, placement)
    member = session.get_one(HouseholdMember, row.member_id)
    if not _can_write(session, member):
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


def _is_of_another(session: Session, row: MemberEmployment) -> bool:
    """Say whether a placement wrote a stretch; asked by one that has none."""
    found = sa.select(Placement.id).where(Placement.member_employment_id == row.id).limit(1)
    return session.scalar(found) is not None


def _is_same_job(row: MemberEmployment, placement: Placement) -> bool:
    """Say whether a stretch the file had already is of the job that was verified."""
    if row.unit:
        return row.unit == placement.employer_name
    return row.from_on == placement.started_on


def _ask_if_same(session: Session, placement: Placement, stood: str | None) -> None:
    """Ask the owner to look if the file still says what it said of itself when the placement was verified."""
    member = member_of(session, placement.graduate_id)
    running = _running(session, member.id) if member is not None else None
    if member is not None and running is not None and running.status.value == stood:
        _ask_to_look(session, member)


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
    _ask_to_look(session, member)
    return False


def _ask_to_look(session: Session, member: HouseholdMember) -> None:
    household = session.get_one(Household, member.household_id)
    tasks.open_task(
        session,
        union_id=household.union_id,
        rule=WORK_RULE,
        subject=("household", household.id),
        due_on=clock.today(),
        facts={"member": member.id},
        assignee_id=household.owner_id,
    )
