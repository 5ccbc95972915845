"""What is known of an intent (意向) from what each side told: an intent is no hire until somebody says so.

One side's word makes a hire as long as the other does not deny it; if they disagree it is no hire until staff have
asked. What staff found out settles it, and a job on record settles it before everything else.
"""

from matcher.kinds.fair_reports import FollowState, OutcomeSaid

HIRES = frozenset({FollowState.HIRED, FollowState.STARTED})
"""States that count as hires (录用)."""

SETTLED = HIRES | {FollowState.NOT_HIRED, FollowState.NOT_GOING, FollowState.LOST}
"""States nobody needs to be asked about any more."""

_YES = frozenset({OutcomeSaid.HIRED, OutcomeSaid.STARTED})
_NO = frozenset({OutcomeSaid.NOT_HIRED, OutcomeSaid.NOT_GOING})

_FOUND_OUT = {
    OutcomeSaid.HIRED: FollowState.HIRED,
    OutcomeSaid.STARTED: FollowState.STARTED,
    OutcomeSaid.NOT_HIRED: FollowState.NOT_HIRED,
    OutcomeSaid.NOT_GOING: FollowState.NOT_GOING,
    OutcomeSaid.LOST: FollowState.LOST,
    OutcomeSaid.TALKING: FollowState.OPEN,
}


def settle(
    employer: OutcomeSaid | None,
    visitor: OutcomeSaid | None,
    *,
    staff: OutcomeSaid | None = None,
    has_placement: bool = False,
) -> FollowState:
    """Return what is known of an intent.

    Parameters
    ----------
    employer, visitor, staff : the last word of each, None while it said nothing
    has_placement : a job at this employer, begun since the fair, is on record
    """
    if has_placement:
        return FollowState.STARTED
    if staff is not None and not (staff is OutcomeSaid.LOST and (employer or visitor)):
        return _FOUND_OUT[staff]
    told = {employer, visitor} - {None}
    if told & _YES and told & _NO:
        return FollowState.DISPUTED
    if OutcomeSaid.STARTED in told:
        return FollowState.STARTED
    if OutcomeSaid.HIRED in told:
        return FollowState.HIRED
    if OutcomeSaid.NOT_GOING in told:
        return FollowState.NOT_GOING
    if OutcomeSaid.NOT_HIRED in told:
        return FollowState.NOT_HIRED
    return FollowState.LOST if staff is OutcomeSaid.LOST else FollowState.OPEN
