"""What a referral (推荐) means for the person's case (个案): a recommendation done, and work due today."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.referrals import ReferralState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.referrals import Referral
from matcher.services import tasks
from matcher.services.casework import cases, service_acts
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import seat_holds
from matcher.services.referrals.sight import SUBJECT, require_party

FELL_THROUGH_RULE = "referral.fell_through"
"""Rule of the task due on the day a job came to nothing."""

NO_SEAT_RULE = "referral.offer_without_seat"
"""Rule of the task to find a seat for somebody an employer wants and no seat is free for."""


def open_case_of(session: Session, graduate_id: int) -> GraduateCase | None:
    """Return the open case of a person."""
    return session.scalar(
        sa.select(GraduateCase).where(
            GraduateCase.graduate_id == graduate_id, GraduateCase.closed_on.is_(None)
        )
    )


def record_recommendation(session: Session, by: Actor, referral: Referral) -> None:
    """Record that a post was recommended, in the open case; credited to the staff who sent or proposed it."""
    require_party(by)
    case = open_case_of(session, referral.graduate_id)
    if case is None:
        return
    referral.case_id = case.id
    sender = by.account_id if by.union_id is not None else referral.proposed_by_id
    service_acts.record_act(
        session,
        SYSTEM,
        case.id,
        kind=ServiceKind.RECOMMENDATION,
        happened_on=clock.today(),
        outcome=ActOutcome.DONE,
        credited_to_id=sender,
    )


def follow_offer(session: Session, by: Actor, referral: Referral) -> None:
    """Ask the union for a seat at once where an offer has none; who offered is told nothing of classes of seats."""
    require_party(by)
    if referral.state is not ReferralState.OFFERED:
        return
    if seat_holds.live_hold(session, referral.id) is not None:
        tasks.drop_task(session, NO_SEAT_RULE, (SUBJECT, referral.id))
        return
    _open(session, referral, NO_SEAT_RULE, (SUBJECT, referral.id))


def open_fell_through(session: Session, by: Actor, referral: Referral) -> None:
    """Open the case's task due today; a person without a case has it on the referral."""
    require_party(by)
    case = open_case_of(session, referral.graduate_id)
    subject = (cases.SUBJECT, case.id) if case is not None else (SUBJECT, referral.id)
    _open(session, referral, FELL_THROUGH_RULE, subject, {"referral": referral.id})


def _open(
    session: Session,
    referral: Referral,
    rule: str,
    subject: tuple[str, int],
    facts: dict[str, Any] | None = None,
) -> None:
    case = open_case_of(session, referral.graduate_id)
    tasks.open_task(
        session,
        union_id=case.union_id if case is not None else referral.union_id,
        rule=rule,
        subject=subject,
        due_on=clock.today(),
        facts=facts,
        assignee_id=case.owner_id if case is not None else referral.proposed_by_id,
    )
