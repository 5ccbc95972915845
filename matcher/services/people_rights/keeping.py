"""How long what is kept (保存期限): ten years after a file's exit, two years of the service ledger; dated rules.

The numbers stand in `policy/data/deadlines.csv`. Nothing here deletes: `anonymising` does, at night or when a person
asks for it and no clock runs any more.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.follow_ups import CallBackState
from matcher.kinds.referrals import PENDING
from matcher.kinds.training import TrainingState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.placements import Placement, PlacementStep
from matcher.models.referrals import Referral
from matcher.models.training import TrainingReferral
from matcher.policy.deadlines import get_deadline

FILE_RULE = "keep_household_file"
LEDGER_RULE = "keep_service_ledger"

_IN_TRAINING = (
    TrainingState.WAITING,
    TrainingState.PROPOSED,
    TrainingState.ACCEPTED,
    TrainingState.ATTENDING,
)


@dataclass(frozen=True)
class Kept:
    """A duty to keep that still runs; `until` None while it has not begun to run out."""

    basis: str
    until: dt.date | None

    def words(self) -> str:
        """Return what the person is told."""
        when = f"至 {self.until:%Y-%m-%d}" if self.until else "至档案退出后满期"
        return f"{self.basis}，依法须留存{when}；在此期间只存储，不再作其他使用，期满自动匿名。"


def file_ends_on(household: Household) -> dt.date | None:
    """Return the day after which a closed file need not be kept; None while it is open."""
    closed = household.closed_on or household.changed_on
    if household.is_open or closed is None:
        return None
    return get_deadline(FILE_RULE, household.region_code, clock.today()).after(closed)


def household_kept(session: Session, household: Household) -> Kept | None:
    """Return the duty to keep a file, or None if it is over; a merged file is kept as long as the one it went into."""
    if household.merged_into_id is not None:
        return household_kept(session, session.get_one(Household, household.merged_into_id))
    until = file_ends_on(household)
    if until is None or until >= clock.today():
        return Kept("困难职工档案退出后保存十年", until)
    return None


def last_served_on(session: Session, graduate: Graduate) -> dt.date | None:
    """Return the last day somebody was served as a graduate; None while a case, drive or referral is open."""
    today = clock.today()
    cases = session.execute(
        sa.select(GraduateCase.closed_on, GraduateCase.last_contact_on).where(
            GraduateCase.graduate_id == graduate.id
        )
    ).all()
    if any(row.closed_on is None for row in cases):
        return None
    days = [clock.in_china(graduate.created_at).date()]
    days += [row.closed_on for row in cases]
    drives = session.execute(
        sa.select(Drive.closes_on, DriveEntry.left_at)
        .join(DriveEntry, DriveEntry.drive_id == Drive.id)
        .where(DriveEntry.graduate_id == graduate.id)
    ).all()
    for row in drives:
        left = clock.in_china(row.left_at).date() if row.left_at else None
        end = min(one for one in (row.closes_on, left) if one is not None)
        if end >= today:
            return None
        days.append(end)
    if _is_on_the_way(session, graduate.id):
        return None
    return max(days + _days_of_the_way(session, graduate.id))


def _is_on_the_way(session: Session, graduate_id: int) -> bool:
    """Say whether somebody must still answer or go on: a pending referral, a training, a call-back to come."""
    going = (
        sa.select(Referral.id).where(
            Referral.graduate_id == graduate_id, Referral.state.in_(PENDING)
        ),
        sa.select(TrainingReferral.id).where(
            TrainingReferral.graduate_id == graduate_id, TrainingReferral.state.in_(_IN_TRAINING)
        ),
        sa.select(CallBack.id).where(
            CallBack.graduate_id == graduate_id, CallBack.state == CallBackState.DUE
        ),
    )
    return any(session.scalar(one.limit(1)) is not None for one in going)


def _days_of_the_way(session: Session, graduate_id: int) -> list[dt.date]:
    """Return the days on which a referral, job, call-back or training last went on."""
    found: sa.CompoundSelect[dt.datetime] = sa.union_all(
        sa.select(Referral.asked_at).where(Referral.graduate_id == graduate_id),
        sa.select(Placement.recorded_at).where(Placement.graduate_id == graduate_id),
        sa.select(PlacementStep.at)
        .join(Placement, Placement.id == PlacementStep.placement_id)
        .where(Placement.graduate_id == graduate_id),
        sa.select(CallBack.settled_at).where(
            CallBack.graduate_id == graduate_id, CallBack.settled_at.is_not(None)
        ),
        sa.select(TrainingReferral.asked_at).where(TrainingReferral.graduate_id == graduate_id),
    )
    return [clock.in_china(at).date() for at in session.scalars(found)]


def graduate_kept(session: Session, graduate_id: int) -> Kept | None:
    """Return the duty to keep a graduate's record: by the household's file, else by the service ledger."""
    graduate = session.get_one(Graduate, graduate_id)
    if graduate.household_id is not None:
        kept = household_kept(session, session.get_one(Household, graduate.household_id))
        if kept is not None:
            return kept
    served = last_served_on(session, graduate)
    if served is None:
        return Kept("就业服务台账保存两年", None)
    until = get_deadline(LEDGER_RULE, graduate.origin_region, clock.today()).after(served)
    return Kept("就业服务台账保存两年", until) if until >= clock.today() else None
