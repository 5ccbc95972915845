"""By which day (答复期限) whoever has the next word in a referral must have said it; dated data of the region."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from matcher.services.casework.due_dates import due_after

_R = ReferralState

RULES = {
    _R.PROPOSED: "referral.proposed",
    _R.SENT: "referral.employer_answer",
    _R.INTERVIEW: "referral.interview_result",
    _R.OFFERED: "referral.offer_answer",
    _R.ACCEPTED: "referral.report",
}
"""State → the limit for the next word."""

CASCADE_RULE = "referral.cascade_answer"
ON_HOLD_RULE = "referral.on_hold"
REPORT_RESULT_RULE = "referral.report_result"
HOLD_RULE = "referral.hold"
RESERVED_HOLD_RULE = "referral.reserved_hold"


def answer_by(session: Session, referral: Referral, state: ReferralState) -> dt.date | None:
    """Return the last day for the next word once a referral is in a state; None where nobody is asked."""
    rule, start = RULES.get(state), clock.today()
    if rule is None:
        return None
    if state is _R.PROPOSED and referral.follows_id is not None:
        rule = CASCADE_RULE
    if state is _R.INTERVIEW and referral.interview_on is not None:
        start = max(start, referral.interview_on)
    if state is _R.ACCEPTED and referral.reports_on is not None:
        rule, start = REPORT_RESULT_RULE, max(start, referral.reports_on)
    return due_after(session, rule, referral.union_id, start).day


def hold_until(session: Session, referral: Referral, *, is_kept: bool) -> dt.date:
    """Return the last day a seat is held for a referral nobody has been offered yet."""
    rule = RESERVED_HOLD_RULE if is_kept else HOLD_RULE
    return due_after(session, rule, referral.union_id, clock.today()).day


def furthest_decision(session: Session, referral: Referral) -> dt.date:
    """Return the last day an employer may put its decision off to."""
    return due_after(session, ON_HOLD_RULE, referral.union_id, clock.today()).day
