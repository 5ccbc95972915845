"""Units that report (填报单位): the unions of a drive as a tree, and which of them have the system (有系统)."""

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.accounts import Account, Membership
from matcher.models.organisations import Union, UnionClosure
from matcher.services.permissions import GRANTS, Permission

_STAFF = tuple(sorted(role for role, held in GRANTS.items() if Permission.VIEW_FIGURES in held))
"""Roles by which a union works with the system."""


@dataclass(frozen=True)
class ReportUnit:
    """One union of the tree.

    Parameters
    ----------
    depth : 0 for the union the tree begins at
    has_staff : somebody of the union itself works with the system, so it fills a sheet of its own
    is_offline : nobody in its whole part of the tree does, so its figures are typed (无明细)
    """

    union: Union
    depth: int
    has_staff: bool
    is_offline: bool


def list_units(session: Session, root_id: int) -> list[ReportUnit]:
    """Return a union and all below it that are not closed, parents before children, siblings by code; two queries."""
    found = (
        sa.select(Union)
        .join(UnionClosure, UnionClosure.descendant_id == Union.id)
        .where(UnionClosure.ancestor_id == root_id)
        .where(sa.or_(Union.id == root_id, Union.closed_on.is_(None)))
        .order_by(Union.code, Union.id)
    )
    unions = list(session.scalars(found))
    staffed = _staffed(session, root_id)
    children: dict[int | None, list[Union]] = defaultdict(list)
    for one in unions:
        children[None if one.id == root_id else one.parent_id].append(one)
    units: list[ReportUnit] = []
    for root in children[None]:
        _walk(root, 0, children=children, staffed=staffed, units=units)
    return units


def _walk(
    union: Union,
    depth: int,
    *,
    children: dict[int | None, list[Union]],
    staffed: set[int],
    units: list[ReportUnit],
) -> bool:
    """Append a union and all below it; say whether anybody there has the system."""
    place = len(units)
    units.append(ReportUnit(union, depth, union.id in staffed, is_offline=True))
    online = union.id in staffed
    for child in children[union.id]:
        below = _walk(child, depth + 1, children=children, staffed=staffed, units=units)
        online = online or below
    units[place] = ReportUnit(union, depth, union.id in staffed, is_offline=not online)
    return online


def _staffed(session: Session, root_id: int) -> set[int]:
    """Return the unions below another at which somebody works with the system."""
    found = (
        sa.select(Membership.union_id)
        .join(Account, Account.id == Membership.account_id)
        .join(UnionClosure, UnionClosure.descendant_id == Membership.union_id)
        .where(UnionClosure.ancestor_id == root_id, Membership.role.in_(_STAFF))
        .where(Membership.ended_on.is_(None), Account.is_active)
        .distinct()
        .order_by(Membership.union_id)
    )
    return {union_id for union_id in session.scalars(found) if union_id is not None}


def is_offline(session: Session, union_id: int) -> bool:
    """Say whether nobody in a union's part of the tree has the system."""
    return not _staffed(session, union_id)


def has_reviewer(session: Session, union_id: int, *, besides: int | None) -> bool:
    """Say whether a union has somebody of its own who may review, besides one account."""
    roles = [role for role, held in GRANTS.items() if Permission.REVIEW_SHEETS in held]
    found = (
        sa.select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.union_id == union_id, Membership.role.in_(roles))
        .where(Membership.ended_on.is_(None), Account.is_active)
        .where(Membership.account_id != (besides or 0))
        .limit(1)
    )
    return session.scalar(found) is not None
