"""Tasks about referrals (推荐待办): whose they are, and dropping them once somebody answered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role, TaskState
from matcher.models.accounts import Account, Membership
from matcher.models.drives import Drive
from matcher.models.graduate_cases import GraduateCase
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.referrals.sight import SUBJECT

ANSWERED = (
    "referral.consent_due",
    "plan.unconfirmed",
    "plan.seat_yielded",
    "referral.employer_silent",
    "referral.result_due",
    "referral.offer_silent",
    "referral.hold_decide",
    "referral.report_due",
    "referral.reserved_call",
    "referral.reserved_waits",
    "referral.call_again",
    "referral.next_in_line",
    "placement.seat_held",
)
"""Rules of tasks whose reason goes away once somebody answered."""


def owner_of(session: Session, referral: Referral) -> int | None:
    """Return who answers for the case of a referral; None without a case or an owner."""
    return session.scalar(
        sa.select(GraduateCase.owner_id).where(GraduateCase.id == referral.case_id)
    )


def supervisor_of(session: Session, referral: Referral) -> int | None:
    """Return the 活动主管 of the referral's drive, the one who came first; None if there is none."""
    return session.scalar(
        sa.select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .join(Drive, Drive.union_id == Membership.union_id)
        .where(
            Drive.id == referral.drive_id,
            Membership.role == Role.DRIVE_MANAGER,
            Membership.ended_on.is_(None),
            Account.is_active.is_(True),
        )
        .order_by(Account.id)
        .limit(1)
    )


def drop_tasks(session: Session, referral: Referral) -> int:
    """Drop the open tasks of a referral because somebody answered or it ended; return how many."""
    found = sa.select(Task.id).where(
        Task.subject_kind == SUBJECT,
        Task.subject_id == referral.id,
        Task.state == TaskState.OPEN,
        Task.rule.in_(ANSWERED),
    )
    ids = session.scalars(found.order_by(Task.id)).all()
    return sum(tasks.close_task(session, number, TaskState.DROPPED) for number in ids)
