"""Seats that come back because nobody answered (席位逾期释放); kept ones only after a logged attempt.

The last day is the later one of the hold's and of the answer asked for. An ordinary seat comes back the day after.
For a kept seat (预留席位) the caseworker has the task to call some days before; without an attempt it stays held, and
after some days more the task climbs to the drive's manager. A kept seat that came back goes on to the next in line.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import SeatClass
from matcher.kinds.referrals import PENDING, HoldEnd
from matcher.models.drives import Drive
from matcher.models.postings import Seat
from matcher.models.referrals import Referral
from matcher.policy.seat_admission import is_kept
from matcher.services import tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.permissions import Actor
from matcher.services.referrals import seat_holds
from matcher.services.referrals.attempts import CALL_RULE, ESCALATED_RULE, has_attempt
from matcher.services.referrals.sight import SUBJECT
from matcher.services.referrals.task_owners import owner_of, supervisor_of


@dataclass(frozen=True)
class HoldLooked:
    """What a look at a hold did; a kept seat that came back goes on to the next in line."""

    is_lapsed: bool = False
    is_called: bool = False


def kept_seats(today: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition on `Seat` for seats kept for some people on a day."""
    later = sa.or_(Seat.release_on.is_(None), Seat.release_on > today)
    return sa.and_(Seat.seat_class != SeatClass.ORDINARY, later)


def look_at_hold(session: Session, by: Actor, referral: Referral) -> HoldLooked:
    """Free the seat of a silent referral, or have somebody call first; callers hold its locks."""
    hold = seat_holds.live_hold(session, referral.id)
    if hold is None or hold.until_on is None or referral.state not in PENDING:
        return HoldLooked()
    today, seat = clock.today(), session.get_one(Seat, hold.seat_id)
    last_day = max(hold.until_on, referral.decide_by_on or hold.until_on)
    kept = is_kept(seat.seat_class, seat.release_on, today)
    if kept and not has_attempt(session, referral):
        return HoldLooked(is_called=_have_called(session, referral, last_day))
    for rule in (CALL_RULE, ESCALATED_RULE):
        tasks.drop_task(session, rule, (SUBJECT, referral.id))
    if last_day >= today:
        return HoldLooked()
    freed = seat_holds.end_hold(session, by, referral, HoldEnd.LAPSED)
    return HoldLooked(is_lapsed=freed is not None)


def _have_called(session: Session, referral: Referral, last_day: dt.date) -> bool:
    """Open the task to call once the last day is near, and the manager's once it is long past."""
    today = clock.today()
    if due_after(session, "referral.reserved_call", referral.union_id, today).day < last_day:
        return False
    tasks.open_task(
        session,
        union_id=referral.union_id,
        rule=CALL_RULE,
        subject=(SUBJECT, referral.id),
        due_on=last_day,
        assignee_id=owner_of(session, referral),
    )
    late = due_after(session, "referral.reserved_escalate", referral.union_id, last_day)
    if late.day < today:
        tasks.open_task(
            session,
            union_id=session.get_one(Drive, referral.drive_id).union_id,
            rule=ESCALATED_RULE,
            subject=(SUBJECT, referral.id),
            due_on=today,
            assignee_id=supervisor_of(session, referral),
        )
    return True
