"""The end of a job wherever it is learnt (离职): seat and referral, placement, household, case, in one transaction."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.placements import PlacementEnd
from matcher.kinds.referrals import ReferralState
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.placements import ending
from matcher.services.placements.sight import get_placement
from matcher.services.referrals import arrivals, locks
from matcher.services.referrals.sight import require_party
from matcher.services.rows import expect_version

_IN_WORK = (ReferralState.REPORTED, ReferralState.IN_POST)


def end_job(
    session: Session,
    by: Actor,
    placement_id: int,
    *,
    on: dt.date,
    reason: PlacementEnd,
    words: str | None = None,
    expected_version: int | None = None,
) -> Placement:
    """Record the last day of a placement, and of the referral it came from: its seat is free again.

    Raises
    ------
    RuleBrokenError
        It ended or was revoked before.
    """
    require_party(by)
    placement = get_placement(session, by, placement_id)
    expect_version(placement, expected_version)
    referral = _running(session, placement)
    if referral is not None:
        locks.lock_referral(session, referral)
    if placement.is_live or referral is None:
        ending.end(session, by, placement_id, on=on, reason=reason, words=words)
    if referral is not None:
        arrivals.end_job(session, by, referral.id, on=max(on, referral.reported_on or on))
    return placement


def _running(session: Session, placement: Placement) -> Referral | None:
    """Return the referral of a placement if the person still holds its seat."""
    if placement.referral_id is None:
        return None
    return session.scalar(
        sa.select(Referral).where(
            Referral.id == placement.referral_id,
            Referral.state.in_(_IN_WORK),
            Referral.left_on.is_(None),
        )
    )
