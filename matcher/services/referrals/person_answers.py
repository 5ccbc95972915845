"""A person's No to a referral (本人未接受): a reason, words only the caseworker reads, and no consequences.

A decline here is never a statutory refusal of suitable work (拒绝适当工作): those are recorded by staff in the file
(`zero_employment`) and by nobody else, and nothing here is sent to 民政 or 人社. Declining a plan's fallback seat
(保底) counts against nobody; nothing counts declines against a person at all.
"""

from sqlalchemy.orm import Session

from matcher.kinds.referrals import DeclineReason, HoldEnd, ReferralState
from matcher.models.referrals import Referral
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor
from matcher.services.referrals import after_steps, seat_holds, stepping
from matcher.services.referrals.sight import require_person

WORDS_COLUMN = "referral.decline_words"


def decline(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    reason: DeclineReason,
    words: str | None = None,
    expected_version: int | None = None,
) -> Referral:
    """Decline a referral or an offer; the seat is free again.

    Parameters
    ----------
    words : what only the caseworker reads
    """
    require_person(by)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    stepping.wake(session, by, referral, ends=True)
    referral.decline_reason = reason
    referral.decline_words_cipher = seal(session, words, WORDS_COLUMN)
    stepping.step(session, by, referral, ReferralState.DECLINED, facts={"reason": reason.value})
    seat_holds.end_hold(session, by, referral, HoldEnd.DECLINED)
    after_steps.after_declined(session, by, referral)
    session.flush()
    return referral
