"""Referrals offered again (恢复推荐): those an acceptance had ended whose job fell through, or one taken up by staff.

Each goes back to where it stood with new days, if posting, consent and person still allow it. An offer goes back to
the employer as sent if meanwhile as many have an offer or a job as it wants; which kind of seat is free has no part in
that, since the employer would read it: an offer without a seat stands, and the union is asked to find one.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.referrals import ReferralState, WithdrawalReason
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import (
    after_steps,
    judging,
    locks,
    offer_count,
    seat_holds,
    stepping,
)
from matcher.services.referrals.going_on import has_twin, live_consent
from matcher.services.referrals.sight import get_referral, require_party
from matcher.services.rows import expect_version

_R = ReferralState


def ended_by(referral: Referral) -> sa.ColumnElement[bool]:
    """Return the condition on the referrals a referral's acceptance ended and nothing else did since."""
    return sa.and_(
        Referral.ended_by_id == referral.id,
        Referral.state == _R.WITHDRAWN,
        Referral.withdrawal_reason == WithdrawalReason.PLACED,
    )


def offer_again(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> Referral:
    """Take up a withdrawn or expired referral where it stood, by staff.

    Raises
    ------
    RuleBrokenError
        Posting, consent or person do not allow it any more.
    """
    require(by, Permission.REFER)
    referral = get_referral(session, by, referral_id)
    referral = locks.lock_referral(session, referral, all_seats=True)
    expect_version(referral, expected_version)
    stepping.expect_state(referral, _R.WITHDRAWN, _R.EXPIRED)
    refusal = refusal_of(session, referral)
    if refusal is not None:
        raise refusal
    return take_up(session, by, referral)


def refusal_of(session: Session, referral: Referral) -> RuleBrokenError | None:
    """Return why a referral that ended cannot go on; None if it can."""
    posting = session.get_one(Posting, referral.posting_id)
    refusal = judging.posting_refusal(session, posting) or judging.job_refusal(
        session, referral.graduate_id
    )
    if refusal is not None:
        return refusal
    if not judging.agrees_to_service(session, referral.graduate_id):
        return RuleBrokenError("referral_no_consent", "本人已撤回同意，不能恢复推荐。")
    if session.get(HiddenEmployer, (referral.graduate_id, referral.employer_id)) is not None:
        return RuleBrokenError("referral_hidden", "本人不愿被推荐到这家单位。")
    if judging.entry_of(session, referral.drive_id, referral.graduate_id) is None:
        return RuleBrokenError("referral_not_in_drive", "本人已退出活动，不能恢复推荐。")
    if referral.ended_state is not _R.PROPOSED and live_consent(session, referral) is None:
        return RuleBrokenError(
            "referral_no_disclosure", "本人已撤回向这家单位提供信息的同意，不能恢复推荐。"
        )
    return (
        RuleBrokenError("referral_live_already", "已有在办的推荐。")
        if has_twin(session, referral)
        else None
    )


def take_up(session: Session, by: Actor, referral: Referral) -> Referral:
    """Let a locked referral go on where it stood, with a seat if one was held for it and one is free."""
    require_party(by)
    back = _goes_back_to(session, referral)
    had_seat = seat_holds.had_hold(session, referral.id)
    facts = {"again": True, "was": back.value}
    stepping.step(session, by, referral, back, facts=facts)
    if had_seat or back is _R.OFFERED:
        until_on = referral.decide_by_on if back is _R.OFFERED else None
        seat_holds.take_seat(session, by, referral, until_on=until_on)
    after_steps.after_offered_again(session, by, referral)
    session.flush()
    return referral


def _goes_back_to(session: Session, referral: Referral) -> ReferralState:
    """Return where a referral goes on: where it stood, but as sent where interview or offer can be no more.

    A slot that was given away is not written at the referral (`interviews.ending`); nobody is invited to a day that
    is over.
    """
    back = referral.ended_state or (_R.SENT if referral.sent_at else _R.PROPOSED)
    if back is _R.OFFERED:
        return _R.SENT if offer_count.is_full(session, referral) else back
    on = referral.interview_on
    if back is not _R.INTERVIEW or (on is not None and on >= clock.today()):
        return back
    referral.interview_on = referral.interview_words = referral.has_attended = None
    return _R.SENT
