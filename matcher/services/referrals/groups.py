"""Whose turn it is in a referral (轮到谁): the groups lists are read by, as conditions on the table.

A job that ended counts as settled and over, whatever state it ended in.
"""

from enum import StrEnum

import sqlalchemy as sa

from matcher.kinds.referrals import LIVE, ReferralState
from matcher.models.referrals import Referral

_R = ReferralState


class ReferralGroup(StrEnum):
    """One tab of the list; each referral is in exactly one."""

    PERSON = "person"
    EMPLOYER = "employer"
    INTERVIEW = "interview"
    OFFER = "offer"
    ACCEPTED = "accepted"
    IN_POST = "in_post"
    ENDED = "ended"


STATES: dict[ReferralGroup, frozenset[ReferralState]] = {
    ReferralGroup.PERSON: frozenset({_R.PROPOSED}),
    ReferralGroup.EMPLOYER: frozenset({_R.SENT, _R.ON_HOLD}),
    ReferralGroup.INTERVIEW: frozenset({_R.INTERVIEW}),
    ReferralGroup.OFFER: frozenset({_R.OFFERED}),
    ReferralGroup.ACCEPTED: frozenset({_R.ACCEPTED}),
    ReferralGroup.IN_POST: frozenset({_R.REPORTED, _R.IN_POST}),
    ReferralGroup.ENDED: frozenset(ReferralState) - LIVE,
}
"""Group → states; ENDED holds besides them every job that ended."""

_GROUP_OF = {state: group for group, states in STATES.items() for state in states}


def group_of(state: ReferralState, *, has_left: bool) -> ReferralGroup:
    """Return the group of a referral."""
    return ReferralGroup.ENDED if has_left else _GROUP_OF[state]


def in_group(group: ReferralGroup) -> sa.ColumnElement[bool]:
    """Return the condition on `Referral` for the rows of a group."""
    among = Referral.state.in_(sorted(STATES[group]))
    if group is ReferralGroup.ENDED:
        return sa.or_(among, Referral.left_on.is_not(None))
    return sa.and_(among, Referral.left_on.is_(None))
