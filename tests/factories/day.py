"""Factories of a caseworker's day: owned households and cases, tasks of any rule."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.day import CallOutcome
from matcher.models.accounts import Account, Membership
from matcher.models.day import CallResult, HandOver, HandOverItem
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.permissions import Actor
from tests.factories.accounts import make_account, numbers
from tests.factories.people import make_graduate, make_household, make_member, make_phone


def make_colleague(session: Session, like: Actor) -> Actor:
    """Insert an account with the same role at the same union."""
    account: Account = make_account(session)
    session.add(Membership(account_id=account.id, role=like.role, union_id=like.union_id))
    session.flush()
    return Actor(account_id=account.id, role=like.role, union_id=like.union_id)


def make_family(
    session: Session, union: Union, owner: Actor | None = None, *, name: str = "", **changes: object
) -> tuple[Household, Graduate]:
    """Insert an owned household with a holder who has a phone and a child who graduates."""
    household = make_household(
        session, union, owner_id=owner.account_id if owner else None, **changes
    )
    n = next(numbers)
    make_member(
        session,
        household,
        name=name or f"户主{n}",
        relation="户主",
        is_holder=True,
        phone=make_phone(),
    )
    return household, make_graduate(session, union, household=household, name=f"孩子{n}")


def make_case(
    session: Session, graduate: Graduate, owner: Actor | None = None, **changes: object
) -> GraduateCase:
    """Insert an open case of a graduate."""
    fields: dict[str, object] = {
        "union_id": graduate.union_id,
        "graduate_id": graduate.id,
        "household_id": graduate.household_id,
        "owner_id": owner.account_id if owner else None,
        "opened_on": clock.today() - dt.timedelta(days=60),
        "created_at": clock.now(),
    }
    case = GraduateCase(**(fields | changes))
    session.add(case)
    session.flush()
    return case


def make_task(
    session: Session,
    union: Union,
    subject: tuple[str, int],
    *,
    owner: Actor | None = None,
    days: int | None = 0,
    rule: str = "",
) -> Task:
    """Open a task due so many days from today; None has no day."""
    return tasks.open_task(
        session,
        union_id=union.id,
        rule=rule or f"test.rule_{next(numbers)}",
        subject=subject,
        due_on=None if days is None else clock.today() + dt.timedelta(days=days),
        assignee_id=owner.account_id if owner else None,
    )


@dataclass(frozen=True)
class DayRows:
    """Public numbers of one of everything of a day, for the house of the pages."""

    task: str
    call: str
    hand_over: str


def make_day_rows(session: Session, worker: Actor, graduate: Graduate) -> DayRows:
    """Insert a task nobody owes, a call, and a hand-over that waits for the worker."""
    union = session.get_one(Union, worker.union_id)
    task = make_task(session, union, ("graduate", graduate.id))
    call = CallResult(
        union_id=union.id,
        account_id=worker.account_id,
        graduate_id=graduate.id,
        outcome=CallOutcome.REACHED,
        called_at=clock.now(),
    )
    giver = make_colleague(session, worker)
    household, _ = make_family(session, union, giver)
    offered = HandOver(
        union_id=union.id,
        from_id=giver.account_id,
        to_id=worker.account_id,
        offered_at=clock.now(),
    )
    session.add_all([call, offered])
    session.flush()
    session.add(HandOverItem(hand_over_id=offered.id, household_id=household.id))
    session.flush()
    return DayRows(task.public_id, call.public_id, offered.public_id)
