"""One interview (面试): booking a slot, moving, swapping, cancelling; the bare steps others build on.

A new time is a new row and the old one ends as moved, so that every appointment somebody was told of stays known.
The indexes decide: a slot takes one person, a person is in one place at a time, a referral has one appointment.
Days are locked before people, shared by those who book: a day that is being called off takes nobody any more.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.interviews import TAKING, InterviewDayState, InterviewState
from matcher.kinds.referrals import ReferralState
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.referrals import Referral
from matcher.services.interviews import telling
from matcher.services.interviews.ending import end, record, words_of
from matcher.services.interviews.sight import days_in_sight, get_interview, slot_and_day
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import employer_answers, locks
from matcher.services.referrals.sight import referrals_in_sight
from matcher.services.rows import expect_version, first_or_missing, unique_or

_MAY_MEET = (ReferralState.SENT, ReferralState.INTERVIEW)


def book(session: Session, by: Actor, slot_public_id: str, referral_public_id: str) -> Interview:
    """Give a referred person a free slot of the employer by hand and tell the person.

    Raises
    ------
    RuleBrokenError
        The slot is taken, the person is elsewhere at that time, or the referral is not that far.
    """
    require(by, Permission.REFER)
    slot, day = _get_slot(session, by, slot_public_id)
    wanted = sa.select(Referral).where(
        Referral.public_id == referral_public_id, referrals_in_sight(by)
    )
    referral = locks.lock_referral(session, first_or_missing(session, wanted, lock=False))
    if referral.drive_id != day.drive_id:
        raise RuleBrokenError(
            "interview_other_drive", "这条推荐不属于这次活动，请选本活动的面试日。"
        )
    interview = settle_in(session, by, slot, day, referral)
    telling.tell_arranged(session, day, {interview.graduate_id: interview.id})
    session.flush()
    return interview


def settle_in(
    session: Session, by: Actor, slot: InterviewSlot, day: InterviewDay, referral: Referral
) -> Interview:
    """Book a slot and invite the person; for callers that looked the rows up in sight and tell the person."""
    require(by, Permission.REFER)
    if slot.employer_id != referral.employer_id:
        raise RuleBrokenError("interview_other_employer", "这个时段不是所推荐单位的，请另选。")
    if referral.state not in _MAY_MEET:
        raise RuleBrokenError("interview_not_due", "这条推荐还没有送出或已经有结果，不能安排面试。")
    interview = _insert(session, by, slot, day, referral)
    record(session, by, "interview.booked", interview, slot=slot.id, referral=referral.id)
    return interview


def _insert(
    session: Session, by: Actor, slot: InterviewSlot, day: InterviewDay, referral: Referral
) -> Interview:
    """Take the slot and write day, hour and place at the referral, in the words the person reads."""
    _refuse_elsewhere(session, slot, referral.graduate_id)
    interview = Interview(
        slot_id=slot.id,
        referral_id=referral.id,
        graduate_id=referral.graduate_id,
        begins_at=slot.begins_at,
        booked_at=clock.now(),
        booked_by_id=by.account_id,
    )
    taken = RuleBrokenError(
        "interview_slot_taken", "这个时段已有人，或本人已约了这家单位，请刷新后另选。"
    )
    with unique_or(session, taken):
        session.add(interview)
    employer_answers.invite(session, by, referral.id, on=day.held_on, note=words_of(slot, day))
    return interview


def _refuse_elsewhere(session: Session, slot: InterviewSlot, graduate_id: int) -> None:
    """Refuse a time at which the person meets somebody; callers have locked the person."""
    other = (
        sa.select(Interview.id)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .where(
            Interview.graduate_id == graduate_id,
            Interview.state.in_(TAKING),
            InterviewSlot.begins_at < slot.ends_at,
            InterviewSlot.ends_at > slot.begins_at,
        )
    )
    if session.scalar(other.limit(1)) is not None:
        raise RuleBrokenError("interview_elsewhere", "本人这个时间另有面试，请换一个时段。")


def _get_slot(session: Session, by: Actor, public_id: str) -> tuple[InterviewSlot, InterviewDay]:
    """Return a slot in sight with its day, which nobody calls off before this is done."""
    found = (
        sa.select(InterviewSlot)
        .join(InterviewDay, InterviewDay.id == InterviewSlot.day_id)
        .where(InterviewSlot.public_id == public_id, days_in_sight(by))
    )
    slot = first_or_missing(session, found, lock=False)
    wanted = sa.select(InterviewDay).where(InterviewDay.id == slot.day_id)
    shared = wanted.with_for_update(read=True).execution_options(populate_existing=True)
    day = session.scalars(shared).one()
    if day.state is InterviewDayState.CANCELLED:
        raise RuleBrokenError("interview_day_cancelled", "这个面试日已取消，请另排一天。")
    return slot, day


def move(
    session: Session,
    by: Actor,
    public_id: str,
    slot_public_id: str,
    *,
    expected_version: int | None = None,
) -> Interview:
    """Move an appointment to another free slot of the same employer and tell the person."""
    require(by, Permission.REFER)
    slot, day = _get_slot(session, by, slot_public_id)
    interview = _get_booked(session, by, public_id, expected_version)
    referral = session.get_one(Referral, interview.referral_id)
    if slot.employer_id != referral.employer_id:
        raise RuleBrokenError("interview_other_employer", "这个时段不是所推荐单位的，请另选。")
    end(session, by, interview, InterviewState.MOVED)
    moved = _insert(session, by, slot, day, referral)
    record(session, by, "interview.moved", moved, before=interview.id, slot=slot.id)
    telling.tell_arranged(session, day, {moved.graduate_id: moved.id})
    session.flush()
    return moved


def swap(
    session: Session, by: Actor, public_id: str, other_public_id: str
) -> tuple[Interview, Interview]:
    """Let two people of one employer change places and tell both."""
    require(by, Permission.REFER)
    pair = [get_interview(session, by, public) for public in (public_id, other_public_id)]
    locks.lock_graduates(session, [one.graduate_id for one in pair])
    one, other = (_get_booked(session, by, found.public_id, None) for found in pair)
    (slot_one, day_one), (slot_other, day_other) = (
        slot_and_day(session, found.slot_id) for found in (one, other)
    )
    if slot_one.employer_id != slot_other.employer_id or one.id == other.id:
        raise RuleBrokenError("interview_other_employer", "只能与同一单位的另一个人对调。")
    end(session, by, one, InterviewState.MOVED)
    end(session, by, other, InterviewState.MOVED)
    mine, theirs = (session.get_one(Referral, found.referral_id) for found in (one, other))
    new_one = _insert(session, by, slot_other, day_other, mine)
    new_other = _insert(session, by, slot_one, day_one, theirs)
    for new, before, day in ((new_one, one, day_other), (new_other, other, day_one)):
        record(session, by, "interview.moved", new, before=before.id, slot=new.slot_id)
        telling.tell_arranged(session, day, {new.graduate_id: new.id})
    session.flush()
    return new_one, new_other


def cancel(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> Interview:
    """Cancel an appointment and tell the person; the slot is free again, the referral stays as it is."""
    require(by, Permission.REFER)
    interview = _get_booked(session, by, public_id, expected_version)
    _, day = slot_and_day(session, interview.slot_id)
    end(session, by, interview)
    telling.tell_cancelled(session, day, {interview.graduate_id})
    session.flush()
    return interview


def _get_booked(
    session: Session, by: Actor, public_id: str, expected_version: int | None
) -> Interview:
    interview = get_interview(session, by, public_id, lock=True)
    expect_version(interview, expected_version)
    if interview.state is not InterviewState.BOOKED:
        raise RuleBrokenError(
            "interview_settled", "这场面试已经登记到场情况或改过时间，请刷新后再看。"
        )
    return interview
