"""Enterprises an account must not certify for (利益关系申报): declared by oneself, or by an administrator."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import InterestKind
from matcher.models.accounts import Account, Membership
from matcher.models.approvals import AccountInterest
from matcher.services import audit
from matcher.services.approvals.guard import fold_unit
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import not_found, unique_or


def declare(
    session: Session,
    by: Actor,
    *,
    unit_name: str,
    kind: InterestKind,
    credit_code: str | None = None,
    account_id: int | None = None,
) -> AccountInterest:
    """Declare an enterprise for oneself, or for an account of one's unions."""
    whose = _whose(session, by, account_id)
    if not fold_unit(unit_name):
        words = "请填写单位名称。"
        raise InvalidInputError("interest_unit", words, fields={"unit_name": words})
    interest = AccountInterest(
        account_id=whose,
        kind=kind,
        unit_name=unit_name.strip(),
        unit_key=fold_unit(unit_name),
        credit_code=fold_unit(credit_code or "") or None,
        declared_at=clock.now(),
        declared_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("interest_standing", "这个单位已经申报过。")):
        session.add(interest)
    audit.record(session, by, "interest.declared", subject=("account", whose), interest=interest.id)
    session.flush()
    return interest


def _whose(session: Session, by: Actor, account_id: int | None) -> int:
    """Return the account meant: one's own, or for administrators one of their unions."""
    if account_id is None or account_id == by.account_id:
        if by.account_id is None or by.union_id is None:
            raise not_found()
        return by.account_id
    require(by, Permission.MANAGE_ACCOUNTS)
    found = sa.select(Membership.account_id).where(
        Membership.account_id == account_id, Membership.union_id.in_(scope_of(by).unions())
    )
    if session.scalar(found.limit(1)) is None:
        raise not_found()
    return account_id


def end_interest(session: Session, by: Actor, interest_id: int) -> AccountInterest:
    """End an interest (不再有利益关系): only an administrator may, so that nobody lifts their own bar."""
    require(by, Permission.MANAGE_ACCOUNTS)
    interest = session.get(AccountInterest, interest_id, with_for_update=True)
    if interest is None:
        raise not_found()
    if interest.account_id == by.account_id:
        raise RuleBrokenError("own_interest", "本人的申报须由其他系统管理员解除。")
    _whose(session, by, interest.account_id)
    interest.ended_on = clock.today()
    audit.record(
        session,
        by,
        "interest.ended",
        subject=("account", interest.account_id),
        interest=interest.id,
    )
    session.flush()
    return interest


def list_interests(session: Session, by: Actor) -> Sequence[tuple[AccountInterest, str]]:
    """Return the standing interests one may see, with the account's name: one's own, or one's unions'."""
    found = (
        sa.select(AccountInterest, Account.display_name)
        .join(Account, Account.id == AccountInterest.account_id)
        .where(AccountInterest.ended_on.is_(None))
        .order_by(Account.display_name, AccountInterest.id)
    )
    if may(by, Permission.MANAGE_ACCOUNTS):
        inside = sa.select(Membership.account_id).where(
            Membership.union_id.in_(scope_of(by).unions())
        )
        found = found.where(AccountInterest.account_id.in_(inside))
    else:
        found = found.where(AccountInterest.account_id == by.account_id)
    return [(row.AccountInterest, row.display_name) for row in session.execute(found)]
