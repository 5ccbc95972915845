"""Marking a list paid (标记已发放): the office paid outside this house, and its lines are booked, each once.

Whoever marks it, how often and at once with whom: the list's row is locked, and the line's number is unique in the
ledger, so that a list marked twice is booked once.
"""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.money import EntrySource, PaymentListState
from matcher.models.money import PaymentLine, PaymentList
from matcher.services import audit, tasks
from matcher.services.money import ledger, lists
from matcher.services.money.ledger import EntryInput
from matcher.services.permissions import Actor, Permission, require

DUE_RULE = "payment.due"
"""Task of whatever a line pays that has a last day; closed when it is paid."""


def mark_paid(session: Session, by: Actor, list_id: int, *, paid_on: dt.date) -> PaymentList:
    """Mark an approved list paid and book its lines; one that is marked already stays as it is.

    Raises
    ------
    RuleBrokenError
        It is not approved.
    InvalidInputError
        The day is to come, or before the approval.
    """
    require(by, Permission.RECORD_MONEY)
    row = lists.lock_list(session, by, list_id)
    if row.state is PaymentListState.PAID:
        return row
    if row.state is not PaymentListState.APPROVED or row.approved_at is None:
        raise RuleBrokenError("list_not_approved", "清单批准以后才能标记已发放。")
    if not clock.in_china(row.approved_at).date() <= paid_on <= clock.today():
        words = "发放日期应在批准以后，不晚于今天。"
        raise InvalidInputError("paid_on", words, fields={"paid_on": words})
    row.state, row.paid_on = PaymentListState.PAID, paid_on
    row.paid_at, row.paid_by_id = clock.now(), by.account_id
    session.flush()
    lines = lists.lines_of(session, row.id)
    for line in lines:
        _book(session, by, row, line)
    audit.record(
        session,
        by,
        "payment_list.paid",
        subject=(lists.SUBJECT, row.id),
        lines=len(lines),
        amount_fen=sum(line.amount_fen for line in lines),
        on=paid_on,
    )
    session.flush()
    return row


def _book(session: Session, by: Actor, row: PaymentList, line: PaymentLine) -> None:
    subject = (line.subject_kind, line.subject_id)
    entry = EntryInput(
        programme=row.programme,
        union_id=row.union_id,
        person=lists.person_of(line),
        year=row.year,
        amount_fen=line.amount_fen,
        happened_on=row.paid_on or clock.today(),
        source=EntrySource.PAYMENT_LIST,
        purpose=line.purpose,
        subject=(subject[0], subject[1]) if subject[0] and subject[1] else None,
        once_key=f"payment_line:{line.id}",
        list_line_id=line.id,
    )
    ledger.book(session, by, entry)
    if entry.subject is not None:
        due = tasks.find_open_task(session, DUE_RULE, entry.subject)
        if due is not None:
            tasks.close_task(session, due.id, TaskState.DONE, by_account_id=by.account_id)
