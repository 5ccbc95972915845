"""Attendance (考勤): who was there in one part of one day, entered for a whole course at once.

Entering a day again corrects it. Who is marked present for the first time has begun to take part.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.training import DaySession, TrainingState
from matcher.models.graduates import Graduate
from matcher.models.training import Course, TrainingReferral
from matcher.models.training_records import TrainingAttendance
from matcher.services import audit
from matcher.services.permissions import Actor
from matcher.services.training.answers import begun
from matcher.services.training.sight import (
    COURSE,
    get_course,
    lock_course,
    referrals_in_sight,
    require_provider_side,
)
from matcher.services.training.stepping import via_of

PRESENT = (TrainingState.ACCEPTED, TrainingState.ATTENDING)
"""States of those on the sheet of a day."""

MOST_HOURS = 12
"""As the table's CHECK has it: more in one part of a day is a slip of the pen."""


def note_day(
    session: Session,
    by: Actor,
    course_id: int,
    *,
    on: dt.date,
    part: DaySession,
    hours: Mapping[int, int],
) -> int:
    """Enter one part of one day for people of a course; return how many were there.

    Parameters
    ----------
    hours : training referral → hours attended, 0 for absent; people not named stay as they are
    """
    require_provider_side(by)
    get_course(session, by, course_id)
    course = lock_course(session, course_id)
    _check(course, on, hours)
    rows = _people(session, by, course_id, list(hours))
    if set(rows) != set(hours):
        raise RuleBrokenError(
            "training_not_attending", "名单里有人还没有录取或已经退出，请刷新后再登记。"
        )
    standing = _standing(session, on, part, list(hours))
    for referral_id, referral in rows.items():
        _enter(session, by, standing.get(referral_id), (referral_id, on, part), hours[referral_id])
        if hours[referral_id] and referral.state is TrainingState.ACCEPTED:
            begun(session, by, course, referral, on)
    present = sum(1 for count in hours.values() if count)
    audit.record(
        session,
        by,
        "training.attendance",
        subject=(COURSE, course_id),
        on=on,
        part=part,
        present=sorted(number for number, count in hours.items() if count),
        absent=sorted(number for number, count in hours.items() if not count),
    )
    session.flush()
    return present


def _check(course: Course, on: dt.date, hours: Mapping[int, int]) -> None:
    fields = {}
    if not course.starts_on <= on <= min(course.ends_on, clock.today()):
        fields["on"] = "考勤日期应在开课和结课之间，不晚于今天。"
    if any(not 0 <= count <= MOST_HOURS for count in hours.values()):
        fields["hours"] = "每个时段的课时在 0 到 12 之间。"
    if fields:
        raise InvalidInputError("training_input", "考勤有误，请修改标出的项目。", fields=fields)


def _people(
    session: Session, by: Actor, course_id: int, numbers: list[int]
) -> dict[int, TrainingReferral]:
    found = (
        sa.select(TrainingReferral)
        .where(
            TrainingReferral.id.in_(numbers),
            TrainingReferral.course_id == course_id,
            TrainingReferral.state.in_(PRESENT),
            referrals_in_sight(by),
        )
        .order_by(TrainingReferral.id)
        .with_for_update()
    )
    return {row.id: row for row in session.scalars(found)}


def _standing(
    session: Session, on: dt.date, part: DaySession, numbers: list[int]
) -> dict[int, TrainingAttendance]:
    found = sa.select(TrainingAttendance).where(
        TrainingAttendance.referral_id.in_(numbers),
        TrainingAttendance.happened_on == on,
        TrainingAttendance.session == part,
    )
    return {row.referral_id: row for row in session.scalars(found)}


def _enter(
    session: Session,
    by: Actor,
    row: TrainingAttendance | None,
    key: tuple[int, dt.date, DaySession],
    hours: int,
) -> None:
    if row is None:
        row = TrainingAttendance(referral_id=key[0], happened_on=key[1], session=key[2])
        session.add(row)
    row.attended, row.hours = hours > 0, hours
    row.entered_at, row.via, row.entered_by_id = clock.now(), via_of(by), by.account_id


@dataclass(frozen=True)
class Presence:
    """What attendance adds up to for one person."""

    n_present: int
    n_sessions: int
    hours: int


def presence_of(session: Session, by: Actor, course_id: int) -> dict[int, Presence]:
    """Return the sums of a course's attendance by training referral; one query."""
    require_provider_side(by)
    rows = session.execute(
        sa.select(
            TrainingAttendance.referral_id,
            sa.func.count(sa.case((TrainingAttendance.attended, 1))),
            sa.func.count(),
            sa.func.sum(TrainingAttendance.hours),
        )
        .join(TrainingReferral, TrainingReferral.id == TrainingAttendance.referral_id)
        .where(TrainingReferral.course_id == course_id, referrals_in_sight(by))
        .group_by(TrainingAttendance.referral_id)
        .order_by(TrainingAttendance.referral_id)
    )
    return {number: Presence(present, many, hours) for number, present, many, hours in rows}


@dataclass(frozen=True)
class SheetRow:
    """Somebody on the sheet of a day; `hours` is None where nothing was entered."""

    referral: TrainingReferral
    graduate: Graduate
    hours: int | None


def sheet_of(
    session: Session,
    by: Actor,
    course_id: int,
    on: dt.date | None = None,
    part: DaySession = DaySession.MORNING,
) -> list[SheetRow]:
    """Return who is in a course now, with what was entered for one part of one day; one query."""
    require_provider_side(by)
    entered = sa.and_(
        TrainingAttendance.referral_id == TrainingReferral.id,
        TrainingAttendance.happened_on == on,
        TrainingAttendance.session == part,
    )
    rows = session.execute(
        sa.select(TrainingReferral, Graduate, TrainingAttendance.hours)
        .join(Graduate, Graduate.id == TrainingReferral.graduate_id)
        .outerjoin(TrainingAttendance, entered)
        .where(
            TrainingReferral.course_id == course_id,
            TrainingReferral.state.in_(PRESENT),
            referrals_in_sight(by),
        )
        .order_by(Graduate.name, TrainingReferral.id)
    )
    return [SheetRow(*row) for row in rows]
