"""The way of a payment list (清单的审批): sent by one person, approved by another, or sent back to be changed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.money import PaymentListState
from matcher.models.money import PaymentLine, PaymentList
from matcher.services import audit, tasks
from matcher.services.money import duplicates
from matcher.services.money.lists import (
    LINE,
    SUBJECT,
    copy_card,
    lines_of,
    lock_list,
    lock_open,
    person_of,
)
from matcher.services.permissions import Actor, Permission, require

APPROVE_RULE = "payment.approve"


def submit_list(
    session: Session, by: Actor, list_id: int, *, expected_version: int | None = None
) -> PaymentList:
    """Send a list to be approved by somebody else.

    Raises
    ------
    RuleBrokenError
        It is empty, somebody has no card, or equal aid waits for a decision.
    """
    row = lock_open(session, by, list_id, expected_version)
    lines = lines_of(session, row.id)
    if not lines:
        raise RuleBrokenError("list_empty", "清单上还没有人，请先加入再提交。")
    for line in lines:
        copy_card(session, line)
    without = sum(line.card_cipher is None for line in lines)
    if without:
        words = f"有 {without} 人没有登记本人银行卡，请先在家庭成员中登记。"
        raise RuleBrokenError("card_missing", words, people=without)
    _require_decided(session, row, lines, under_way=True)
    row.state = PaymentListState.SUBMITTED
    row.submitted_at, row.submitted_by_id = clock.now(), by.account_id
    row.return_reason = None
    audit.record(session, by, "payment_list.submitted", subject=(SUBJECT, row.id), lines=len(lines))
    session.flush()
    tasks.open_task(session, union_id=row.union_id, rule=APPROVE_RULE, subject=(SUBJECT, row.id))
    return row


def _require_decided(
    session: Session, row: PaymentList, lines: Sequence[PaymentLine], *, under_way: bool
) -> None:
    waiting = sum(
        duplicates.same_aid(
            session,
            (LINE, line.id),
            person_of(line),
            line.purpose,
            year=row.year,
            under_way=under_way,
        ).waits
        for line in lines
    )
    if waiting:
        words = f"有 {waiting} 人今年已有同样用途的帮扶，请先逐人决定。"
        raise RuleBrokenError("duplicate_undecided", words, people=waiting)


def approve_list(
    session: Session, by: Actor, list_id: int, *, expected_version: int | None = None
) -> PaymentList:
    """Approve a list as somebody who neither made nor filled nor sent it.

    Raises
    ------
    RuleBrokenError
        It is not waiting, the actor had a hand in it, or equal aid came since it was sent: it is to be sent back.
    """
    require(by, Permission.APPROVE_MONEY)
    row = lock_list(session, by, list_id, expected_version=expected_version)
    if row.state is not PaymentListState.SUBMITTED:
        raise RuleBrokenError("list_not_submitted", "这张清单不在待审批状态，请刷新页面。")
    hands = {row.made_by_id, row.submitted_by_id}
    lines = lines_of(session, row.id)
    hands |= {line.entered_by_id for line in lines}
    if by.account_id is None or by.account_id in hands:
        raise RuleBrokenError("own_list", "不能审批自己制作的清单，请由另一人审批。")
    _require_decided(session, row, lines, under_way=False)
    row.state = PaymentListState.APPROVED
    row.approved_at, row.approved_by_id = clock.now(), by.account_id
    _end_task(session, by, row)
    audit.record(session, by, "payment_list.approved", subject=(SUBJECT, row.id))
    session.flush()
    return row


def return_list(
    session: Session,
    by: Actor,
    list_id: int,
    *,
    reason: str,
    expected_version: int | None = None,
) -> PaymentList:
    """Send a list back to be changed, also one that was approved and not paid yet."""
    require(by, Permission.APPROVE_MONEY)
    row = lock_list(session, by, list_id, expected_version=expected_version)
    if row.state not in (PaymentListState.SUBMITTED, PaymentListState.APPROVED):
        raise RuleBrokenError("list_not_submitted", "这张清单不在待审批状态，请刷新页面。")
    if not reason.strip():
        words = "退回时须写明原因。"
        raise InvalidInputError("return_reason", words, fields={"reason": words})
    row.state, row.return_reason = PaymentListState.RETURNED, reason.strip()
    row.approved_at = row.approved_by_id = None
    _end_task(session, by, row)
    audit.record(session, by, "payment_list.returned", subject=(SUBJECT, row.id))
    session.flush()
    return row


def _end_task(session: Session, by: Actor, row: PaymentList) -> None:
    standing = tasks.find_open_task(session, APPROVE_RULE, (SUBJECT, row.id))
    if standing is not None:
        tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=by.account_id)
