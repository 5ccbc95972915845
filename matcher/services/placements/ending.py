"""The end of a placement (去向结束): the last day of a job, or a job that never began; case and household follow."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import PlacementEnd, PlacementState, RevocationReason
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements import asking, case_effects, household_effects
from matcher.services.placements.from_referral import placement_of
from matcher.services.placements.reviewing import take_back
from matcher.services.placements.sight import get_placement
from matcher.services.placements.stepping import note
from matcher.services.referrals.sight import require_party


def end(
    session: Session,
    by: Actor,
    placement_id: int,
    *,
    on: dt.date,
    reason: PlacementEnd,
    words: str | None = None,
    expected_version: int | None = None,
) -> Placement:
    """Record the last day of a placement; the person is served again and the household looked at anew.

    Raises
    ------
    RuleBrokenError
        It ended or was revoked before.
    """
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
    else:
        require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(
        session, by, placement_id, lock=True, expected_version=expected_version
    )
    if not placement.is_live:
        raise RuleBrokenError("placement_over", "这条去向已经结束或撤销。")
    if not placement.started_on <= on <= clock.today():
        said = "结束日期应在开始之后、今天或以前。"
        raise InvalidInputError("placement_input", said, fields={"on": said})
    finish(session, by, placement, on, reason, words)
    return placement


def finish(
    session: Session,
    actor: Actor,
    placement: Placement,
    on: dt.date,
    reason: PlacementEnd,
    words: str | None = None,
) -> None:
    """End a live placement that is locked, with what follows; callers have asked who may."""
    placement.ended_on, placement.end_reason = on, reason
    session.flush()
    note(
        session,
        actor,
        placement,
        "ended",
        before=placement.state,
        reason=reason.value,
        words=words,
        facts={"on": on.isoformat()},
    )
    asking.settle(session, actor, placement)
    household_effects.end(session, actor, placement)
    counted = placement.state is PlacementState.VERIFIED or placement.closed_case
    if counted or case_effects.is_unserved(session, placement):
        case_effects.reopen_case(session, placement)
    session.flush()


def end_of_referral(session: Session, by: Actor, referral: Referral) -> Placement | None:
    """End the placement of a referral whose job ended (离职)."""
    require_party(by)
    placement = placement_of(session, referral)
    if placement is None or not placement.is_live or referral.left_on is None:
        return None
    finish(
        session,
        by,
        placement,
        max(referral.left_on, placement.started_on),
        PlacementEnd.OTHER,
    )
    return placement


def not_begun(session: Session, by: Actor, referral: Referral) -> Placement | None:
    """Revoke the placement of a referral that fell through after all (未能报到)."""
    require_party(by)
    placement = placement_of(session, referral)
    if placement is None or not placement.is_live:
        return None
    take_back(session, by, placement, RevocationReason.NOT_BEGUN)
    return placement
