"""The ledger (台账): entries are booked and reversed, never changed; whoever books the same thing twice books it once.

A reversal is an entry of the same amount below zero, in the same year, programme and union, so that the plain sum of
the entries is the total whatever was reversed. A correction is a reversal and a new entry.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.money import EntrySource, Payer, ReversalReason
from matcher.models.money import LedgerEntry
from matcher.policy.programmes import Programme, get_programme
from matcher.services import audit
from matcher.services.money.people import Person, require_in_scope, whole_person
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found, unique_or

SUBJECT = "ledger_entry"
_FIRST_YEAR = 1990


@dataclass(frozen=True, kw_only=True)
class EntryInput:
    """A sum to be booked.

    Parameters
    ----------
    union_id : union whose books it stands in, and whose money it is if the programme is the union's own
    purpose : None is the programme's
    subject : kind and id of what was paid by it
    once_key : what may be booked once only; None may be booked any number of times
    payer_name : body that gave it, for money of others
    """

    programme: str
    union_id: int
    person: Person
    year: int
    amount_fen: int
    happened_on: dt.date
    source: EntrySource = EntrySource.RECORDED
    purpose: str | None = None
    subject: tuple[str, int] | None = None
    once_key: str | None = None
    list_line_id: int | None = None
    payer_name: str | None = None
    note: str | None = None


def record(session: Session, by: Actor, entry: EntryInput) -> LedgerEntry:
    """Record aid given without a payment list (如实登记): outside aid, or money given before this house was used.

    Raises
    ------
    InvalidInputError
        No programme of this name, no amount, a day to come, or no year of the product's.
    NotFoundError
        The person or the union is not in the actor's part of the tree.
    """
    require(by, Permission.RECORD_MONEY)
    require_in_scope(session, by, entry.person)
    return book(session, by, entry)


def book(session: Session, by: Actor, entry: EntryInput) -> LedgerEntry:
    """Book a sum, for use cases that allowed it; what was booked under the same key before is returned as it stands."""
    if not scope_of(by).admits(session, entry.union_id):
        raise not_found()
    programme = _checked(entry)
    standing = _booked(session, entry.once_key)
    if standing is not None:
        return standing
    row = _row(session, by, entry, programme)
    try:
        with unique_or(session, RuleBrokenError("entry_booked", "这笔款项已经入账。")):
            session.add(row)
    except RuleBrokenError:
        standing = _booked(session, entry.once_key)
        if standing is None:
            raise
        return standing
    audit.record(
        session,
        by,
        "money.booked",
        subject=(SUBJECT, row.id),
        programme=row.programme,
        amount_fen=row.amount_fen,
        year=row.year,
        union=row.union_id,
    )
    return row


def _booked(session: Session, once_key: str | None) -> LedgerEntry | None:
    if once_key is None:
        return None
    return session.scalar(sa.select(LedgerEntry).where(LedgerEntry.once_key == once_key))


def _checked(entry: EntryInput) -> Programme:
    fields = {}
    try:
        programme = get_programme(entry.programme)
    except LookupError:
        words = "请选择资助项目。"
        raise InvalidInputError("entry_input", words, fields={"programme": words}) from None
    if entry.amount_fen <= 0:
        fields["amount"] = "金额应大于零。"
    if entry.happened_on > clock.today():
        fields["happened_on"] = "发放日期不能晚于今天。"
    if not _FIRST_YEAR <= entry.year <= clock.today().year + 1:
        fields["year"] = "请核对年度。"
    if fields:
        raise InvalidInputError("entry_input", "登记有误，请修改标出的项目。", fields=fields)
    return programme


def _row(session: Session, by: Actor, entry: EntryInput, programme: Programme) -> LedgerEntry:
    person = whole_person(session, entry.person)
    is_own = programme.payer is Payer.UNION
    return LedgerEntry(
        payer=programme.payer,
        payer_union_id=entry.union_id if is_own else None,
        payer_name=None if is_own else (entry.payer_name or "").strip() or None,
        programme=programme.code,
        union_id=entry.union_id,
        graduate_id=person.graduate_id,
        member_id=person.member_id,
        household_id=person.household_id,
        year=entry.year,
        purpose=entry.purpose or programme.purpose,
        amount_fen=entry.amount_fen,
        source=entry.source,
        happened_on=entry.happened_on,
        entered_at=clock.now(),
        actor_id=by.account_id,
        list_line_id=entry.list_line_id,
        subject_kind=entry.subject[0] if entry.subject else None,
        subject_id=entry.subject[1] if entry.subject else None,
        once_key=entry.once_key,
        note=(entry.note or "").strip() or None,
    )


@dataclass(frozen=True, kw_only=True)
class ReversalInput:
    """Why and when an entry is taken back."""

    reason: ReversalReason
    happened_on: dt.date | None = None
    """Day the money came back, or the mistake was found; None is today."""
    note: str | None = None


def reverse(session: Session, by: Actor, entry_id: int, wish: ReversalInput) -> LedgerEntry:
    """Reverse an entry (冲销): the whole of it, by an entry of its own, once.

    Raises
    ------
    RuleBrokenError
        It is a reversal itself, or was reversed already.
    InvalidInputError
        A day before the entry's own or to come, or 其他 without words.
    """
    require(by, Permission.RECORD_MONEY)
    entry = get_entry(session, by, entry_id)
    day = wish.happened_on or clock.today()
    _check_reversal(entry, wish, day)
    row = LedgerEntry(
        **{name: getattr(entry, name) for name in _SAME},
        amount_fen=-entry.amount_fen,
        source=EntrySource.REVERSAL,
        happened_on=day,
        entered_at=clock.now(),
        actor_id=by.account_id,
        reverses_id=entry.id,
        reversal_reason=wish.reason,
        note=(wish.note or "").strip() or None,
    )
    with unique_or(session, RuleBrokenError("entry_reversed", "这笔款项已经冲销过。")):
        session.add(row)
    audit.record(
        session,
        by,
        "money.reversed",
        subject=(SUBJECT, entry.id),
        reversal=row.id,
        reason=wish.reason,
    )
    return row


_SAME = (
    "payer",
    "payer_union_id",
    "payer_name",
    "programme",
    "union_id",
    "graduate_id",
    "member_id",
    "household_id",
    "year",
    "purpose",
    "subject_kind",
    "subject_id",
)


def _check_reversal(entry: LedgerEntry, wish: ReversalInput, day: dt.date) -> None:
    if entry.reverses_id is not None:
        raise RuleBrokenError("entry_is_reversal", "冲销记录不能再冲销；需要时请重新登记。")
    fields = {}
    if not entry.happened_on <= day <= clock.today():
        fields["happened_on"] = "冲销日期应在发放以后，不晚于今天。"
    if wish.reason is ReversalReason.OTHER and not (wish.note or "").strip():
        fields["note"] = "请写明冲销原因。"
    if fields:
        raise InvalidInputError("reversal_input", "冲销有误，请修改标出的项目。", fields=fields)


def get_entry(session: Session, by: Actor, entry_id: int) -> LedgerEntry:
    """Return an entry of the books of the actor's part of the tree."""
    require(by, Permission.VIEW_MONEY)
    found = sa.select(LedgerEntry).where(
        LedgerEntry.id == entry_id, LedgerEntry.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


def find_entry(session: Session, by: Actor, public_id: str) -> LedgerEntry:
    """Return an entry of the books of the actor's part of the tree by its public number."""
    require(by, Permission.VIEW_MONEY)
    found = sa.select(LedgerEntry).where(
        LedgerEntry.public_id == public_id, LedgerEntry.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)
