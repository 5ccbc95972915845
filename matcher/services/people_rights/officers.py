"""Who looks after personal data (个人信息保护负责人), and how they are told of something."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import MessageChannel, Role
from matcher.models.accounts import Account, Membership
from matcher.models.organisations import UnionClosure
from matcher.services import outbox


def officers_of(session: Session, union_id: int) -> list[tuple[int, int]]:
    """Return accounts and unions of the officers of the nearest union at or above one that has any."""
    found = sa.select(Membership.account_id, Membership.union_id, UnionClosure.depth)
    found = (
        found.join(UnionClosure, UnionClosure.ancestor_id == Membership.union_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            UnionClosure.descendant_id == union_id,
            Membership.role == Role.PRIVACY_OFFICER,
            sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today()),
            Account.is_active,
        )
        .order_by(UnionClosure.depth, Membership.id)
    )
    rows = session.execute(found).all()
    return [(row.account_id, row.union_id) for row in rows if row.depth == rows[0].depth]


def tell_officers(
    session: Session, union_id: int, *, key: str, template: str, parameters: dict[str, Any]
) -> int:
    """Write a message on the site to each officer of a union; return how many there are."""
    officers = officers_of(session, union_id)
    for account_id, _ in officers:
        outbox.write(
            session,
            unique_key=f"{key}:{account_id}",
            channel=MessageChannel.SITE,
            template=template,
            parameters=parameters,
            account_id=account_id,
        )
    return len(officers)
