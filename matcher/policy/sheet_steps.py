"""Which state of a sheet (统计表) may follow which, by what is done; the only place that says so.

A returned edition is over: its successor is a new edition, so that what was signed is never written over.
"""

from collections.abc import Mapping

from matcher.kinds.sheets import SheetAct, SheetState

_S, _A = SheetState, SheetAct

SHEET_STEPS: Mapping[SheetState, Mapping[SheetAct, SheetState]] = {
    _S.DRAFT: {_A.FILLED: _S.FILLED, _A.SEALED: _S.SEALED},
    _S.FILLED: {
        _A.SENT_BACK: _S.DRAFT,
        _A.TAKEN_BACK: _S.DRAFT,
        _A.SUBMITTED: _S.SUBMITTED,
        _A.SEALED: _S.SEALED,
    },
    _S.SUBMITTED: {_A.ACCEPTED: _S.ACCEPTED, _A.RETURNED: _S.RETURNED},
    _S.ACCEPTED: {_A.RETURNED: _S.RETURNED},
    _S.RETURNED: {},
    _S.SEALED: {},
}
"""State → what may be done → state after it."""


def state_after(state: SheetState, act: SheetAct) -> SheetState | None:
    """Return the state an act leads to; None if it cannot be done in this state."""
    return SHEET_STEPS[state].get(act)
