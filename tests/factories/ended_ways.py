"""Everything on the way to a job (推荐、去向、回访、培训) made to have ended long ago: what goes on keeps a person."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.follow_ups import CallBackState
from matcher.kinds.referrals import ReferralState
from matcher.kinds.training import TrainingState
from matcher.models.follow_ups import CallBack
from matcher.models.placements import Placement, PlacementStep
from matcher.models.referrals import Referral
from matcher.models.training import TrainingReferral


def end_the_way(session: Session) -> None:
    """Let all that goes on have ended in 2012."""
    at = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
    over = {"state": ReferralState.EXPIRED, "asked_at": at, "held_state": None}
    session.execute(sa.update(Referral).values(over))
    session.execute(sa.update(TrainingReferral).values(state=TrainingState.EXPIRED, asked_at=at))
    session.execute(sa.update(Placement).values(recorded_at=at))
    session.execute(sa.update(PlacementStep).values(at=at))
    session.execute(
        sa.update(CallBack).values(
            state=CallBackState.DROPPED, answer=None, left_on=None, settled_at=at
        )
    )
