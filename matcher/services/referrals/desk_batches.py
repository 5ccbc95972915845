"""Sending or withdrawing many referrals at the desk (批量送出、撤回): every row is judged by the same rule as alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from matcher.kinds.referrals import PENDING, ReferralState, WithdrawalReason
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import locks, sending, withdrawing
from matcher.services.referrals.batches import MOST, judged_alone
from matcher.services.referrals.lists import ReferralLine, lines_of


class BatchAct(StrEnum):
    """What is done with all of them."""

    SEND = "send"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class DeskOutcome:
    """What became of one row; `line` is None for one out of sight, `refusal` for one that was done."""

    public_id: str
    line: ReferralLine | None
    refusal: str | None


def may_be_done(referral: Referral, act: BatchAct) -> bool:
    """Say whether a referral stands where the act begins; consent is looked at when it is done."""
    if act is BatchAct.SEND:
        return referral.state is ReferralState.PROPOSED
    return referral.state in PENDING


def do_many(
    session: Session,
    by: Actor,
    public_ids: Sequence[str],
    act: BatchAct,
    *,
    reason: WithdrawalReason = WithdrawalReason.OTHER,
) -> list[DeskOutcome]:
    """Do one act for each referral and return what became of each, in the order given."""
    require(by, Permission.REFER)
    wanted = list(dict.fromkeys(public_ids))[:MOST]
    known = {one.referral.public_id: one for one in lines_of(session, by, wanted)}
    people = [one.referral.graduate_id for one in known.values()]
    locks.lock_graduates(session, people)
    locks.lock_seats(session, graduate_ids=people)
    outcomes = []
    for public_id in wanted:
        line = known.get(public_id)
        refusal: str | None = "没有这条推荐，或不在您的管辖范围内。"
        if line is not None:
            number = line.referral.id
            done = judged_alone(session, _act(session, by, number, act, reason), number)
            refusal = done.words
        outcomes.append(DeskOutcome(public_id, line, refusal))
    session.flush()
    return outcomes


def _act(
    session: Session, by: Actor, referral_id: int, act: BatchAct, reason: WithdrawalReason
) -> Callable[[], Referral]:
    if act is BatchAct.SEND:
        return lambda: sending.send(session, by, referral_id)
    return lambda: withdrawing.withdraw(session, by, referral_id, reason=reason)
