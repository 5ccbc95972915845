"""Accepting an offer (接受录用): the seat, and the end of everything else the person waits for, in one transaction.

However many accept the last seat at once, one gets it: seats are locked in order, and one live hold a seat and one
settled referral a person are partial unique indexes.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import PENDING, HoldEnd, ReferralState, WithdrawalReason
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import after_steps, judging, locks, seat_holds, stepping
from matcher.services.referrals.sight import get_referral, require_person
from matcher.services.rows import expect_version, unique_or


def accept(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> Referral:
    """Accept an offer: take the seat held for it, else any free one that admits the person.

    The person's other pending referrals end, and the seats held for them are free again.

    Raises
    ------
    RuleBrokenError
        No offer stands, no seat is left, or the person has a job already.
    """
    require_person(by)
    seen = get_referral(session, by, referral_id)
    referral = locks.lock_referral(session, seen, all_seats=True)
    others = locks.lock_referrals(session, _others(referral))
    expect_version(referral, expected_version)
    stepping.wake(session, by, referral)
    stepping.expect_state(referral, ReferralState.OFFERED)
    has_job = judging.job_refusal(session, referral.graduate_id)
    if has_job is not None:
        raise has_job
    with unique_or(session, judging.already_settled()):
        stepping.step(session, by, referral, ReferralState.ACCEPTED)
    seat = seat_holds.settle_seat(session, referral) or seat_holds.take_seat(session, by, referral)
    if seat is None:
        raise seat_holds.seat_gone()
    for other in others:
        _end_other(session, by, other, referral)
    after_steps.after_accepted(session, by, referral)
    session.flush()
    return referral


def _others(referral: Referral) -> sa.ColumnElement[bool]:
    return sa.and_(
        Referral.graduate_id == referral.graduate_id,
        Referral.id != referral.id,
        Referral.state.in_(sorted(PENDING)),
    )


def _end_other(session: Session, by: Actor, other: Referral, accepted: Referral) -> None:
    """End a pending referral because the person accepted another; it is offered again first if that fails."""
    other.withdrawal_reason, other.ended_by_id = WithdrawalReason.PLACED, accepted.id
    facts = {"reason": WithdrawalReason.PLACED.value, "accepted": accepted.id}
    stepping.step(session, by, other, ReferralState.WITHDRAWN, facts=facts)
    seat_holds.end_hold(session, by, other, HoldEnd.PLACED)
    after_steps.after_withdrawn(session, by, other)
