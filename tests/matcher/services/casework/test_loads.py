"""The supervisor's view: each figure counts the list it opens, the worst come first."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError
from matcher.kinds import Role
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.organisations import Union
from matcher.services.casework import loads, service_acts, today
from matcher.services.casework.today import When
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def supervisor(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.APPROVER, union=union)


def test_each_figure_is_as_long_as_the_list_it_opens(
    session: Session, union: Union, worker: Actor, supervisor: Actor
) -> None:
    household, graduate = make_family(session, union, worker, zero_employment=True)
    case = make_case(session, graduate, worker, second_owner_id=None)
    make_task(session, union, ("household", household.id), days=-2)
    make_task(session, union, ("graduate_case", case.id), days=3)
    make_task(session, union, ("graduate", graduate.id), owner=worker, days=-1)
    free, _ = make_family(session, union)
    make_task(session, union, ("household", free.id), days=-1)

    [load] = loads.list_loads(session, supervisor)

    assert (load.n_households, load.n_cases, load.n_uncleared) == (1, 1, 1)
    counts = today.count_tasks(session, supervisor, account_id=worker.account_id)
    assert (load.n_tasks, load.n_overdue) == (counts[When.ALL], counts[When.OVERDUE]) == (3, 2)
    unowned = loads.count_unowned(session, supervisor)
    assert (unowned.n_households, unowned.n_cases) == (1, 0)


def test_who_has_more_overdue_comes_first_then_who_was_silent_for_longer(
    session: Session, union: Union, worker: Actor, supervisor: Actor
) -> None:
    late, silent, active = worker, make_colleague(session, worker), make_colleague(session, worker)
    household, _ = make_family(session, union, late)
    make_task(session, union, ("household", household.id), days=-1)
    for one, days in ((silent, 30), (active, 2)):
        _, graduate = make_family(session, union, one)
        case = make_case(session, graduate, one)
        service_acts.record_act(
            session,
            one,
            case.id,
            kind=ServiceKind.GUIDANCE,
            happened_on=clock.today() - dt.timedelta(days=days),
            outcome=ActOutcome.DONE,
        )

    found = loads.list_loads(session, supervisor)

    assert [one.account_id for one in found] == [
        late.account_id,
        silent.account_id,
        active.account_id,
    ]
    assert [one.days_since_act for one in found] == [None, 30, 2]


def test_nobody_sees_the_loads_of_another_part_of_the_tree(
    session: Session, worker: Actor, supervisor: Actor
) -> None:
    far = make_actor(session, Role.APPROVER)

    assert [one.account_id for one in loads.list_loads(session, supervisor)] == [worker.account_id]
    assert loads.list_loads(session, far) == []
    with pytest.raises(NotAllowedError):
        loads.list_loads(session, worker)
