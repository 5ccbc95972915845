"""Whether somebody has a job (已就业): by a referral that goes on, or by a placement recorded otherwise.

Who has one is proposed, sent, offered anew and accepts nowhere else, and what waits for them is taken back.
"""

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import SETTLED
from matcher.models.placements import Placement
from matcher.models.referrals import Referral


def has_job(graduate: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """Return the condition that the person of a column has a job."""
    other = aliased(Referral)
    settled = sa.exists().where(
        other.graduate_id == graduate,
        other.state.in_(sorted(SETTLED)),
        other.left_on.is_(None),
    )
    return sa.or_(settled, _is_placed(graduate))


def _is_placed(graduate: InstrumentedAttribute[int] | int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Placement.graduate_id == graduate,
        Placement.state != PlacementState.REVOKED,
        Placement.ended_on.is_(None),
        Placement.is_outcome,
    )


def has_placement(session: Session, graduate_id: int) -> bool:
    """Say whether somebody has a live placement that counts as work, whoever recorded it."""
    return bool(session.scalar(sa.select(_is_placed(graduate_id))))
