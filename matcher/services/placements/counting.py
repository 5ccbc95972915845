"""Which placements count (计入): the one condition figures, targets and lists share.

Only 已核 counts, of codes their list counts as 落实; 70, 71 and 72 never. A placement that ended was one all the
same: whether people still work is asked with `still_there`.
"""

import sqlalchemy as sa

from matcher.kinds.placements import PlacementState
from matcher.models.placements import Placement


def counted() -> sa.ColumnElement[bool]:
    """Return the condition on `Placement` for placements that count."""
    return sa.and_(Placement.state == PlacementState.VERIFIED, Placement.is_outcome)


def helped() -> sa.ColumnElement[bool]:
    """Return the condition for placements the union brought about (工会帮助实现就业)."""
    return sa.and_(counted(), Placement.is_helped)


def still_there() -> sa.ColumnElement[bool]:
    """Return the condition for counted placements that have not ended."""
    return sa.and_(counted(), Placement.ended_on.is_(None))
