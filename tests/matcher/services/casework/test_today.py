"""What a caseworker owes: whose task it is, by which day, taken up, put off."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.day import TaskDeferral
from matcher.models.organisations import Union
from matcher.services.casework import today
from matcher.services.casework.today import When
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task
from tests.factories.postings import make_employer


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _ids(session: Session, by: Actor, when: When, account_id: int | None = None) -> list[int]:
    found = today.list_tasks(session, by, when, account_id=account_id)
    assert found.total == len(found.rows)
    return [row.task.id for row in found.rows]


def _days_on(count: int) -> dt.date:
    return clock.today() + dt.timedelta(days=count)


def test_each_day_has_its_tasks_and_the_figure_counts_the_list(
    session: Session, union: Union, worker: Actor
) -> None:
    household, _ = make_family(session, union, worker)
    made = {
        days: make_task(session, union, ("household", household.id), owner=worker, days=days).id
        for days in (-3, 0, 1, 4, 20, None)
    }

    counts = today.count_tasks(session, worker)
    lists = {when: _ids(session, worker, when) for when in When}

    assert lists[When.NOW] == [made[-3], made[0], made[1]]
    assert lists[When.OVERDUE] == [made[-3]]
    assert lists[When.TODAY] == [made[0]]
    assert lists[When.TOMORROW] == [made[1]]
    assert lists[When.WEEK] == [made[0], made[1], made[4]]
    assert lists[When.ALL] == [made[days] for days in (-3, 0, 1, 4, 20, None)]
    assert counts == {when: len(ids) for when, ids in lists.items()}


def test_a_task_without_assignee_follows_the_owner_of_its_household_or_case(
    session: Session, union: Union, worker: Actor
) -> None:
    colleague = make_colleague(session, worker)
    household, graduate = make_family(session, union, worker)
    case = make_case(session, graduate, worker)
    theirs, _ = make_family(session, union, colleague)
    mine = [
        make_task(session, union, ("household", household.id)).id,
        make_task(session, union, ("graduate_case", case.id)).id,
    ]
    other = make_task(session, union, ("household", theirs.id)).id
    given = make_task(session, union, ("household", theirs.id), owner=worker).id

    assert _ids(session, worker, When.TODAY) == [*mine, given]
    assert _ids(session, colleague, When.TODAY) == [other]
    assert _ids(session, worker, When.UNCLAIMED) == []


def test_what_nobody_owes_is_there_for_the_whole_office_and_only_once(
    session: Session, union: Union, worker: Actor
) -> None:
    household, _ = make_family(session, union)
    employer = make_employer(session, union)
    free = make_task(session, union, ("household", household.id))
    make_task(session, union, ("employer", employer.id))
    colleague = make_colleague(session, worker)
    assert _ids(session, worker, When.UNCLAIMED) == [free.id]

    today.claim_task(session, worker, free.public_id)

    assert _ids(session, worker, When.TODAY) == [free.id]
    assert _ids(session, colleague, When.UNCLAIMED) == []
    with pytest.raises(ConflictError):
        today.claim_task(session, colleague, free.public_id)


def test_a_row_names_the_holder_the_graduate_and_whether_the_household_has_no_work(
    session: Session, union: Union, worker: Actor
) -> None:
    household, graduate = make_family(session, union, worker, name="陈强", zero_employment=True)
    case = make_case(session, graduate, worker)
    make_task(session, union, ("household", household.id), owner=worker)
    make_task(session, union, ("graduate_case", case.id), owner=worker)
    make_task(session, union, ("something_new", 7), owner=worker)

    rows = today.list_tasks(session, worker, When.TODAY).rows

    first, second, third = (row.subject for row in rows)
    assert first is not None
    assert (first.name, first.number) == ("陈强", household.file_number)
    assert first.is_zero_employment
    assert second is not None
    assert (second.kind, second.public_id) == ("case", case.public_id)
    assert (second.name, second.family) == (graduate.name, "陈强")
    assert third is None


def test_a_task_is_put_off_with_a_reason_and_tells_the_day_it_was_first_due(
    session: Session, union: Union, worker: Actor
) -> None:
    household, _ = make_family(session, union, worker)
    task = make_task(session, union, ("household", household.id), owner=worker, days=-2)

    today.defer_task(session, worker, task.public_id, _days_on(2), "约好周五上门")
    today.defer_task(session, worker, task.public_id, _days_on(5), "对方出差没回来")

    [row] = today.list_tasks(session, worker, When.WEEK).rows
    assert (row.task.due_on, row.first_due_on) == (_days_on(5), _days_on(-2))
    kept = session.scalars(sa.select(TaskDeferral.reason).order_by(TaskDeferral.id)).all()
    assert list(kept) == ["约好周五上门", "对方出差没回来"]


@pytest.mark.parametrize(
    ("days", "reason"), [(-1, "约好周五上门"), (61, "约好周五上门"), (3, "  忙 ")]
)
def test_a_task_is_not_put_off_to_the_past_too_far_or_without_saying_why(
    session: Session, union: Union, worker: Actor, days: int, reason: str
) -> None:
    household, _ = make_family(session, union, worker)
    task = make_task(session, union, ("household", household.id), owner=worker)

    with pytest.raises(InvalidInputError):
        today.defer_task(session, worker, task.public_id, _days_on(days), reason)


def test_nothing_is_put_off_a_fourth_time(session: Session, union: Union, worker: Actor) -> None:
    household, _ = make_family(session, union, worker)
    task = make_task(session, union, ("household", household.id), owner=worker)
    for days in (1, 2, 3):
        today.defer_task(session, worker, task.public_id, _days_on(days), "约好周五上门")

    with pytest.raises(RuleBrokenError):
        today.defer_task(session, worker, task.public_id, _days_on(4), "约好周五上门")


def test_a_colleagues_task_is_not_there_to_be_put_off_or_taken(
    session: Session, union: Union, worker: Actor
) -> None:
    household, _ = make_family(session, union, worker)
    task = make_task(session, union, ("household", household.id), owner=worker)
    colleague = make_colleague(session, worker)
    stranger = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        today.defer_task(session, colleague, task.public_id, _days_on(1), "约好周五上门")
    with pytest.raises(ConflictError):
        today.claim_task(session, colleague, task.public_id)
    with pytest.raises(NotFoundError):
        today.claim_task(session, stranger, task.public_id)


def test_only_a_supervisor_looks_at_the_day_of_a_colleague(
    session: Session, union: Union, worker: Actor
) -> None:
    household, _ = make_family(session, union, worker)
    task = make_task(session, union, ("household", household.id), owner=worker)
    supervisor = make_actor(session, Role.APPROVER, union=union)
    own = session.get_one(Account, worker.account_id)
    colleague = make_colleague(session, worker)
    far = make_actor(session, Role.APPROVER)

    seen = today.whose_day(session, supervisor, own.public_id)

    assert seen is not None
    assert _ids(session, supervisor, When.TODAY, seen.id) == [task.id]
    with pytest.raises(NotAllowedError):
        today.whose_day(session, colleague, own.public_id)
    with pytest.raises(NotFoundError):
        today.whose_day(session, far, own.public_id)
