"""Whether a person comes to an interview (回复面试): a note at the referral; who cannot come is called the same day."""

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from matcher.services import tasks
from matcher.services.permissions import Actor
from matcher.services.referrals import stepping
from matcher.services.referrals.sight import SUBJECT, require_person
from matcher.services.referrals.task_owners import owner_of

CANNOT_COME_RULE = "referral.cannot_come"
"""Rule of the task to find another day with the employer."""


def reply(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    is_coming: bool,
    expected_version: int | None = None,
) -> Referral:
    """Note whether the person comes; the state stays, the last word counts, saying it twice changes nothing."""
    require_person(by)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    stepping.expect_state(referral, ReferralState.INTERVIEW)
    on = referral.interview_on
    facts = {"is_coming": is_coming, "of": on.isoformat() if on else None}
    stepping.note(
        session,
        by,
        referral,
        before=ReferralState.INTERVIEW,
        facts=facts,
        action="referral.interview_reply",
    )
    if is_coming:
        tasks.drop_task(session, CANNOT_COME_RULE, (SUBJECT, referral.id))
    else:
        tasks.open_task(
            session,
            union_id=referral.union_id,
            rule=CANNOT_COME_RULE,
            subject=(SUBJECT, referral.id),
            due_on=clock.today(),
            facts=facts,
            assignee_id=owner_of(session, referral) or referral.proposed_by_id,
        )
    session.flush()
    return referral
