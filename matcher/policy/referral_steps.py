"""Which state of a referral (推荐) and of a seat (席位) may follow which; the only place that says so.

Staff may record a step the table allows on behalf of either side. `ON_HOLD` goes back to where it was.
"""

from collections.abc import Mapping

from matcher.kinds import SeatState
from matcher.kinds.referrals import PENDING, ReferralState

_R = ReferralState

_ENDS_OF_PENDING = frozenset({_R.DECLINED, _R.WITHDRAWN, _R.EXPIRED})

REFERRAL_STEPS: Mapping[ReferralState, frozenset[ReferralState]] = {
    _R.PROPOSED: frozenset({_R.SENT, *_ENDS_OF_PENDING}),
    _R.SENT: frozenset({_R.INTERVIEW, _R.OFFERED, _R.REFUSED, _R.ON_HOLD, *_ENDS_OF_PENDING}),
    _R.INTERVIEW: frozenset({_R.OFFERED, _R.REFUSED, _R.ON_HOLD, *_ENDS_OF_PENDING}),
    _R.OFFERED: frozenset({_R.ACCEPTED, _R.REFUSED, *_ENDS_OF_PENDING}),
    _R.ON_HOLD: frozenset({_R.SENT, _R.INTERVIEW, _R.OFFERED, _R.REFUSED, *_ENDS_OF_PENDING}),
    _R.ACCEPTED: frozenset({_R.REPORTED, _R.FELL_THROUGH}),
    _R.REPORTED: frozenset({_R.IN_POST, _R.FELL_THROUGH}),
    _R.IN_POST: frozenset(),
    _R.REFUSED: frozenset(),
    _R.DECLINED: frozenset(),
    # Ended by an acceptance that fell through, or reopened after silence: as it was before.
    _R.WITHDRAWN: PENDING,
    _R.EXPIRED: PENDING,
    _R.FELL_THROUGH: frozenset(),
}
"""State → states a step may lead to."""

_S = SeatState

SEAT_STEPS: Mapping[SeatState, frozenset[SeatState]] = {
    _S.OPEN: frozenset({_S.HELD, _S.OFFERED, _S.FILLED, _S.CLOSED}),
    _S.HELD: frozenset({_S.OPEN, _S.OFFERED, _S.FILLED}),
    _S.OFFERED: frozenset({_S.OPEN, _S.FILLED}),
    _S.FILLED: frozenset({_S.OPEN}),
    _S.CLOSED: frozenset(),
}
"""The step to OPEN frees a seat (释放); FILLED → OPEN only when a job fell through or ended."""


def may_follow(before: ReferralState, after: ReferralState) -> bool:
    """Say whether a referral may go from one state to another."""
    return after in REFERRAL_STEPS[before]
