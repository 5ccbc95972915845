"""How an interview (面试) ends: cancelled, moved, or because its referral went on; for callers that hold the rows.

The steps of referrals call `release` and `follow`, so nothing here calls a step of a referral.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.interviews import TAKING, InterviewState
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
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
    """End an appointment and free its slot; for callers that hold the row.

    What is cancelled is not written at the referral any more, unless another day or hour was agreed there since.
    """
    require_party(by)
    interview.state = state
    interview.settled_at, interview.settled_by_id = clock.now(), by.account_id
    session.flush()
    if state is InterviewState.CANCELLED:
        _forget(session, interview)
        record(session, by, "interview.cancelled", interview, referral=interview.referral_id)


def _forget(session: Session, interview: Interview) -> None:
    """Take day and words of an appointment off its referral."""
    referral = session.get_one(Referral, interview.referral_id)
    slot = session.get_one(InterviewSlot, interview.slot_id)
    day = session.get_one(InterviewDay, slot.day_id)
    if (referral.interview_on, referral.interview_words) == (day.held_on, words_of(slot, day)):
        referral.interview_on = referral.interview_words = None
        session.flush()


def release(session: Session, by: Actor, referral: Referral) -> int:
    """Free what is booked for a referral that was decided; called by that step, which tells the person.

    An interview that has begun took place, or was missed: it stands, so that attendance can be recorded.
    """
    require_party(by)
    found = sa.select(Interview).where(
        Interview.referral_id == referral.id,
        Interview.state == InterviewState.BOOKED,
        Interview.begins_at > clock.now(),
    )
    booked = list(session.scalars(found.with_for_update()))
    for interview in booked:
        end(session, by, interview)
    return len(booked)


def words_of(slot: InterviewSlot, day: InterviewDay) -> str:
    """Return hour and place of a slot, in the words the person reads at the referral."""
    return f"{clock.in_china(slot.begins_at):%H:%M}，{day.place}"


def keep_slot(session: Session, by: Actor, referral: Referral) -> bool:
    """Keep the booked slot if the invitation names it, else free it; True if one stands.

    An employer may name another day or hour than the interview day's: the last word counts, nobody is told twice.
    """
    require_party(by)
    found = (
        sa.select(Interview, InterviewSlot, InterviewDay)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .join(InterviewDay, InterviewDay.id == InterviewSlot.day_id)
        .where(Interview.referral_id == referral.id, Interview.state == InterviewState.BOOKED)
    )
    stands = False
    for interview, slot, day in session.execute(found).all():
        said = (referral.interview_on, referral.interview_words)
        if said == (day.held_on, words_of(slot, day)):
            stands = True
        else:
            end(session, by, interview, InterviewState.MOVED)
    return stands


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
