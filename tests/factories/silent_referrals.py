"""Referrals whose answer is overdue, and what a night's look leaves behind."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import SeatClass, TaskState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.models.tasks import Task
from matcher.services.permissions import SYSTEM
from matcher.services.referrals import silence
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral
from tests.support.noon import TODAY

_R = ReferralState
YESTERDAY = TODAY - dt.timedelta(days=1)
LONG_AGO = clock.now() - dt.timedelta(days=30)


def make_silent(
    session: Session,
    drive: Drive,
    state: ReferralState = _R.SENT,
    *,
    due_on: dt.date = YESTERDAY,
    kept: bool = False,
    **changes: object,
) -> Referral:
    """Insert a referral whose answer was due on a day, with a seat held until then."""
    reserved = {SeatClass.ZERO_EMPLOYMENT: 1} if kept else None
    posting = make_posting(session, drive, headcount=1, reserved=reserved)
    fields: dict[str, object] = {"decide_by_on": due_on, "asked_at": LONG_AGO}
    referral = make_referral(session, posting, state=state, seat=True, **(fields | changes))
    hold_of(session, referral).until_on = None if state is _R.ACCEPTED else due_on
    session.flush()
    return referral


def hold_of(session: Session, referral: Referral) -> SeatHold:
    """Return the last hold of a referral."""
    found = sa.select(SeatHold).where(SeatHold.referral_id == referral.id)
    return session.scalars(found.order_by(SeatHold.id.desc()).limit(1)).one()


def seat_of(session: Session, referral: Referral) -> Seat:
    """Return the seat a referral held last."""
    return session.get_one(Seat, hold_of(session, referral).seat_id)


def open_rules(session: Session, referral: Referral) -> list[str]:
    """Return the rules of the open tasks about a referral."""
    found = sa.select(Task.rule).where(
        Task.state == TaskState.OPEN,
        Task.subject_kind == "referral",
        Task.subject_id == referral.id,
    )
    return sorted(session.scalars(found))


def night(session: Session) -> list[silence.Looked]:
    """Look at everything that is due, as the job of the night does."""
    return [silence.look_at(session, SYSTEM, one) for one in silence.due_ids(session, SYSTEM)]
