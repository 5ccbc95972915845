"""Aid for the same person, purpose and year from several hands (重复帮扶): shown to a person who decides.

Nothing is refused by the house itself. Looking goes across the whole tree, since a family moves; of another union's
entry only the programme, the day and the amount are told, not the union. A list under way is looked at like the
ledger, so that nobody is paid by two lists unasked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.money import DuplicateAnswer, PaymentListState
from matcher.models.money import DuplicateDecision, LedgerEntry, PaymentLine, PaymentList
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
    """The newest that knew of all of them; None waits for one."""
    lines: Sequence[PaymentLine] = ()
    """Lines of lists under way, which will be entries when they are paid."""

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide."""
        return bool(self.entries or self.lines) and self.decision is None


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


_LINE = "payment_line"
_UNDER_WAY = (PaymentListState.SUBMITTED, PaymentListState.APPROVED)


def _lines_under_way(
    session: Session, own: PaymentLine, person: Person, purpose: str, year: int
) -> list[PaymentLine]:
    """Return lines for the same on lists sent and not paid, and those that stand before a line on its own list."""
    before = sa.and_(
        PaymentLine.list_id == own.list_id,
        PaymentLine.id < own.id,
        PaymentList.state != PaymentListState.PAID,
    )
    elsewhere = sa.and_(PaymentLine.list_id != own.list_id, PaymentList.state.in_(_UNDER_WAY))
    found = (
        sa.select(PaymentLine)
        .join(PaymentList, PaymentList.id == PaymentLine.list_id)
        .where(
            same_person(person, PaymentLine),
            PaymentLine.purpose == purpose,
            PaymentList.year == year,
            sa.or_(before, elsewhere),
        )
        .order_by(PaymentLine.id)
    )
    return list(session.scalars(found))


def _own_entries(session: Session, subject: tuple[str, int], line: PaymentLine | None) -> set[int]:
    """Return the entries that pay a subject itself; to a line, those after it on the list are none beside it."""
    own = sa.and_(LedgerEntry.subject_kind == subject[0], LedgerEntry.subject_id == subject[1])
    if line is not None:
        later = sa.select(PaymentLine.id).where(
            PaymentLine.list_id == line.list_id, PaymentLine.id >= line.id
        )
        own = LedgerEntry.list_line_id.in_(later)
    return set(session.scalars(sa.select(LedgerEntry.id).where(own)))


def same_aid(
    session: Session,
    subject: tuple[str, int],
    person: Person,
    purpose: str,
    *,
    year: int,
    under_way: bool = True,
) -> SameAid:
    """Return equal aid beside a subject (a payment line, an application), with the decision on it.

    Parameters
    ----------
    under_way : to a payment line, look at the lists under way too, not at the ledger alone
    """
    line = session.get(PaymentLine, subject[1]) if subject[0] == _LINE else None
    paid = _own_entries(session, subject, line)
    entries = [one for one in find_same(session, person, purpose, year) if one.id not in paid]
    lines = []
    if line is not None and under_way:
        lines = _lines_under_way(session, line, person, purpose, year)
    if not entries and not lines:
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
    known = newest is not None and _knew(session, newest, line, entries, lines)
    return SameAid(entries, newest if known else None, lines)


def _knew(
    session: Session,
    decision: DuplicateDecision,
    own: PaymentLine | None,
    entries: Sequence[LedgerEntry],
    lines: Sequence[PaymentLine],
) -> bool:
    """Say whether a decision knew of all aid: what a list pays was known from the day the list was sent."""
    new = [one for one in entries if one.id not in decision.entry_ids]
    if any(one.list_line_id is None for one in new):
        return False
    ids = {one.list_line_id for one in new} | {one.id for one in lines}
    since = sa.case(
        (PaymentLine.list_id == (own.list_id if own else None), PaymentLine.entered_at),
        else_=sa.func.coalesce(PaymentList.submitted_at, PaymentLine.entered_at),
    )
    later = (
        sa.select(PaymentLine.id)
        .join(PaymentList, PaymentList.id == PaymentLine.list_id)
        .where(PaymentLine.id.in_(ids), since > decision.decided_at)
    )
    return session.scalars(later.limit(1)).first() is None


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
