"""The supervisor's view (负荷与风险): what each caseworker carries, and where something is about to go wrong.

Eight grouped counts for the whole district, however many families there are; the worst first.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.models.clocks import Clock
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.casework.caseload import unclaimed_tasks, who_owes
from matcher.services.permissions import Actor, Permission, require, scope_of

_CARRYING = (Role.CASEWORKER, Role.GRASSROOTS_OFFICER)


@dataclass(frozen=True)
class Load:
    """What one person carries; `days_since_act` is None for who never did anything here."""

    account_id: int
    public_id: str
    name: str
    union: str
    n_households: int
    n_cases: int
    n_tasks: int
    n_overdue: int
    n_uncleared: int
    n_clocks_overdue: int
    days_since_act: int | None

    @property
    def risk(self) -> tuple[int, int, int, int, int]:
        """What the order is by, worst highest: overdue clocks and tasks, uncleared families, silence, load."""
        silent = 10_000 if self.days_since_act is None and self.n_cases else 0
        return (
            self.n_clocks_overdue,
            self.n_overdue,
            self.n_uncleared,
            silent or self.days_since_act or 0,
            self.n_cases + self.n_households,
        )


@dataclass(frozen=True)
class Unowned:
    """What nobody carries."""

    n_households: int
    n_cases: int
    n_tasks: int


def list_loads(session: Session, by: Actor) -> list[Load]:
    """Return the loads of all who carry cases in the actor's part of the tree, worst first."""
    require(by, Permission.SUPERVISE_CASES)
    unions = scope_of(by).unions()
    today = clock.today()
    people = session.execute(
        sa.select(Account.id, Account.public_id, Account.display_name, sa.func.min(Union.name))
        .join(Membership, Membership.account_id == Account.id)
        .join(Union, Union.id == Membership.union_id)
        .where(
            Membership.role.in_(_CARRYING),
            Membership.ended_on.is_(None),
            Membership.union_id.in_(unions),
            Account.is_active.is_(True),
        )
        .group_by(Account.id, Account.public_id, Account.display_name)
        .order_by(Account.display_name, Account.id)
    ).all()
    counts = _counts(session, unions, today)
    last = _last_acts(session, unions)
    loads = [
        Load(
            account_id=account_id,
            public_id=public_id,
            name=name,
            union=union,
            n_households=counts["n_households"].get(account_id, 0),
            n_cases=counts["n_cases"].get(account_id, 0),
            n_tasks=counts["n_tasks"].get(account_id, 0),
            n_overdue=counts["n_overdue"].get(account_id, 0),
            n_uncleared=counts["n_uncleared"].get(account_id, 0),
            n_clocks_overdue=counts["n_clocks_overdue"].get(account_id, 0),
            days_since_act=(today - last[account_id]).days if account_id in last else None,
        )
        for account_id, public_id, name, union in people
    ]
    return sorted(loads, key=lambda one: one.risk, reverse=True)


def _counts(
    session: Session, unions: sa.Select[int], today: dt.date
) -> dict[str, Mapping[int, int]]:
    """Return each count by account."""
    open_file = sa.and_(Household.is_open.is_(True), Household.union_id.in_(unions))
    owed = _owed(session, unions, today)
    return {
        "n_households": _by_account(session, Household.owner_id, open_file),
        "n_cases": _by_account(
            session,
            GraduateCase.owner_id,
            sa.and_(GraduateCase.closed_on.is_(None), GraduateCase.union_id.in_(unions)),
        ),
        "n_tasks": {account_id: n_all for account_id, (n_all, _) in owed.items()},
        "n_overdue": {account_id: n_late for account_id, (_, n_late) in owed.items()},
        "n_uncleared": _by_account(
            session,
            Household.owner_id,
            sa.and_(open_file, Household.is_zero_employment.is_(True)),
        ),
        "n_clocks_overdue": _by_account(
            session,
            Clock.owner_id,
            sa.and_(Clock.stopped_on.is_(None), Clock.due_on < today, Clock.union_id.in_(unions)),
        ),
    }


def _owed(session: Session, unions: sa.Select[int], today: dt.date) -> dict[int, tuple[int, int]]:
    """Return how many tasks each account owes and how many are overdue, as its own list of the day counts them."""
    account, joined = who_owes()
    late = sa.func.sum(sa.case((Task.due_on < today, 1), else_=0))
    found = joined.add_columns(account, sa.func.count(), late).where(
        Task.union_id.in_(unions), account.is_not(None)
    )
    rows = session.execute(found.group_by(account))
    return {int(row[0]): (int(row[1]), int(row[2])) for row in rows}


def _by_account(
    session: Session,
    owner: sa.orm.InstrumentedAttribute[int | None],
    chosen: sa.ColumnElement[bool],
) -> dict[int, int]:
    found = sa.select(owner, sa.func.count()).where(chosen, owner.is_not(None)).group_by(owner)
    return {int(account_id): n for account_id, n in session.execute(found) if account_id}


def _last_acts(session: Session, unions: sa.Select[int]) -> dict[int, dt.date]:
    """Return the last day each account did a service."""
    found = (
        sa.select(ServiceAct.credited_to_id, sa.func.max(ServiceAct.happened_on))
        .where(ServiceAct.union_id.in_(unions), ServiceAct.credited_to_id.is_not(None))
        .group_by(ServiceAct.credited_to_id)
    )
    return {int(account_id): day for account_id, day in session.execute(found) if account_id}


def count_unowned(session: Session, by: Actor) -> Unowned:
    """Count the open files, cases and tasks nobody carries."""
    require(by, Permission.SUPERVISE_CASES)
    unions = scope_of(by).unions()
    row = session.execute(
        sa.select(
            _number(
                sa.select(Household.id).where(
                    Household.is_open.is_(True),
                    Household.owner_id.is_(None),
                    Household.union_id.in_(unions),
                )
            ),
            _number(
                sa.select(GraduateCase.id).where(
                    GraduateCase.closed_on.is_(None),
                    GraduateCase.owner_id.is_(None),
                    GraduateCase.union_id.in_(unions),
                )
            ),
            _number(sa.select(Task.id).where(unclaimed_tasks(by))),
        )
    ).one()
    return Unowned(*(int(one) for one in row))


def _number(ids: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery()
