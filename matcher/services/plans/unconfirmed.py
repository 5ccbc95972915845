"""Proposals of a plan nobody of the staff has confirmed yet (待专干确认): the person does not see them before."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.referrals import ReferralState
from matcher.models.plans import PlanPublication
from matcher.models.referrals import Referral


def is_unconfirmed() -> sa.ColumnElement[bool]:
    """Return the condition on `Referral` that a plan proposed it and nobody let the person be asked yet."""
    row = aliased(PlanPublication)
    waits = sa.exists().where(
        row.referral_id == Referral.id,
        row.published_as.in_((PublishedAs.MADE, PublishedAs.STANDING)),
        row.confirmed_at.is_(None),
    )
    return sa.and_(Referral.state == ReferralState.PROPOSED, waits)
