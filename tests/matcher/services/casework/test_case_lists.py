"""The list of cases: filters, figures that equal their lists, and as many queries for one case as for many."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.kinds.casework import ActOutcome, CaseClosing
from matcher.models.graduate_cases import GraduateCase
from matcher.models.organisations import Union
from matcher.services.casework import case_lists
from matcher.services.casework.case_lists import CaseFilter
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_act, make_case
from tests.factories.people import make_graduate, make_household, make_member
from tests.support.noon import TODAY, on_the_day_read
from tests.support.queries import count_queries

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
_DAY = dt.timedelta(days=1)


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _case(session: Session, union: Union, **changes: object) -> GraduateCase:
    name = str(changes.pop("name", "李明"))
    return make_case(session, make_graduate(session, union, name=name), **changes)


def _found(session: Session, by: Actor, **wanted: object) -> list[int]:
    page = case_lists.list_cases(session, by, CaseFilter(**wanted))  # type: ignore[arg-type]  # by name
    assert page.total == len(page.rows)
    return [row.case.id for row in page.rows]


def test_the_nearest_next_date_comes_first_and_those_without_one_last(
    session: Session, union: Union, worker: Actor
) -> None:
    without = _case(session, union)
    later = _case(session, union, next_on=TODAY + 5 * _DAY)
    past = _case(session, union, next_on=TODAY - _DAY)

    assert _found(session, worker) == [past.id, later.id, without.id]


def test_each_filter_narrows_to_what_it_says(session: Session, union: Union, worker: Actor) -> None:
    me = worker.account_id
    own = _case(session, union, owner_id=me, next_on=TODAY - _DAY, last_contact_on=TODAY)
    second = _case(session, union, second_owner_id=me, owner_id=None, name="王芳")
    promised = _case(
        session, union, owner_id=me, package="131", package_from_on=TODAY, next_on=TODAY + _DAY
    )
    closed = _case(
        session, union, owner_id=me, closed_on=TODAY, closing_reason=CaseClosing.EMPLOYED
    )
    make_act(session, own)
    make_act(session, second, outcome=ActOutcome.VOID)

    assert set(_found(session, worker, owner_id=me)) == {own.id, second.id, promised.id}
    assert _found(session, worker, without_owner=True) == [second.id]
    assert _found(session, worker, due="over") == [own.id]
    assert _found(session, worker, due="soon") == [promised.id]
    assert _found(session, worker, due="none") == [second.id]
    assert set(_found(session, worker, never_served=True)) == {second.id, promised.id}
    assert _found(session, worker, owner_id=me, package_missing=True) == [promised.id]
    assert set(_found(session, worker, quiet_since=TODAY)) == {second.id, promised.id}
    assert _found(session, worker, name="芳") == [second.id]
    assert _found(session, worker, closed=True) == [closed.id]


def test_every_figure_equals_its_list(session: Session, union: Union, worker: Actor) -> None:
    me = worker.account_id
    _case(session, union, owner_id=me, next_on=TODAY - _DAY)
    _case(session, union, owner_id=me)
    _case(session, union)
    _case(session, make_union(session))

    counts = case_lists.count_cases(session, worker)

    assert counts.mine == len(_found(session, worker, owner_id=me)) == 2
    assert counts.mine_overdue == len(_found(session, worker, owner_id=me, due="over")) == 1
    assert counts.mine_unserved == len(_found(session, worker, owner_id=me, never_served=True))
    assert counts.without_owner == len(_found(session, worker, without_owner=True)) == 1


def test_a_line_of_anothers_case_is_masked_and_not_whole(
    session: Session, union: Union, worker: Actor
) -> None:
    colleague = make_actor(session, Role.CASEWORKER, union=union)
    _case(session, union, owner_id=colleague.account_id, name="欧阳小明")

    (row,) = case_lists.list_cases(session, worker, CaseFilter()).rows

    assert not row.is_whole
    assert "欧阳小明" not in row.name_masked


def test_the_number_of_queries_does_not_grow(session: Session, union: Union, worker: Actor) -> None:
    def cost() -> int:
        with count_queries(session) as counted:
            case_lists.list_cases(session, worker, CaseFilter(owner_id=worker.account_id))
        return counted.n

    _case(session, union, owner_id=worker.account_id)
    few = cost()
    for _ in range(20):
        make_act(
            session,
            _case(session, union, owner_id=worker.account_id, package="131", package_from_on=TODAY),
        )

    assert cost() == few


def test_a_file_shows_the_case_of_each_graduate_in_it(
    session: Session, union: Union, worker: Actor
) -> None:
    household = make_household(session, union, owner_id=worker.account_id)
    served, unserved = make_graduate(session, union), make_graduate(session, union)
    for graduate in (served, unserved):
        make_member(session, household, graduate_id=graduate.id)
    make_case(session, served, closed_on=TODAY, closing_reason=CaseClosing.EMPLOYED)
    running = make_case(session, served, owner_id=worker.account_id)

    found = case_lists.cases_of_household(session, worker, household.id)

    assert [row.case.id if row.case else None for row in found] == [running.id, None]
    stranger = make_actor(session, Role.CASEWORKER)
    assert case_lists.cases_of_household(session, stranger, household.id) == []
