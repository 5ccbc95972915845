"""Whose fair it is (可见范围): read by the unions of its drive, changed by the union that holds it and those above."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fairs import FairState
from matcher.models.fairs import Fair
from matcher.services.drives import related_unions
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing, not_found

LIVE = (FairState.DRAFT, FairState.ANNOUNCED)
"""States in which a fair may still be changed."""


def seen_fairs(by: Actor) -> sa.Select[int]:
    """Select the ids of the fairs a union-side actor may read: of its own union, those above and those below."""
    require(by, Permission.VIEW_FAIRS)
    scope = scope_of(by)
    unions = scope.unions() if scope.union_id is None else related_unions(scope.union_id)
    return sa.select(Fair.id).where(Fair.union_id.in_(unions))


def get_fair(session: Session, by: Actor, public_id: str) -> Fair:
    """Return a fair the actor may read."""
    found = sa.select(Fair).where(Fair.public_id == public_id, Fair.id.in_(seen_fairs(by)))
    return first_or_missing(session, found, lock=False)


def get_managed(session: Session, by: Actor, public_id: str, *, lock: bool = True) -> Fair:
    """Return a fair of the scope, locked for changing, for who organises fairs."""
    require(by, Permission.MANAGE_FAIRS)
    found = sa.select(Fair).where(
        Fair.public_id == public_id, Fair.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=lock)


def may_manage(session: Session, by: Actor, fair: Fair) -> bool:
    """Say whether an actor may change a fair it reads."""
    return may(by, Permission.MANAGE_FAIRS) and scope_of(by).admits(session, fair.union_id)


def require_managed(session: Session, by: Actor, fair: Fair) -> None:
    """Let only who organises fairs of the union that holds it, or of one above, change a fair found already.

    Raises
    ------
    NotFoundError
        It is another union's.
    """
    require(by, Permission.MANAGE_FAIRS)
    if not scope_of(by).admits(session, fair.union_id):
        raise not_found()


def require_live(fair: Fair) -> None:
    """Refuse changes of a fair that was closed or cancelled.

    Raises
    ------
    RuleBrokenError
        It was.
    """
    if fair.state not in LIVE:
        raise RuleBrokenError("fair_over", "这场招聘会已经结束或取消，不能再改。")


def require_not_cancelled(fair: Fair) -> None:
    """Refuse papers and plans for a day of a fair that will not be; what is kept of it stays to be read.

    Raises
    ------
    RuleBrokenError
        It was cancelled.
    """
    if fair.state is FairState.CANCELLED:
        raise RuleBrokenError(
            "fair_over", "这场招聘会取消了，不再打印，也不再排路线和展位。报告和名单还能看。"
        )


def is_over(fair: Fair) -> bool:
    """Say whether the last day of a fair is past."""
    return fair.last_on < clock.today()
