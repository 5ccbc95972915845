"""Which state of an application for an entitlement may follow which; the only place that says so.

线索 → 备材料 → 已报 → 公示 → 发放 → 追回, beside it 未获批, 过期, 不办理. Who was refused or came too late may begin
anew in the same application: the log keeps the first way.
"""

from collections.abc import Mapping

from matcher.kinds.entitlements import EntitlementState

_S = EntitlementState

STEPS: Mapping[EntitlementState, frozenset[EntitlementState]] = {
    _S.CLUE: frozenset({_S.PREPARING, _S.SUBMITTED, _S.EXPIRED, _S.DROPPED}),
    _S.PREPARING: frozenset({_S.SUBMITTED, _S.EXPIRED, _S.DROPPED}),
    _S.SUBMITTED: frozenset({_S.PREPARING, _S.PUBLICITY, _S.PAID, _S.REFUSED, _S.DROPPED}),
    _S.PUBLICITY: frozenset({_S.PAID, _S.REFUSED, _S.DROPPED}),
    _S.PAID: frozenset({_S.RECLAIMED}),
    _S.RECLAIMED: frozenset(),
    _S.REFUSED: frozenset({_S.PREPARING}),
    _S.EXPIRED: frozenset({_S.PREPARING}),
    _S.DROPPED: frozenset({_S.PREPARING}),
}
"""State → states a step may lead to."""

NEEDS_WORDS = frozenset({_S.REFUSED, _S.DROPPED, _S.RECLAIMED})
"""States nobody enters without saying why."""

NEEDS_WORDS_BACK = frozenset({_S.REFUSED, _S.EXPIRED, _S.DROPPED, _S.SUBMITTED})
"""States from which going back to 备材料 wants a reason."""


def may_follow(before: EntitlementState, after: EntitlementState) -> bool:
    """Say whether an application may go from one state to another."""
    return after in STEPS[before]


def wants_words(before: EntitlementState, after: EntitlementState) -> bool:
    """Say whether a step wants a reason."""
    return after in NEEDS_WORDS or (after is _S.PREPARING and before in NEEDS_WORDS_BACK)
