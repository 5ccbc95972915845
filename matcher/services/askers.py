"""Who asked for background work (申请人): the actor as of then, if the role still stands when the work is done."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError
from matcher.kinds import Role
from matcher.models.accounts import Membership
from matcher.services.permissions import Actor


def standing_actor(
    session: Session, account_id: int | None, role: Role, *, union_id: int, subject_id: int
) -> Actor:
    """Return who asked, in the role and at the union of the asking.

    Raises
    ------
    NotAllowedError
        The asker does not hold the role any more.
    """
    held = session.scalar(
        sa.select(Membership.id).where(
            Membership.account_id == account_id,
            Membership.role == role,
            Membership.union_id == union_id,
            sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today()),
        )
    )
    if held is None:
        raise NotAllowedError(
            "asker_gone", "申请人已不担任这个角色，不再生成文件。", export=subject_id
        )
    return Actor(account_id, role, union_id=union_id)
