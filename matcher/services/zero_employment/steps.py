"""Which state of a zero-employment claim (零就业家庭认定与清零) may follow which, and the clocks of each.

线索 → 申报 → 社区核实 → 公示 → 认定 → 援助中 → 一人就业 → 稳定 → 退出. Side exits pass through review and notice;
a household set apart may come back. Work that ends leads back to aid.
"""

from matcher.errors import RuleBrokenError
from matcher.kinds.zero_employment import ClaimState

_S = ClaimState

NEXT: dict[ClaimState, frozenset[ClaimState]] = {
    _S.CLUE: frozenset({_S.DECLARED, _S.NOT_FOUND}),
    _S.DECLARED: frozenset({_S.VERIFYING, _S.NOT_FOUND}),
    _S.VERIFYING: frozenset({_S.PUBLICITY, _S.DECLARED, _S.NOT_FOUND}),
    _S.PUBLICITY: frozenset({_S.RECOGNISED, _S.VERIFYING, _S.NOT_FOUND}),
    _S.RECOGNISED: frozenset({_S.AIDED, _S.ONE_WORKING}),
    _S.AIDED: frozenset({_S.ONE_WORKING, _S.EXIT_REVIEW}),
    _S.ONE_WORKING: frozenset({_S.STABLE, _S.AIDED}),
    _S.STABLE: frozenset({_S.EXITED, _S.AIDED}),
    _S.EXIT_REVIEW: frozenset({_S.EXIT_NOTICE, _S.AIDED, _S.ONE_WORKING}),
    _S.EXIT_NOTICE: frozenset({_S.SET_APART, _S.AIDED, _S.ONE_WORKING}),
    _S.SET_APART: frozenset({_S.AIDED, _S.ONE_WORKING}),
    _S.EXITED: frozenset(),
    _S.NOT_FOUND: frozenset(),
}
"""What may follow each state; those that nothing follows are final."""

BEFORE_RECOGNITION = (_S.CLUE, _S.DECLARED, _S.VERIFYING, _S.PUBLICITY)
UNCLEARED = (_S.RECOGNISED, _S.AIDED, _S.ONE_WORKING, _S.EXIT_REVIEW, _S.EXIT_NOTICE)
"""Recognised, in the denominator, and nobody works stably yet."""
CLEARED = (_S.STABLE, _S.EXITED)
APART = (_S.SET_APART,)
"""In the denominator, shown apart: left without work."""

_AID = ("zero_employment.one_employed",)
FIRST_REFERRAL = "zero_employment.first_referral"

CLOCKS: dict[ClaimState, tuple[str, ...]] = {
    _S.CLUE: ("zero_employment.clue",),
    _S.DECLARED: ("zero_employment.declaration",),
    _S.VERIFYING: ("zero_employment.verification",),
    _S.PUBLICITY: ("zero_employment.publicity",),
    _S.RECOGNISED: (FIRST_REFERRAL, *_AID),
    _S.AIDED: (FIRST_REFERRAL, *_AID),
    _S.ONE_WORKING: ("zero_employment.stable",),
    _S.STABLE: (),
    _S.EXIT_REVIEW: ("zero_employment.exit_review", *_AID),
    _S.EXIT_NOTICE: ("zero_employment.exit_notice", *_AID),
    _S.SET_APART: (),
    _S.EXITED: (),
    _S.NOT_FOUND: (),
}
"""Clocks that run in each state; proposing a side exit does not stop that of the first job."""


def check_step(before: ClaimState, after: ClaimState) -> None:
    """Raise RuleBrokenError unless one state may follow the other."""
    if after not in NEXT[before]:
        raise RuleBrokenError(
            "step_not_allowed",
            "现在的阶段不能这样办理，请刷新查看最新状态。",
            before=before.value,
            after=after.value,
        )
