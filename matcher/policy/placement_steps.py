"""Which state of a placement (去向) may follow which; the only place that says so.

A revoked placement stays revoked: somebody who did begin after all gets a new one.
"""

from collections.abc import Mapping

from matcher.kinds.placements import PlacementState

_P = PlacementState

PLACEMENT_STEPS: Mapping[PlacementState, frozenset[PlacementState]] = {
    _P.REPORTED: frozenset({_P.CHECKING, _P.DOUBTED, _P.REVOKED}),
    # Back to REPORTED when papers are missing.
    _P.CHECKING: frozenset({_P.VERIFIED, _P.REPORTED, _P.DOUBTED, _P.REVOKED}),
    _P.VERIFIED: frozenset({_P.DOUBTED, _P.REVOKED}),
    _P.DOUBTED: frozenset({_P.CHECKING, _P.REVOKED}),
    _P.REVOKED: frozenset(),
}
"""State → states a step may lead to."""


def may_follow(before: PlacementState, after: PlacementState) -> bool:
    """Say whether a placement may go from one state to another."""
    return after in PLACEMENT_STEPS[before]
