"""Who answers for a clock (负责人): somebody of the union it runs in, else of the nearest union above.

Never nobody: while no account can be had up to the root, the union itself holds the clock.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.models.clocks import Clock
from matcher.models.organisations import UnionClosure

ELIGIBLE = (Role.GRASSROOTS_OFFICER, Role.CASEWORKER, Role.APPROVER, Role.DRIVE_MANAGER)
"""Roles that may be made to answer for a clock."""


@dataclass(frozen=True)
class Owner:
    """Where a clock lies.

    Parameters
    ----------
    account_id : None if nobody eligible is there or anywhere above
    level : unions above the clock's own
    """

    union_id: int
    account_id: int | None
    level: int


def _standing() -> sa.ColumnElement[bool]:
    """Return the condition of memberships that make somebody eligible today."""
    return sa.and_(
        Membership.role.in_(ELIGIBLE), Membership.ended_on.is_(None), Account.is_active.is_(True)
    )


def find_owner(session: Session, union_id: int, *, from_level: int = 0) -> Owner | None:
    """Return who answers for clocks of a union, from a level upwards; None if nobody is there.

    Of several in one union who has the fewest running clocks; of equals the one who came first.
    """
    load = (
        sa.select(sa.func.count(Clock.id))
        .where(Clock.owner_id == Account.id, Clock.stopped_on.is_(None))
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(UnionClosure.ancestor_id, UnionClosure.depth, Account.id)
        .join(Membership, Membership.union_id == UnionClosure.ancestor_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            UnionClosure.descendant_id == union_id, UnionClosure.depth >= from_level, _standing()
        )
        .order_by(UnionClosure.depth, load, Account.id)
        .limit(1)
    ).first()
    return None if found is None else Owner(found[0], found[2], found[1])


def standing_places(session: Session) -> set[tuple[int | None, int]]:
    """Return every pair of account and union where the account may answer for clocks."""
    found = (
        sa.select(Membership.account_id, Membership.union_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.union_id.is_not(None), _standing())
    )
    return {(account_id, union_id) for account_id, union_id in session.execute(found) if union_id}


def place_of(session: Session, account_id: int, union_id: int) -> Owner | None:
    """Return where an account answers for clocks of a union: there or above, the nearest; None if nowhere."""
    found = session.execute(
        sa.select(UnionClosure.ancestor_id, UnionClosure.depth)
        .join(Membership, Membership.union_id == UnionClosure.ancestor_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            UnionClosure.descendant_id == union_id,
            Membership.account_id == account_id,
            _standing(),
        )
        .order_by(UnionClosure.depth)
        .limit(1)
    ).first()
    return None if found is None else Owner(found[0], account_id, found[1])


def first_owner(session: Session, union_id: int, wanted_id: int | None) -> Owner:
    """Return who answers for a new clock: who is wanted if eligible, else whoever is nearest, else the union."""
    chosen = None if wanted_id is None else place_of(session, wanted_id, union_id)
    return chosen or find_owner(session, union_id) or Owner(union_id, None, 0)
