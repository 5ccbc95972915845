"""Aid for the same person, purpose and year from several hands (重复帮扶): shown to a person who decides.

Nothing is refused by the house itself. Looking goes across the whole tree, since a family moves; of another union's
entry only the programme, the day and the amount are told, not the union.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.money import DuplicateAnswer
from matcher.models.money import DuplicateDecision, LedgerEntry
from matcher.services import audit
from matcher.services.money.people import Person, require_in_scope, same_person
from matcher.services.permissions import Actor

_REASON_LENGTH = 4
"""Characters a reason needs at least."""


@dataclass(frozen=True)
class SameAid:
    """What somebody had for the same purpose in the same year, and what was decided on it."""

    entries: Sequence[LedgerEntry]
    decision: DuplicateDecision | None
    """The newest that knew of every entry; None waits for one."""

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide."""
        return bool(self.entries) and self.decision is None


def find_same(session: Session, person: Person, purpose: str, year: int) -> list[LedgerEntry]:
    """Return standing entries of a person for a purpose and year, from any payer and union, oldest first."""
    reversal = aliased(LedgerEntry)
    found = (
        sa.select(LedgerEntry)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(
            same_person(person),
            LedgerEntry.purpose == purpose,
            LedgerEntry.year == year,
            LedgerEntry.reverses_id.is_(None),
            reversal.id.is_(None),
        )
        .order_by(LedgerEntry.happened_on, LedgerEntry.id)
    )
    return list(session.scalars(found))


def same_aid(
    session: Session, subject: tuple[str, int], person: Person, purpose: str, *, year: int
) -> SameAid:
    """Return equal aid beside a subject (a payment line, an application), with the decision on it."""
    own = sa.and_(LedgerEntry.subject_kind == subject[0], LedgerEntry.subject_id == subject[1])
    paid = set(session.scalars(sa.select(LedgerEntry.id).where(own)))
    entries = [one for one in find_same(session, person, purpose, year) if one.id not in paid]
    if not entries:
        return SameAid([], None)
    newest = session.scalar(
        sa.select(DuplicateDecision)
        .where(
            DuplicateDecision.subject_kind == subject[0],
            DuplicateDecision.subject_id == subject[1],
        )
        .order_by(DuplicateDecision.id.desc())
        .limit(1)
    )
    known = newest is not None and {one.id for one in entries} <= set(newest.entry_ids)
    return SameAid(entries, newest if known else None)


def decide(
    session: Session,
    by: Actor,
    subject: tuple[str, int],
    person: Person,
    purpose: str,
    *,
    year: int,
    answer: DuplicateAnswer,
    reason: str,
) -> DuplicateDecision:
    """Write down what a person decided on equal aid; for use cases that allowed it.

    Raises
    ------
    InvalidInputError
        No reason is given.
    """
    require_in_scope(session, by, person)
    if len(reason.strip()) < _REASON_LENGTH:
        words = "请写明决定的理由。"
        raise InvalidInputError("duplicate_reason", words, fields={"reason": words})
    row = DuplicateDecision(
        subject_kind=subject[0],
        subject_id=subject[1],
        graduate_id=person.graduate_id,
        member_id=person.member_id,
        purpose=purpose,
        year=year,
        entry_ids=[one.id for one in find_same(session, person, purpose, year)],
        answer=answer,
        reason=reason.strip(),
        decided_at=clock.now(),
        decided_by_id=by.account_id,
    )
    session.add(row)
    audit.record(session, by, "money.duplicate_decided", subject=subject, answer=answer, year=year)
    session.flush()
    return row
