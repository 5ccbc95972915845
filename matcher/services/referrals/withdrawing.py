"""Taking referrals back (撤回推荐), one or all of a person, a posting or an employer; seats come free."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.referrals import PENDING, HoldEnd, ReferralState, WithdrawalReason
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import after_steps, locks, seat_holds, stepping
from matcher.services.referrals.sight import referrals_in_sight, require_person


def withdraw(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    reason: WithdrawalReason,
    expected_version: int | None = None,
) -> Referral:
    """Take a pending referral back; a person does so by withdrawing consent."""
    _check_reason(by, reason)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    return _withdraw(session, by, referral, reason)


def _check_reason(by: Actor, reason: WithdrawalReason) -> None:
    require_person(by)
    if by.graduate_id is not None and reason is not WithdrawalReason.CONSENT:
        raise RuleBrokenError("referral_own_reason", "本人不接受推荐时请选择“不接受”。")


def withdraw_for_plan(session: Session, by: Actor, referral_id: int, *, plan_id: int) -> Referral:
    """Take back what a plan proposed, because the plan was taken back or made anew.

    Its seat goes to whom the plan says, not to the next in line (递补).
    """
    require_person(by)
    referral = stepping.begin(session, by, referral_id)
    reason, ended_as = WithdrawalReason.REPLANNED, HoldEnd.REPLANNED
    return _withdraw(session, by, referral, reason, ended_as=ended_as, plan=plan_id)


def _withdraw(
    session: Session,
    by: Actor,
    referral: Referral,
    reason: WithdrawalReason,
    *,
    ended_as: HoldEnd = HoldEnd.WITHDRAWN,
    **facts: int,
) -> Referral:
    referral.withdrawal_reason, referral.ended_by_id = reason, None
    told = {"reason": reason.value, **facts}
    stepping.step(session, by, referral, ReferralState.WITHDRAWN, facts=told)
    seat_holds.end_hold(session, by, referral, ended_as)
    after_steps.after_withdrawn(session, by, referral)
    session.flush()
    return referral


def withdraw_all(
    session: Session,
    by: Actor,
    *,
    reason: WithdrawalReason,
    graduate_id: int | None = None,
    posting_id: int | None = None,
    employer_id: int | None = None,
) -> list[Referral]:
    """Take back every pending referral in sight of those named; a second time changes nothing.

    Parameters
    ----------
    graduate_id, posting_id, employer_id : whose; those given must all agree
    """
    _check_reason(by, reason)
    wanted = {
        Referral.graduate_id: graduate_id,
        Referral.posting_id: posting_id,
        Referral.employer_id: employer_id,
    }
    named = [column == number for column, number in wanted.items() if number is not None]
    if not named:
        raise ValueError("withdrawing everything of everybody is no act of anybody")
    which = sa.and_(*named, Referral.state.in_(sorted(PENDING)), referrals_in_sight(by))
    people = list(session.scalars(sa.select(Referral.graduate_id).where(which).distinct()))
    locks.lock_graduates(session, people)
    locks.lock_seats(session, graduate_ids=people)
    found = locks.lock_referrals(session, which & Referral.graduate_id.in_(people))
    return [_withdraw(session, by, referral, reason) for referral in found]
