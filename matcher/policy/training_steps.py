"""Which state of a training referral (培训转介) may follow which, by kind of course; the only place that says so.

An internship (就业见习) and start-up support (创业扶持) give no certificate. Nothing here is a job: HIRED needs a
settled referral or a placement, which the table's CHECK holds, so a finished internship counts as a service. A
certificate that comes after the job is no step: it is entered at HIRED, which stays.
"""

from collections.abc import Mapping

from matcher.kinds.training import CourseKind, TrainingState

_T = TrainingState

TRAINING_STEPS: Mapping[TrainingState, frozenset[TrainingState]] = {
    _T.WAITING: frozenset({_T.PROPOSED, _T.DROPPED}),
    _T.PROPOSED: frozenset({_T.ACCEPTED, _T.REFUSED, _T.EXPIRED, _T.DROPPED}),
    _T.ACCEPTED: frozenset({_T.ATTENDING, _T.REFUSED, _T.DROPPED}),
    _T.ATTENDING: frozenset({_T.FINISHED, _T.DROPPED}),
    _T.FINISHED: frozenset({_T.CERTIFIED, _T.HIRED}),
    _T.CERTIFIED: frozenset({_T.HIRED}),
    _T.HIRED: frozenset(),
    _T.REFUSED: frozenset(),
    _T.EXPIRED: frozenset(),
    _T.DROPPED: frozenset(),
}
"""State → states a step may lead to."""

ENDS = frozenset({_T.REFUSED, _T.EXPIRED, _T.DROPPED})
"""Over without having finished: the place is free again, the person may be referred anew."""

HOLDS_PLACE = frozenset(_T) - ENDS - {_T.WAITING}
"""States in which a person takes one of the course's places (名额)."""

ENROLLED = frozenset({_T.ATTENDING, _T.FINISHED, _T.CERTIFIED, _T.HIRED})
"""States that say of themselves that somebody took part; who dropped out is told by `attending_on`."""


def may_follow(kind: CourseKind, before: TrainingState, after: TrainingState) -> bool:
    """Say whether a training referral to a course of a kind may go from one state to another."""
    if after is _T.CERTIFIED and not kind.gives_certificate:
        return False
    return after in TRAINING_STEPS[before]
