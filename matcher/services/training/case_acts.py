"""What an enrolment is on the person's open case (个案): one service act, however many steps it takes."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.training import CourseKind, SupportKind
from matcher.models.graduate_cases import GraduateCase
from matcher.models.training import Course, TrainingReferral
from matcher.services.casework import service_acts
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training.sight import require_party

SERVICE_OF = {
    CourseKind.SKILL: ServiceKind.TRAINING,
    CourseKind.BUSINESS: ServiceKind.BUSINESS_TRAINING,
    CourseKind.INTERNSHIP: ServiceKind.INTERNSHIP,
    CourseKind.START_UP: ServiceKind.BUSINESS_GUIDANCE,
}
SERVICE_OF_STEP = {
    SupportKind.GUIDANCE: ServiceKind.BUSINESS_GUIDANCE,
    SupportKind.TRAINING: ServiceKind.BUSINESS_TRAINING,
    SupportKind.LOAN: ServiceKind.POLICY,
}


def record_enrolment(
    session: Session, by: Actor, course: Course, referral: TrainingReferral, on: dt.date
) -> None:
    """Record the service once; without an open case there is none."""
    require_party(by)
    if referral.service_act_id is None:
        referral.service_act_id = record(session, by, referral, SERVICE_OF[course.kind], on)


def record(
    session: Session, by: Actor, referral: TrainingReferral, kind: ServiceKind, on: dt.date
) -> int | None:
    """Record a service of a training referral and return its number; None without an open case."""
    require_party(by)
    case = session.scalar(
        sa.select(GraduateCase).where(
            GraduateCase.graduate_id == referral.graduate_id, GraduateCase.closed_on.is_(None)
        )
    )
    if case is None or on < case.opened_on:
        return None
    referral.case_id = case.id
    sender = by.account_id if by.union_id is not None else referral.proposed_by_id
    act = service_acts.record_act(
        session,
        SYSTEM,
        case.id,
        kind=kind,
        happened_on=on,
        outcome=ActOutcome.DONE,
        credited_to_id=sender,
    )
    return act.id
