"""What the log of a booth comes to (接触的现状): the steps that count, folded into one standing.

A step somebody undid counts no more, wherever it stands in the log. The last decision that counts, intent or refusal,
is the one that stands; without one, an interview; without that, the meeting.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.kinds.fair_hall import ContactState, ContactStepKind
from matcher.kinds.referrals import RefusalReason

_K = ContactStepKind
_DECISIONS = (_K.INTENT, _K.REFUSED)
UNDOABLE = frozenset({_K.RESUME, _K.INTERVIEWED, _K.INTENT, _K.REFUSED})
"""A scan is no decision and a note is written over: neither is undone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the log, as far as it matters here."""

    id: int
    kind: ContactStepKind
    at: dt.datetime
    posting_id: int | None = None
    reason: RefusalReason | None = None
    undoes_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands.

    Attributes
    ----------
    posting_id : of the last intent that counts, also where a refusal followed
    intent_at : when the intent that stands was reached; None unless the state is one
    """

    state: ContactState
    posting_id: int | None
    reason: RefusalReason | None
    resume_at: dt.datetime | None
    interviewed_at: dt.datetime | None
    intent_at: dt.datetime | None


def counting(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that count, in the order of the log: neither undone nor an undoing."""
    undone = {step.undoes_id for step in steps if step.kind is _K.UNDONE}
    return [step for step in steps if step.kind is not _K.UNDONE and step.id not in undone]


def standing_of(steps: Sequence[Step]) -> Standing:
    """Fold a log in its order into where the contact stands."""
    counted = counting(steps)
    decisions = [step for step in counted if step.kind in _DECISIONS]
    intents = [step for step in counted if step.kind is _K.INTENT]
    last = decisions[-1] if decisions else None
    interviewed_at = _first(counted, _K.INTERVIEWED)
    is_intent = last is not None and last.kind is _K.INTENT
    return Standing(
        state=_state(last, is_interviewed=interviewed_at is not None),
        posting_id=intents[-1].posting_id if intents else None,
        reason=last.reason if last is not None and not is_intent else None,
        resume_at=_first(counted, _K.RESUME),
        interviewed_at=interviewed_at,
        intent_at=last.at if last is not None and is_intent else None,
    )


def _first(steps: Sequence[Step], kind: ContactStepKind) -> dt.datetime | None:
    return next((step.at for step in steps if step.kind is kind), None)


def _state(last: Step | None, *, is_interviewed: bool) -> ContactState:
    if last is not None:
        return ContactState.INTENT if last.kind is _K.INTENT else ContactState.REFUSED
    return ContactState.INTERVIEWED if is_interviewed else ContactState.MET


def adds_nothing(steps: Sequence[Step], step: Step) -> bool:
    """Say whether a step says what stands already, so that pressing twice writes once."""
    before, after = standing_of(steps), standing_of([*steps, step])
    if step.kind is _K.INTENT:
        return before.state is after.state and before.posting_id == after.posting_id
    return step.kind not in (_K.SCANNED, _K.NOTED) and before == after


def undoable(steps: Sequence[Step]) -> Step | None:
    """Return the step an undo would take back: the last one, if it counts and may be taken back.

    A note written since does not stand in the way; anything else does.
    """
    for step in reversed(steps):
        if step.kind is _K.NOTED:
            continue
        is_counted = any(one.id == step.id for one in counting(steps))
        return step if step.kind in UNDOABLE and is_counted else None
    return None
