"""One scan a scanner made without network, as it brings it home."""

import datetime as dt
from dataclasses import dataclass, replace

from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.fair_visitors import FairEntry

PASSES = frozenset({EntryKind.ENTERED, EntryKind.RETURNED, EntryKind.LEFT})
"""What went through the door, as the scanner decided it."""

LATE = "/offline"
"""Ends the number of a second row about a scan: the server had answered, the answer was lost on the way."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What the scanner says of a scan.

    Attributes
    ----------
    code : as scanned or typed
    session : public id of the session it was counted at
    kind : what the scanner decided; never a conflict
    at : when, by its clock put right by ours
    is_not_let_in : the server let in, but its answer never came and the scanner refused: nobody went in
    """

    number: str
    code: str
    session: str
    kind: EntryKind
    refusal: EntryRefusal | None
    at: dt.datetime
    is_not_let_in: bool = False

    @property
    def is_in(self) -> bool:
        """Say whether it went in, for what went through the door."""
        return self.kind is not EntryKind.LEFT

    def timed(self, at: dt.datetime) -> "Brought":
        """Return the same scan at another instant."""
        return replace(self, at=at)


def numbered_again(one: Brought, before: FairEntry) -> Brought | None:
    """Return what is still to be written of a scan the server has a row of; None if that row says all.

    The row is there because the server answered and the answer was lost, so the scanner decided by itself.
    """
    passed, passes = before.kind in PASSES, one.kind in PASSES
    if passes and before.kind is EntryKind.REFUSED:
        return replace(one, number=one.number + LATE)
    if passed and not passes and before.kind is not EntryKind.LEFT:
        return replace(
            one,
            number=one.number + LATE,
            kind=EntryKind.LEFT,
            refusal=None,
            at=max(one.at, before.at),
            is_not_let_in=True,
        )
    return None
