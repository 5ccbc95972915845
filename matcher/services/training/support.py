"""Steps of start-up support (创业扶持): guidance, a course, the referral for a guaranteed loan (创业担保贷款).

Each step is a service on the case. A business licence (营业执照) is no step here: it is evidence of a placement.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.training import CourseKind, SupportKind, TrainingState
from matcher.models.training_records import SupportStep
from matcher.services import audit
from matcher.services.permissions import Actor
from matcher.services.training import case_acts
from matcher.services.training.answers import begun
from matcher.services.training.sight import SUBJECT, find_referral, lock_referral, require_staff
from matcher.services.training.stepping import wrong_step

_TAKES_PART = (TrainingState.ACCEPTED, TrainingState.ATTENDING)


def record_step(
    session: Session, by: Actor, referral_id: int, kind: SupportKind, *, on: dt.date | None = None
) -> SupportStep:
    """Record one step of start-up support for somebody who takes part in it."""
    require_staff(by)
    course, referral = lock_referral(session, by, referral_id)
    if course.kind is not CourseKind.START_UP:
        raise RuleBrokenError("not_start_up", "这不是创业扶持，没有创业步骤可登记。")
    if referral.state not in _TAKES_PART:
        raise wrong_step(referral)
    day = on or clock.today()
    if day > clock.today():
        message = "日期不能晚于今天。"
        raise InvalidInputError("training_input", message, fields={"on": message})
    row = SupportStep(
        referral_id=referral.id,
        kind=kind,
        happened_on=day,
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(row)
    if referral.state is TrainingState.ACCEPTED:
        begun(session, by, course, referral, day)
    else:
        case_acts.record(session, by, referral, case_acts.SERVICE_OF_STEP[kind], day)
    audit.record(
        session, by, "training.support_step", subject=(SUBJECT, referral.id), kind=kind, on=day
    )
    session.flush()
    return row


def list_steps(session: Session, by: Actor, public_id: str) -> list[SupportStep]:
    """Return the steps of somebody's start-up support, oldest first."""
    referral = find_referral(session, by, public_id)
    found = sa.select(SupportStep).where(SupportStep.referral_id == referral.id)
    return list(session.scalars(found.order_by(SupportStep.happened_on, SupportStep.id)))
