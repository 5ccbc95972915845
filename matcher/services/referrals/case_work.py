"""What a referral (推荐) means for the person's case (个案): a recommendation done, and work due today."""

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
    """Ask the union for a seat at once where an offer has none, until it has one or is over.

    Who offered is told nothing of classes of seats.
    """
    require_party(by)
    waits = referral.state is ReferralState.OFFERED
    if not waits or seat_holds.live_hold(session, referral.id) is not None:
        tasks.drop_task(session, NO_SEAT_RULE, (SUBJECT, referral.id))
        return
    union_id, assignee_id = _whose(session, referral)
    tasks.open_task(
        session,
        union_id=union_id,
        rule=NO_SEAT_RULE,
        subject=(SUBJECT, referral.id),
        due_on=clock.today(),
        assignee_id=assignee_id,
    )


def open_fell_through(session: Session, by: Actor, referral: Referral) -> None:
    """Open the case's task due today; a person without a case has it on the referral."""
    require_party(by)
    case = open_case_of(session, referral.graduate_id)
    union_id, assignee_id = _whose(session, referral)
    tasks.open_task(
        session,
        union_id=union_id,
        rule=FELL_THROUGH_RULE,
        subject=(cases.SUBJECT, case.id) if case is not None else (SUBJECT, referral.id),
        due_on=clock.today(),
        facts={"referral": referral.id},
        assignee_id=assignee_id,
    )


def _whose(session: Session, referral: Referral) -> tuple[int, int | None]:
    """Return the union and the account a task goes to: the case's owner, else who proposed."""
    case = open_case_of(session, referral.graduate_id)
    if case is not None:
        return case.union_id, case.owner_id
    return referral.union_id, referral.proposed_by_id
