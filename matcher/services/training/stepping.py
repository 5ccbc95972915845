"""The one place that changes the state of a training referral (培训转介): table, place, step, trail.

Whoever leaves a state that holds a place gives it back in the same transaction, and the next of the waiting list
(候补) has it with a deadline: nothing of it depends on a worker, and doing it again finds nothing to do.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralVia
from matcher.kinds.training import CourseState, TrainingState
from matcher.models.training import Course, TrainingReferral, TrainingStep
from matcher.policy.deadlines import get_deadline
from matcher.policy.training_steps import ENDS, HOLDS_PLACE, may_follow
from matcher.services import audit, tasks
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import expect_version
from matcher.services.training import messages, places
from matcher.services.training.sight import SUBJECT, lock_referral, require_party

ANSWER_RULE = "training.answer"
FREED_RULE = "training.freed_place"
EXPIRED_RULE = "training.expired"
WORKS_RULE = "training.works"
REFUSED_RULE = "training.refused"
OVER_RULE = "training.course_over"
WAITED_RULE = "training.waited_in_vain"
"""Rules of deadlines and tasks; their words stand in `web/words/training_tasks.py`."""

FOLLOW_UPS = (EXPIRED_RULE, WAITED_RULE, REFUSED_RULE, OVER_RULE)
"""Rules of the task after a training that came to nothing."""

_T = TrainingState


def via_of(actor: Actor) -> ReferralVia:
    """Return through what an actor acts."""
    if actor is SYSTEM:
        return ReferralVia.SYSTEM
    if actor.account_id is None:
        return ReferralVia.LINK
    return ReferralVia.SELF if actor.role is Role.GRADUATE else ReferralVia.STAFF


def begin(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> tuple[Course, TrainingReferral]:
    """Return course and referral locked for a step."""
    require_party(by)
    course, referral = lock_referral(session, by, referral_id)
    expect_version(referral, expected_version)
    return course, referral


def wrong_step(referral: TrainingReferral) -> RuleBrokenError:
    """Say that a referral is not where the step would begin."""
    return RuleBrokenError(
        "training_step_wrong",
        f"这条培训转介现在是“{referral.state.label}”，不能这样办理，请刷新后按当前进展办理。",
        state=referral.state.value,
    )


def step(
    session: Session,
    by: Actor,
    course: Course,
    referral: TrainingReferral,
    after: TrainingState,
    *,
    facts: dict[str, Any] | None = None,
    decide_by_on: dt.date | None = None,
) -> None:
    """Change the state of a locked referral; a place left goes to the next who waits.

    Raises
    ------
    RuleBrokenError
        The table of steps does not allow it.
    """
    require_party(by)
    before = referral.state
    if not may_follow(course.kind, before, after):
        raise wrong_step(referral)
    referral.state, referral.asked_at = after, clock.now()
    referral.decide_by_on = decide_by_on
    referral.n_reminders, referral.reminded_on = 0, None
    if after in ENDS:
        referral.ended_at = clock.now()
    note(session, by, referral, before=before, facts=facts)
    for rule in (ANSWER_RULE, FREED_RULE, WORKS_RULE):
        tasks.drop_task(session, rule, (SUBJECT, referral.id))
    session.flush()
    if before in HOLDS_PLACE and after not in HOLDS_PLACE:
        places.give_back(session, course)
        promote(session, course)


def note(
    session: Session,
    by: Actor,
    referral: TrainingReferral,
    *,
    before: TrainingState | None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write a step and the trail."""
    require_party(by)
    session.add(
        TrainingStep(
            referral_id=referral.id,
            before=before,
            after=referral.state,
            at=clock.now(),
            via=via_of(by),
            by_account_id=by.account_id,
            facts=facts or {},
        )
    )
    audit.record(
        session,
        by,
        f"training.{referral.state.value}",
        subject=(SUBJECT, referral.id),
        course=referral.course_id,
        graduate=referral.graduate_id,
        **(facts or {}),
    )


def last_day_to_refer(course: Course) -> dt.date:
    """Return the last day somebody may join: classes begin together, an internship or support goes on."""
    return course.starts_on if course.kind.gives_certificate else course.ends_on


def is_open(course: Course) -> bool:
    """Say whether people may be referred to a course today."""
    return course.state is CourseState.OPEN and clock.today() <= last_day_to_refer(course)


def promote(session: Session, course: Course) -> int:
    """Give free places to those who wait longest, with a deadline; run again it finds nothing to do.

    Who has agreed already waits for the provider only; the others are asked, and have the days of a freed place.
    """
    n_promoted = 0
    while is_open(course) and (waiting := _first_waiting(session, course)) is not None:
        if not places.take(session, course):
            break
        rule = FREED_RULE if waiting.agreed_at is None else ANSWER_RULE
        waiting.queued_at = None
        until = last_day(course, rule)
        step(session, SYSTEM, course, waiting, _T.PROPOSED, decide_by_on=until)
        if waiting.agreed_at is None:
            _ask(session, waiting, until)
        else:
            messages.ask_provider(session, course)
        n_promoted += 1
    return n_promoted


def _ask(session: Session, waiting: TrainingReferral, until: dt.date) -> None:
    messages.ask_person(session, waiting)
    tasks.open_task(
        session,
        union_id=waiting.union_id,
        rule=FREED_RULE,
        subject=(SUBJECT, waiting.id),
        due_on=until,
        assignee_id=waiting.proposed_by_id,
    )


def last_day(course: Course, rule: str) -> dt.date:
    """Return the last day of a rule's days from today, by the course's region."""
    today = clock.today()
    return get_deadline(rule, course.region_code, today).after(today)


def follow_up(session: Session, course: Course, referral: TrainingReferral, why: str) -> None:
    """Open the task of who proposed a training that came to nothing: the person needs another way."""
    today = clock.today()
    one = FOLLOW_UPS[FOLLOW_UPS.index(why)]
    tasks.open_task(
        session,
        union_id=referral.union_id,
        rule=one,
        subject=(SUBJECT, referral.id),
        due_on=get_deadline(EXPIRED_RULE, course.region_code, today).after(today),
        assignee_id=referral.proposed_by_id,
    )


def _first_waiting(session: Session, course: Course) -> TrainingReferral | None:
    return session.scalar(
        sa.select(TrainingReferral)
        .where(TrainingReferral.course_id == course.id, TrainingReferral.state == _T.WAITING)
        .order_by(TrainingReferral.queued_at, TrainingReferral.id)
        .limit(1)
        .with_for_update()
    )
