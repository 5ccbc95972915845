"""How an interview (面试) ends: cancelled, moved, or because its referral went on; for callers that hold the rows.

The steps of referrals call `release` and `follow`, so nothing here calls a step of a referral.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.interviews import TAKING, InterviewState
from matcher.models.interviews import Interview
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.permissions import Actor
from matcher.services.referrals.sight import require_party

SUBJECT = "interview"


def end(
    session: Session,
    by: Actor,
    interview: Interview,
    state: InterviewState = InterviewState.CANCELLED,
) -> None:
    """End an appointment and free its slot; for callers that hold the row."""
    require_party(by)
    interview.state = state
    interview.settled_at, interview.settled_by_id = clock.now(), by.account_id
    session.flush()
    if state is InterviewState.CANCELLED:
        record(session, by, "interview.cancelled", interview, referral=interview.referral_id)


def release(session: Session, by: Actor, referral: Referral) -> int:
    """Free what is booked for a referral that ended; called by that step, which tells the person."""
    require_party(by)
    found = sa.select(Interview).where(
        Interview.referral_id == referral.id, Interview.state == InterviewState.BOOKED
    )
    booked = list(session.scalars(found.with_for_update()))
    for interview in booked:
        end(session, by, interview)
    return len(booked)


def has_slot(session: Session, referral: Referral) -> bool:
    """Say whether a referral has a booked slot, whose time the person is told of by the interview day."""
    found = sa.select(Interview.id).where(
        Interview.referral_id == referral.id, Interview.state == InterviewState.BOOKED
    )
    return session.scalar(found) is not None


def follow(session: Session, by: Actor, referral: Referral) -> None:
    """Let the last interview of a referral follow the attendance recorded there; called by that step."""
    require_party(by)
    found = sa.select(Interview).where(
        Interview.referral_id == referral.id, Interview.state.in_(TAKING)
    )
    interview = session.scalar(found.order_by(Interview.begins_at.desc()).limit(1))
    state = InterviewState.ATTENDED if referral.has_attended else InterviewState.MISSED
    if interview is None or referral.has_attended is None or interview.state is state:
        return
    if clock.in_china(interview.begins_at).date() <= clock.today():
        interview.state = state
        interview.settled_at, interview.settled_by_id = clock.now(), by.account_id
        session.flush()


def record(session: Session, by: Actor, action: str, one: Interview, **more: Any) -> None:
    """Write an act on an interview into the trail."""
    require_party(by)
    audit.record(session, by, action, subject=(SUBJECT, one.id), graduate=one.graduate_id, **more)
