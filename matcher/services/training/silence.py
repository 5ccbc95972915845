"""Silence (逾期): a reminder every ten days, the end at thirty, and a freed place that nobody took.

Silence never approves anything: whoever does not answer is EXPIRED, the place goes on, and the caseworker has a
task. Each part may run twice: what is counted on the row, and the messages' keys, say that it was done.
"""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.training import CourseState, DropReason, TrainingState
from matcher.models.tasks import Task
from matcher.models.training import Course, TrainingReferral
from matcher.policy.deadlines import get_deadline
from matcher.services import tasks
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import hiring, messages, orders
from matcher.services.training.sight import COURSE, lock_referral, require_staff
from matcher.services.training.stepping import (
    EXPIRED_RULE,
    WAITED_RULE,
    follow_up,
    is_open,
    promote,
    step,
)

REMIND_RULE = "training.remind"
RESULT_RULE = "training.result_due"
"""Rules of the reminder, and of the task about courses that ended without results."""

_T = TrainingState


def run_night(session: Session, by: Actor) -> dict[str, int]:
    """Do the nightly work on training; run again on the same day it changes nothing."""
    require_staff(by)
    return {name: part(session, by) for name, part in PARTS.items()}


def expire_due(session: Session, by: Actor) -> int:
    """End the proposals whose last day is past; the caseworker follows each up."""
    require_staff(by)
    found = sa.select(TrainingReferral.id).where(
        TrainingReferral.state == _T.PROPOSED, TrainingReferral.decide_by_on < clock.today()
    )
    n_expired = 0
    for referral_id in session.scalars(
        found.order_by(TrainingReferral.course_id, TrainingReferral.id)
    ).all():
        course, referral = lock_referral(session, SYSTEM, referral_id)
        if not _is_due(referral):
            continue
        n_expired += 1
        named = referral.agreed_at is not None
        step(session, SYSTEM, course, referral, _T.EXPIRED, facts={"provider_silent": named})
        follow_up(session, course, referral, EXPIRED_RULE)
    return n_expired


def _is_due(referral: TrainingReferral) -> bool:
    """Say whether a locked proposal is still unanswered past its day: somebody may have answered just now."""
    last = referral.decide_by_on
    return referral.state is _T.PROPOSED and last is not None and last < clock.today()


def remind_due(session: Session, by: Actor) -> int:
    """Remind whoever has not answered for another ten days: the provider once the person has agreed."""
    require_staff(by)
    today = clock.today()
    found = sa.select(TrainingReferral).where(TrainingReferral.state == _T.PROPOSED)
    n_reminded = 0
    for referral in session.scalars(found.order_by(TrainingReferral.id)).all():
        course = session.get_one(Course, referral.course_id)
        days = get_deadline(REMIND_RULE, course.region_code, today).value
        due = (today - clock.in_china(referral.asked_at).date()).days // days
        if due <= referral.n_reminders:
            continue
        referral.n_reminders, referral.reminded_on = due, today
        if referral.agreed_at is None:
            messages.ask_person(session, referral, reminder=due)
        else:
            messages.ask_provider(session, course)
        n_reminded += 1
    session.flush()
    return n_reminded


def end_waiting(session: Session, by: Actor) -> int:
    """Take those off the waiting lists whose course takes nobody any more; the caseworker looks for another."""
    require_staff(by)
    found = (
        sa.select(TrainingReferral.id, Course)
        .join(Course, Course.id == TrainingReferral.course_id)
        .where(TrainingReferral.state == _T.WAITING)
        .order_by(TrainingReferral.course_id, TrainingReferral.id)
    )
    n_ended = 0
    for referral_id, seen in session.execute(found).all():
        if is_open(seen):
            continue
        course, referral = lock_referral(session, SYSTEM, referral_id)
        if referral.state is not _T.WAITING or is_open(course):
            continue
        referral.drop_reason = DropReason.OTHER
        step(session, SYSTEM, course, referral, _T.DROPPED, facts={"in_vain": True})
        follow_up(session, course, referral, WAITED_RULE)
        n_ended += 1
    return n_ended


def ask_for_results(session: Session, by: Actor) -> int:
    """Ask the union of a course that is over what became of those still in it; return how many are asked anew."""
    require_staff(by)
    inside = sa.select(TrainingReferral.course_id).where(
        TrainingReferral.state.in_((_T.ACCEPTED, _T.ATTENDING))
    )
    over = sa.and_(Course.ends_on < clock.today(), Course.id.in_(inside))
    asked = sa.select(Task.subject_id).where(
        Task.rule == RESULT_RULE, Task.subject_kind == COURSE, Task.state == TaskState.OPEN
    )
    for course_id in session.scalars(asked.where(Task.subject_id.not_in(inside))).all():
        tasks.drop_task(session, RESULT_RULE, (COURSE, course_id))
    found = sa.select(Course).where(over, Course.id.not_in(asked)).order_by(Course.id)
    courses = session.scalars(found).all()
    for course in courses:
        tasks.open_task(
            session,
            union_id=course.union_id,
            rule=RESULT_RULE,
            subject=(COURSE, course.id),
            due_on=clock.today(),
        )
    return len(courses)


def promote_due(session: Session, by: Actor) -> int:
    """Give the free places of courses to those who wait for them."""
    require_staff(by)
    return sum(promote(session, course) for course in _with_room(session))


def look_at_orders(session: Session, by: Actor) -> int:
    """Look again at the seats tied to courses; return of how many courses they became fewer."""
    require_staff(by)
    return sum(orders.look_again(session, number) for number in orders.ordered_courses(session))


def _with_room(session: Session) -> list[Course]:
    waiting = sa.select(TrainingReferral.course_id).where(TrainingReferral.state == _T.WAITING)
    found = sa.select(Course).where(
        Course.state == CourseState.OPEN,
        Course.places_taken < Course.places,
        Course.id.in_(waiting),
    )
    return list(session.scalars(found.order_by(Course.id).with_for_update()))


PARTS: Mapping[str, Callable[[Session, Actor], int]] = {
    "n_expired": expire_due,
    "n_reminded": remind_due,
    "n_promoted": promote_due,
    "n_waited_in_vain": end_waiting,
    "n_results_asked": ask_for_results,
    "n_orders_less": look_at_orders,
    "n_hired": hiring.link_found,
}
"""What a night does, in its order; each part may be a transaction of its own."""
