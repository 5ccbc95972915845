"""What a provider (培训机构) answers, by its link or through staff: taking people, refusing them, finishing.

A person who has not agreed is not there for the provider; staff are told to ask first.
"""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.training import CourseState, TrainingRefusal, TrainingState
from matcher.models.training import Course, TrainingReferral
from matcher.services.permissions import Actor
from matcher.services.training import case_acts
from matcher.services.training.sight import require_provider_side
from matcher.services.training.stepping import REFUSED_RULE, begin, follow_up, step

_T = TrainingState


def _begin(
    session: Session, by: Actor, referral_id: int, expected_version: int | None
) -> tuple[Course, TrainingReferral]:
    require_provider_side(by)
    course, referral = begin(session, by, referral_id, expected_version=expected_version)
    if referral.agreed_at is None:
        raise RuleBrokenError("training_not_agreed", "本人还没有同意参加，请先征得同意。")
    return course, referral


def accept(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> TrainingReferral:
    """Take somebody into the course (录取), while it takes people."""
    course, referral = _begin(session, by, referral_id, expected_version)
    if course.state is not CourseState.OPEN:
        raise RuleBrokenError("course_over", "这个班已经结束或取消，不能再录取。")
    referral.provider_answered_at = referral.provider_answered_at or clock.now()
    step(session, by, course, referral, _T.ACCEPTED)
    return referral


def refuse(
    session: Session,
    by: Actor,
    referral_id: int,
    reason: TrainingRefusal,
    *,
    expected_version: int | None = None,
) -> TrainingReferral:
    """Refuse somebody with a reason (未接收); the place goes to the next who waits, the caseworker is told."""
    course, referral = _begin(session, by, referral_id, expected_version)
    referral.provider_answered_at = referral.provider_answered_at or clock.now()
    referral.refusal_reason = reason
    step(session, by, course, referral, _T.REFUSED, facts={"reason": reason.value})
    follow_up(session, course, referral, REFUSED_RULE)
    return referral


def start(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    on: dt.date | None = None,
    expected_version: int | None = None,
) -> TrainingReferral:
    """Note that somebody began to take part; from here on it is one 人次 and one service on the case."""
    course, referral = _begin(session, by, referral_id, expected_version)
    begun(session, by, course, referral, _past_day(on, course.starts_on))
    return referral


def begun(
    session: Session, by: Actor, course: Course, referral: TrainingReferral, on: dt.date
) -> None:
    """Take the step to ATTENDING of a locked referral, with the service act; for this package."""
    require_provider_side(by)
    referral.attending_on = on
    facts = {"on": on.isoformat(), "ordered": course.employer_id is not None}
    step(session, by, course, referral, _T.ATTENDING, facts=facts)
    case_acts.record_enrolment(session, by, course, referral, on)


def finish(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    on: dt.date | None = None,
    expected_version: int | None = None,
) -> TrainingReferral:
    """Note that somebody finished (结业); it is a service done, and no job, whatever the kind of course."""
    course, referral = _begin(session, by, referral_id, expected_version)
    day = _past_day(on, referral.attending_on or course.starts_on)
    referral.finished_on = day
    step(session, by, course, referral, _T.FINISHED, facts={"on": day.isoformat()})
    return referral


def _past_day(on: dt.date | None, first: dt.date) -> dt.date:
    day = on or clock.today()
    if not first <= day <= clock.today():
        message = "日期应在开课以后，不晚于今天。"
        raise InvalidInputError("training_input", message, fields={"on": message})
    return day
