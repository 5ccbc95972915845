"""Proposals of a plan nobody of the staff has confirmed yet (待专干确认): the person does not see them before."""

import sqlalchemy as sa

from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.referrals import ReferralState
from matcher.models.plans import PlanPublication
from matcher.models.referrals import Referral


def is_unconfirmed() -> sa.ColumnElement[bool]:
    """Return the condition on `Referral` that a plan proposed it and nobody let the person be asked yet."""
    waits = sa.exists().where(
        PlanPublication.referral_id == Referral.id,
        PlanPublication.published_as.in_((PublishedAs.MADE, PublishedAs.STANDING)),
        PlanPublication.confirmed_at.is_(None),
    )
    return sa.and_(Referral.state == ReferralState.PROPOSED, waits)
