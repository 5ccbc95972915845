"""What a job does to training (培训): who found work waits for no course any more, and a place goes to the next.

Who attends is not taken out: whether somebody goes on in the evenings is asked by the caseworker.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.training import DropReason, TrainingState
from matcher.models.training import TrainingReferral
from matcher.policy.deadlines import get_deadline
from matcher.services import tasks
from matcher.services.permissions import SYSTEM
from matcher.services.training.sight import SUBJECT, lock_referral
from matcher.services.training.stepping import WORKS_RULE, step

_T = TrainingState
_NOT_BEGUN = (_T.WAITING, _T.PROPOSED, _T.ACCEPTED)


def follow_work(session: Session, graduate_id: int) -> int:
    """Take somebody who has a job out of courses not begun; return how many. Run again it finds none."""
    found = sa.select(TrainingReferral.id).where(
        TrainingReferral.graduate_id == graduate_id,
        TrainingReferral.state.in_((*_NOT_BEGUN, _T.ATTENDING)),
    )
    # Courses are locked in the order of their numbers, so that two people's jobs do not wait for each other.
    in_order = found.order_by(TrainingReferral.course_id, TrainingReferral.id)
    n_dropped = 0
    for referral_id in session.scalars(in_order).all():
        course, referral = lock_referral(session, SYSTEM, referral_id)
        if referral.state in _NOT_BEGUN:
            referral.drop_reason = DropReason.WORK
            facts = {"reason": DropReason.WORK.value}
            step(session, SYSTEM, course, referral, _T.DROPPED, facts=facts)
            n_dropped += 1
        elif referral.state is _T.ATTENDING:
            _ask(session, referral, course.region_code)
    return n_dropped


def _ask(session: Session, referral: TrainingReferral, region: str | None) -> None:
    """Ask the caseworker whether the person goes on with the course."""
    today = clock.today()
    tasks.open_task(
        session,
        union_id=referral.union_id,
        rule=WORKS_RULE,
        subject=(SUBJECT, referral.id),
        due_on=get_deadline(WORKS_RULE, region, today).after(today),
        assignee_id=referral.proposed_by_id,
    )
