"""Keeping a seat (保留席位) for a referral that goes on, by staff: at any moment before the person accepts."""

from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.referrals import PENDING, ReferralState
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import case_work, seat_holds, stepping


def keep_seat(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> Referral:
    """Hold a free seat that admits the person, those kept for such people first; an offer gets its seat so.

    Raises
    ------
    RuleBrokenError
        One is held for the referral already, none is free, or it does not wait for an answer.
    """
    require(by, Permission.REFER)
    referral = stepping.begin(
        session, by, referral_id, expected_version=expected_version, all_seats=True
    )
    stepping.expect_state(referral, *PENDING)
    if seat_holds.live_hold(session, referral.id) is not None:
        raise RuleBrokenError("seat_held_already", "已经为这条推荐保留了席位。")
    until_on = referral.decide_by_on if referral.state is ReferralState.OFFERED else None
    if seat_holds.take_seat(session, by, referral, until_on=until_on) is None:
        raise RuleBrokenError("seat_none_to_hold", "这个岗位现在没有可以为这位毕业生保留的席位。")
    stepping.note(
        session, by, referral, before=referral.state, facts={"seat": "kept"}, action="referral.kept"
    )
    case_work.follow_offer(session, by, referral)
    session.flush()
    return referral
