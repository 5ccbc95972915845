"""Factories of unions, accounts and actors: plain rows, no use case in between."""

import itertools

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role, UnionKind
from matcher.models.accounts import Account, Membership
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import HouseholdMember
from matcher.models.organisations import Union, UnionClosure
from matcher.services.permissions import Actor

numbers = itertools.count(1)
"""One counter for everything that has to differ."""


def make_union(session: Session, parent: Union | None = None, **changes: object) -> Union:
    """Insert a union below a parent, with its closure rows."""
    n = next(numbers)
    fields: dict[str, object] = {
        "code": f"U{n}",
        "name": f"第{n}区总工会",
        "kind": UnionKind.COUNTY if parent else UnionKind.CITY,
        "region_code": "640104" if parent else "640100",
        "parent_id": parent.id if parent else None,
    }
    union = Union(**(fields | changes))
    session.add(union)
    session.flush()
    session.add(UnionClosure(ancestor_id=union.id, descendant_id=union.id, depth=0))
    if parent is not None:
        above = session.execute(
            sa.select(UnionClosure.ancestor_id, UnionClosure.depth).where(
                UnionClosure.descendant_id == parent.id
            )
        ).all()
        for ancestor_id, depth in above:
            row = UnionClosure(ancestor_id=ancestor_id, descendant_id=union.id, depth=depth + 1)
            session.add(row)
    session.flush()
    return union


def make_account(session: Session, **changes: object) -> Account:
    """Insert an account without a password."""
    n = next(numbers)
    fields: dict[str, object] = {
        "login": f"user{n}",
        "display_name": f"用户{n}",
        "created_at": clock.now(),
    }
    account = Account(**(fields | changes))
    session.add(account)
    session.flush()
    return account


def make_actor(
    session: Session,
    role: Role = Role.DRIVE_MANAGER,
    *,
    union: Union | None = None,
    employer: Employer | None = None,
    graduate: Graduate | None = None,
    member: HouseholdMember | None = None,
) -> Actor:
    """Insert an account with one membership and return it as an actor; union roles get a new union if none is given."""
    if role is Role.EMPLOYER:
        assert employer is not None, "an employer's actor needs the employer"
        union = None
    elif role is Role.GRADUATE:
        assert graduate is not None, "a graduate's actor needs the graduate"
        union = None
    elif role is Role.HOLDER and member is not None:
        union = None
    elif union is None:
        union = make_union(session)
    account = make_account(session)
    places = {
        "union_id": union.id if union else None,
        "employer_id": employer.id if employer and union is None else None,
        "graduate_id": graduate.id if graduate and union is None else None,
        "member_id": member.id if member and union is None else None,
    }
    session.add(Membership(account_id=account.id, role=role, **places))
    session.flush()
    return Actor(account_id=account.id, role=role, **places)
