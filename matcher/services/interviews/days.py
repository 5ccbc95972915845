"""Interview days (面试日): planning one, the employers that come, calling it off.

Slots are made when an employer is put on the list and stay as they are; an employer that has appointments cannot be
taken off before they are moved or cancelled.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.slot_times import slot_times
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState, EmployerState
from matcher.kinds.interviews import InterviewDayState, InterviewState
from matcher.kinds.referrals import ReferralState
from matcher.models.employers import Employer
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.drives import get_drive
from matcher.services.interviews import telling
from matcher.services.interviews.ending import end
from matcher.services.interviews.sight import get_day, get_own_day
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import locks
from matcher.services.referrals.sight import referrals_in_sight
from matcher.services.rows import expect_version, not_found

SUBJECT = "interview_day"
MOST_ROOMS = 20


@dataclass(frozen=True, kw_only=True)
class DayInput:
    """A day, its place and its grid; minutes of the day, `breaks` as (from, to)."""

    held_on: dt.date
    place: str
    first_minute: int
    slot_minutes: int
    slots_each: int
    breaks: Sequence[tuple[int, int]] = ()


def plan_day(session: Session, by: Actor, drive_id: int, facts: DayInput) -> InterviewDay:
    """Plan a day of an open drive; it belongs to the union of who plans it.

    Raises
    ------
    InvalidInputError
        A date or time is out of place; fields are named after those of `DayInput`.
    """
    require(by, Permission.REFER)
    drive = get_drive(session, by, drive_id)
    if drive.state is not DriveState.OPEN:
        raise RuleBrokenError("drive_not_open", "活动不在进行中，不能安排面试。")
    _check(facts)
    day = InterviewDay(
        drive_id=drive.id,
        union_id=by.union_id or drive.union_id,
        held_on=facts.held_on,
        place=facts.place.strip(),
        first_minute=facts.first_minute,
        slot_minutes=facts.slot_minutes,
        slots_each=facts.slots_each,
        breaks=[{"from": start, "to": end} for start, end in facts.breaks],
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(day)
    session.flush()
    _record(session, by, "interview_day.planned", day, on=day.held_on)
    session.flush()
    return day


def _check(facts: DayInput) -> None:
    fields = {}
    if facts.held_on < clock.today():
        fields["held_on"] = "面试日期应是今天或以后。"
    if not facts.place.strip():
        fields["place"] = "请写明面试地点。"
    if any(start >= end for start, end in facts.breaks):
        fields["breaks"] = "休息的结束时间应晚于开始时间。"
    try:
        slot_times(facts.first_minute, facts.slot_minutes, facts.slots_each, facts.breaks)
    except ValueError:
        fields["slots_each"] = "这么多时段排到了第二天，请减少场次或缩短每场时间。"
    if fields:
        raise InvalidInputError(
            "interview_day_input", "面试日的设置有误，请修改标出的项目。", fields=fields
        )


def may_come(session: Session, by: Actor, day_public_id: str) -> list[tuple[Employer, int]]:
    """Return the employers of the drive that have people to meet and are not on the list, with how many."""
    day = get_day(session, by, day_public_id)
    there = sa.select(InterviewSlot.employer_id).where(InterviewSlot.day_id == day.id)
    found = (
        sa.select(Employer, sa.func.count(sa.distinct(Referral.graduate_id)).label("people"))
        .join(Referral, Referral.employer_id == Employer.id)
        .where(
            Referral.drive_id == day.drive_id,
            Referral.state.in_((ReferralState.SENT, ReferralState.INTERVIEW)),
            referrals_in_sight(by),
            Employer.state == EmployerState.VERIFIED,
            Employer.id.not_in(there),
        )
        .group_by(Employer.id)
        .order_by(sa.desc("people"), Employer.id)
    )
    return [(employer, people) for employer, people in session.execute(found)]


def add_employers(
    session: Session,
    by: Actor,
    day_public_id: str,
    employers: Sequence[str],
    *,
    rooms: int = 1,
    expected_version: int | None = None,
) -> int:
    """Put employers (public numbers) on the list with their slots; return how many were not there before."""
    day = _get_live(session, by, day_public_id, expected_version)
    if not 1 <= rooms <= MOST_ROOMS:
        message = f"面试间数应在 1 到 {MOST_ROOMS} 之间。"
        raise InvalidInputError("interview_day_input", message, fields={"rooms": message})
    wanted = {one.public_id: one for one, _ in may_come(session, by, day_public_id)}
    chosen = [wanted[public] for public in employers if public in wanted]
    for employer in chosen:
        session.add_all(_slots(day, employer.id, rooms))
    session.flush()
    _record(session, by, "interview_day.employers_added", day, employers=[e.id for e in chosen])
    session.flush()
    return len(chosen)


def _slots(day: InterviewDay, employer_id: int, rooms: int) -> list[InterviewSlot]:
    breaks = [(one["from"], one["to"]) for one in day.breaks]
    times = slot_times(day.first_minute, day.slot_minutes, day.slots_each, breaks)
    return [
        InterviewSlot(
            day_id=day.id,
            employer_id=employer_id,
            room=room,
            begins_at=moment_of(day.held_on, begins),
            ends_at=moment_of(day.held_on, ends),
        )
        for room in range(1, rooms + 1)
        for begins, ends in times
    ]


def moment_of(day: dt.date, minute: int) -> dt.datetime:
    """Return the instant of a minute of China's day."""
    midnight = dt.datetime.combine(day, dt.time.min, tzinfo=clock.CHINA)
    return midnight + dt.timedelta(minutes=minute)


def remove_employer(
    session: Session,
    by: Actor,
    day_public_id: str,
    employer_public_id: str,
    *,
    expected_version: int | None = None,
) -> None:
    """Take an employer off the list; its appointments must have been moved or cancelled before."""
    day = _get_live(session, by, day_public_id, expected_version)
    employer_id = session.scalar(
        sa.select(Employer.id).where(Employer.public_id == employer_public_id)
    )
    if employer_id is None:
        raise not_found()
    mine = sa.and_(InterviewSlot.day_id == day.id, InterviewSlot.employer_id == employer_id)
    ever = sa.select(Interview.id).join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
    if session.scalar(ever.where(mine).limit(1)) is not None:
        raise RuleBrokenError(
            "interviews_arranged", "这家单位已安排过面试，不能移出；请逐个改期或取消面试。"
        )
    session.execute(sa.delete(InterviewSlot).where(mine))
    _record(session, by, "interview_day.employer_removed", day, employer=employer_id)
    session.flush()


def cancel_day(
    session: Session, by: Actor, day_public_id: str, *, expected_version: int | None = None
) -> int:
    """Call a day off: its appointments are cancelled and the people told; return how many they were."""
    day = _get_live(session, by, day_public_id, expected_version)
    day.state = InterviewDayState.CANCELLED
    found = (
        sa.select(Interview)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .where(InterviewSlot.day_id == day.id, Interview.state == InterviewState.BOOKED)
        .order_by(Interview.id)
    )
    seen = list(session.scalars(found))
    locks.lock_graduates(session, [one.graduate_id for one in seen])
    locks.lock_referrals(session, Referral.id.in_([one.referral_id for one in seen]))
    fresh = found.with_for_update(of=Interview).execution_options(populate_existing=True)
    ended = list(session.scalars(fresh))
    for interview in ended:
        end(session, by, interview)
    telling.tell_cancelled(session, day, {one.graduate_id for one in ended})
    _record(session, by, "interview_day.cancelled", day, interviews=len(ended))
    session.flush()
    return len(ended)


def _get_live(
    session: Session, by: Actor, public_id: str, expected_version: int | None
) -> InterviewDay:
    require(by, Permission.REFER)
    day = get_own_day(session, by, public_id)
    expect_version(day, expected_version)
    if day.state is InterviewDayState.CANCELLED:
        raise RuleBrokenError("interview_day_cancelled", "这个面试日已取消，请另排一天。")
    return day


def _record(session: Session, by: Actor, action: str, day: InterviewDay, **more: Any) -> None:
    audit.record(session, by, action, subject=(SUBJECT, day.id), **more)
