"""What the chain asks of a kind of subject, and what it tells it: the shape of an entry in `effects.py`.

The chain knows no household: it asks the entry who entered the subject and which units it speaks of, and tells it
when it started, moved on, was approved, returned, refused.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.approvals import StepKind
from matcher.models.approvals import Approval
from matcher.services.permissions import Actor

Effect = Callable[[Session, Actor, Approval], None]


@dataclass(frozen=True, kw_only=True)
class SubjectFacts:
    """What the chain has to know of a subject."""

    entered_by: frozenset[int] = frozenset()
    """Accounts that entered, changed or visited it: none of them decides."""
    units: frozenset[str] = frozenset()
    """Names and credit codes of the enterprises it speaks of."""
    lines: dict[str, Any] = field(default_factory=dict)
    """What a publicity sheet may show: name (masked), unit, tier."""
    heading: str = ""
    """Masked words for queues, where the entry has no `headings`."""
    public_id: str | None = None
    """For addresses of the subject's own page, likewise."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """How a queue names a subject: masked, with the public id of its own page."""

    words: str
    number: str
    public_id: str | None


def nothing(_session: Session, _by: Actor, _approval: Approval) -> None:
    """Do nothing: the effect of who needs none."""


def ready(_session: Session, _subject_id: int, _step: StepKind) -> None:
    """Object to nothing."""


@dataclass(frozen=True, kw_only=True)
class SubjectRules:
    """One kind of subject: what it is, who sees it, what approval does to it."""

    about: Callable[[Session, int], SubjectFacts]
    sees: Callable[[Session, Actor, int], bool]
    """Whether somebody sees the subject whole, and with it the history of its approval."""
    headings: Callable[[Session, Collection[int]], dict[int, Heading]] | None = None
    """Headings of many subjects, in a constant number of queries; None asks `about` one by one."""
    require_ready: Callable[[Session, int, StepKind], None] = ready
    """Raise RuleBrokenError if the step cannot be ended yet (no visit recorded)."""
    started: Effect = nothing
    moved_on: Effect = nothing
    """A step ended and the next one waits; not after the last."""
    approved: Effect = nothing
    returned: Effect = nothing
    """Also when it is withdrawn: the subject goes back to who entered it."""
    refused: Effect = nothing
