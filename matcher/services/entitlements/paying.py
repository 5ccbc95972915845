"""The money of an application: government aid is booked when it was paid, union aid goes over a payment list.

Two payers are two ledgers and never one sum. Aid for the same person, purpose and year from another hand is shown and
waits for a person's decision; the house refuses nothing by itself.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.entitlements import EntitlementState
from matcher.kinds.money import (
    DuplicateAnswer,
    EntrySource,
    Payer,
    PaymentListState,
    ReversalReason,
)
from matcher.models.entitlements import EntitlementApplication, EntitlementStep
from matcher.models.money import DuplicateDecision, LedgerEntry, PaymentLine, PaymentList
from matcher.policy.entitlements import load_catalogue
from matcher.policy.programmes import Programme, get_programme
from matcher.services.entitlements.tracking import SUBJECT, lock_application, log
from matcher.services.money import duplicates, ledger, lists
from matcher.services.money.duplicates import SameAid
from matcher.services.money.ledger import EntryInput, ReversalInput
from matcher.services.money.lists import LineInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor, Permission, require, scope_of

_S = EntitlementState


def programme_of(row: EntitlementApplication) -> Programme | None:
    """Return whose ledger the money stands in; None where an entitlement gives no money."""
    code = load_catalogue().entitlements[row.entitlement].programme
    return get_programme(code) if code else None


def person_of(row: EntitlementApplication) -> Person:
    """Return whom the money is for."""
    return Person(graduate_id=row.graduate_id, member_id=row.member_id)


def wants_amount(row: EntitlementApplication) -> bool:
    """Say whether a sum is booked when it is paid by hand."""
    programme = programme_of(row)
    return programme is not None and programme.payer is Payer.GOVERNMENT


def by_list(row: EntitlementApplication) -> bool:
    """Say whether it is paid by the union: over a payment list or a claim, never by hand here."""
    programme = programme_of(row)
    return programme is not None and programme.payer is Payer.UNION


def entry_of(session: Session, row: EntitlementApplication) -> LedgerEntry | None:
    """Return the standing entry by which an application was paid."""
    reversal = aliased(LedgerEntry)
    found = (
        sa.select(LedgerEntry)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(
            LedgerEntry.subject_kind == SUBJECT,
            LedgerEntry.subject_id == row.id,
            LedgerEntry.reverses_id.is_(None),
            reversal.id.is_(None),
        )
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    )
    return session.scalars(found).first()


def paid_by(session: Session, row: EntitlementApplication) -> LedgerEntry | None:
    """Return the entry that paid an application of the union's: its own, or a claim of its programme since it began."""
    own = entry_of(session, row)
    programme = programme_of(row)
    if own is not None or programme is None or programme.is_listed:
        return own
    claimed = duplicates.find_same(session, person_of(row), programme.purpose, row.year)
    since = clock.in_china(row.opened_at).date()
    return next(
        (
            one
            for one in claimed
            if one.programme == programme.code
            and one.happened_on >= since
            and one.subject_kind != SUBJECT
        ),
        None,
    )


def put_on_list(
    session: Session, by: Actor, application_id: int, list_id: int, *, amount_fen: int
) -> EntitlementApplication:
    """Put an application of union money on an open payment list; it is paid when the list is.

    Raises
    ------
    RuleBrokenError
        It is no union money or of another programme than the list, not handed in, or stands on a list already.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    row = lock_application(session, by, application_id)
    programme = programme_of(row)
    if programme is None or not programme.is_listed or not row.state.is_live:
        raise RuleBrokenError("entitlement_not_listed", "这项申请不能列入发放清单。")
    if lists.lock_open(session, by, list_id).programme != programme.code:
        raise RuleBrokenError("entitlement_not_listed", "这项申请不能列入这个项目的发放清单。")
    person = person_of(row)
    wish = LineInput(person=person, amount_fen=amount_fen, subject=(SUBJECT, row.id))
    lists.add_line(session, by, list_id, wish)
    row.amount_fen = amount_fen
    session.flush()
    log(
        session, by, row, "listed", before=row.state, amount_fen=amount_fen, facts={"list": list_id}
    )
    return row


def open_lists(session: Session, by: Actor, row: EntitlementApplication) -> list[PaymentList]:
    """Return the open payment lists an application could stand on; none once it stands on one."""
    programme = programme_of(row)
    if programme is None or not programme.is_listed or line_of(session, row) is not None:
        return []
    found = sa.select(PaymentList).where(
        PaymentList.programme == programme.code,
        PaymentList.union_id.in_(scope_of(by).unions()),
        PaymentList.state.in_([one for one in PaymentListState if one.is_open]),
    )
    return list(session.scalars(found.order_by(PaymentList.id.desc())))


def line_of(session: Session, row: EntitlementApplication) -> PaymentList | None:
    """Return the payment list an application stands on."""
    found = (
        sa.select(PaymentList)
        .join(PaymentLine, PaymentLine.list_id == PaymentList.id)
        .where(PaymentLine.subject_kind == SUBJECT, PaymentLine.subject_id == row.id)
    )
    return session.scalars(found).first()


def same_aid(session: Session, row: EntitlementApplication) -> SameAid:
    """Return aid from other hands for the same person, purpose and year, with what was decided on it."""
    return _same_in(session, row, row.year)


def _same_in(session: Session, row: EntitlementApplication, year: int) -> SameAid:
    programme = programme_of(row)
    if programme is None:
        return SameAid([], None)
    subject, person = (SUBJECT, row.id), person_of(row)
    return duplicates.same_aid(session, subject, person, programme.purpose, year=year)


def decide_same(
    session: Session, by: Actor, application_id: int, answer: DuplicateAnswer, reason: str
) -> DuplicateDecision:
    """Write down what a person decided on equal aid from another hand.

    Raises
    ------
    RuleBrokenError
        There is none to decide on.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    row = lock_application(session, by, application_id)
    programme = programme_of(row)
    if programme is None or not same_aid(session, row).entries:
        raise RuleBrokenError("same_aid_none", "没有同一年度同一用途的其他资助，不需要决定。")
    return duplicates.decide(
        session,
        by,
        (SUBJECT, row.id),
        person_of(row),
        programme.purpose,
        year=row.year,
        answer=answer,
        reason=reason,
    )


def settle(
    session: Session,
    by: Actor,
    row: EntitlementApplication,
    *,
    before: EntitlementState,
    day: dt.date,
    words: str | None,
) -> dict[str, Any]:
    """Book or reverse what a step means in money; returns the facts for its log."""
    if row.state is _S.PAID:
        return _paid(session, by, row, day)
    if row.state is _S.RECLAIMED and before is _S.PAID:
        return _reclaimed(session, by, row, day, words)
    return {}


def require_payable(session: Session, row: EntitlementApplication, day: dt.date) -> None:
    """Refuse to pay by hand what is paid otherwise, or what a person has still to decide on; nothing is written.

    Raises
    ------
    RuleBrokenError
        Union money, equal aid nobody decided on, or a decision not to pay.
    """
    programme = programme_of(row)
    if programme is None or entry_of(session, row) is not None:
        return
    if programme.payer is Payer.UNION:
        raise RuleBrokenError(
            "entitlement_paid_by_list",
            "工会的钱由发放清单或补贴申领入账，入账后这里自动变为已发放。",
        )
    same = _same_in(session, row, day.year)
    if same.waits:
        raise RuleBrokenError(
            "same_aid_waits", "同一年度同一用途另有资助，请先看清并作出决定，再登记发放。"
        )
    if same.decision is not None and same.decision.answer is DuplicateAnswer.STOP:
        raise RuleBrokenError("same_aid_stopped", "已决定不再发放；情况有变请先改决定。")


def _paid(session: Session, by: Actor, row: EntitlementApplication, day: dt.date) -> dict[str, Any]:
    programme = programme_of(row)
    if programme is None:
        return {}
    standing = entry_of(session, row)
    if standing is not None:
        row.amount_fen, row.paid_on = standing.amount_fen, standing.happened_on
        return {"entry": standing.id}
    row.year = day.year
    entry = EntryInput(
        programme=programme.code,
        union_id=row.union_id,
        person=person_of(row),
        year=row.year,
        amount_fen=row.amount_fen or 0,
        happened_on=day,
        source=EntrySource.ENTITLEMENT,
        subject=(SUBJECT, row.id),
        once_key=f"{SUBJECT}:{row.id}:{row.version_id}",
    )
    return {"entry": ledger.book(session, by, entry).id}


def _reclaimed(
    session: Session, by: Actor, row: EntitlementApplication, day: dt.date, words: str | None
) -> dict[str, Any]:
    entry = entry_of(session, row)
    if entry is None:
        return {}
    wish = ReversalInput(reason=ReversalReason.NOT_ENTITLED, happened_on=day, note=words)
    return {"reversal": ledger.reverse(session, by, entry.id, wish).id}


def undo(
    session: Session, by: Actor, row: EntitlementApplication, step: EntitlementStep, words: str
) -> dict[str, Any]:
    """Reverse what a mistaken step booked; a reversal itself is never taken back.

    Raises
    ------
    RuleBrokenError
        The step took money back, or was booked by a payment list.
    """
    if step.after is _S.RECLAIMED and "reversal" in step.facts:
        raise RuleBrokenError("entitlement_reclaimed", "已冲销的款项不能恢复，需要时请另行登记。")
    entry = entry_of(session, row) if step.after is _S.PAID else None
    if entry is None:
        return {}
    if entry.list_line_id is not None:
        raise RuleBrokenError("entitlement_paid_by_list", "由发放清单入账的，请在台账里冲销。")
    wish = ReversalInput(reason=ReversalReason.OTHER, happened_on=None, note=words)
    return {"reversal": ledger.reverse(session, by, entry.id, wish).id}
