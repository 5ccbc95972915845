"""One open case a graduate, an owner who answers for it, and sight by caseload."""

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
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import CaseClosing
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.casework import cases
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate, make_household


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _open_rules(session: Session, case_id: int) -> list[str]:
    found = sa.select(Task.rule).where(
        Task.subject_kind == cases.SUBJECT,
        Task.subject_id == case_id,
        Task.state == TaskState.OPEN,
    )
    return sorted(session.scalars(found))


def test_a_graduate_has_one_open_case_and_a_new_one_after_the_old_is_closed(
    session: Session, union: Union, worker: Actor
) -> None:
    graduate = make_graduate(session, union)
    first = cases.open_case(session, worker, graduate.id, owner_id=worker.account_id)

    with pytest.raises(RuleBrokenError) as refused:
        cases.open_case(session, worker, graduate.id)
    assert refused.value.code == "case_open_already"

    cases.close_case(session, worker, first.id, CaseClosing.EMPLOYED)
    second = cases.open_case(session, worker, graduate.id)
    assert second.id != first.id


def test_a_case_hangs_on_the_open_file_of_its_graduate_and_lives_without_one(
    session: Session, union: Union, worker: Actor
) -> None:
    household = make_household(session, union)
    inside = make_graduate(session, union, household=household)
    outside = make_graduate(session, union)

    assert cases.open_case(session, worker, inside.id).household_id == household.id
    assert cases.open_case(session, worker, outside.id).household_id is None


def test_a_case_without_an_owner_is_a_task_until_somebody_takes_it_up(
    session: Session, union: Union, worker: Actor
) -> None:
    case = cases.open_case(session, worker, make_graduate(session, union).id)
    assert _open_rules(session, case.id) == [cases.UNOWNED_RULE]

    cases.set_owners(session, worker, case.id, owner_id=worker.account_id)
    assert _open_rules(session, case.id) == []


def test_an_owned_case_changes_hands_by_a_hand_over_or_a_supervisor_only(
    session: Session, union: Union, worker: Actor
) -> None:
    other = make_actor(session, Role.CASEWORKER, union=union)
    chief = make_actor(session, Role.DRIVE_MANAGER, union=union)
    case = cases.open_case(
        session, worker, make_graduate(session, union).id, owner_id=worker.account_id
    )

    with pytest.raises(RuleBrokenError) as refused:
        cases.set_owners(session, worker, case.id, owner_id=other.account_id)
    assert refused.value.code == "owner_by_hand_over"

    cases.set_owners(session, chief, case.id, owner_id=other.account_id)
    assert case.owner_id == other.account_id


def test_an_owner_is_a_caseworker_of_the_union_or_of_one_above(
    session: Session, union: Union, worker: Actor
) -> None:
    below = make_union(session, union)
    above = worker
    beside = make_actor(session, Role.CASEWORKER, union=make_union(session))
    reviewer = make_actor(session, Role.REVIEWER, union=below)
    graduate = make_graduate(session, below)

    for wrong in (beside, reviewer):
        with pytest.raises(RuleBrokenError) as refused:
            cases.open_case(session, above, graduate.id, owner_id=wrong.account_id)
        assert refused.value.code == "owner_not_caseworker"
    case = cases.open_case(session, above, graduate.id, owner_id=above.account_id)
    assert case.owner_id == above.account_id


def test_the_own_caseload_is_seen_whole_and_the_rest_of_the_district_as_a_line(
    session: Session, union: Union, worker: Actor
) -> None:
    other = make_actor(session, Role.CASEWORKER, union=union)
    chief = make_actor(session, Role.APPROVER, union=union)
    elsewhere = make_actor(session, Role.CASEWORKER)
    case = make_case(session, make_graduate(session, union), owner_id=worker.account_id)

    assert cases.get_case(session, worker, case.id).id == case.id
    assert cases.get_case(session, chief, case.id).id == case.id
    assert cases.get_case(session, other, case.id, whole=False).id == case.id
    with pytest.raises(NotFoundError):
        cases.get_case(session, other, case.id)
    with pytest.raises(NotFoundError):
        cases.get_case(session, elsewhere, case.id, whole=False)
    case.second_owner_id = other.account_id
    session.flush()
    assert cases.get_case(session, other, case.id).id == case.id


@pytest.mark.parametrize(
    "role", [Role.REVIEWER, Role.FAIR_ORGANISER, Role.GRASSROOTS_OFFICER, Role.HELPER]
)
def test_who_has_no_cases_sees_none(session: Session, union: Union, role: Role) -> None:
    case = make_case(session, make_graduate(session, union))
    actor = make_actor(session, role, union=union)

    with pytest.raises(NotAllowedError):
        cases.get_case(session, actor, case.id, whole=False)


def test_a_case_is_closed_with_a_reason_within_its_time_and_its_tasks_go(
    session: Session, union: Union, worker: Actor
) -> None:
    case = cases.open_case(session, worker, make_graduate(session, union).id)
    tomorrow = clock.today() + dt.timedelta(days=1)

    with pytest.raises(InvalidInputError):
        cases.close_case(session, worker, case.id, CaseClosing.EMPLOYED, on=tomorrow)
    with pytest.raises(InvalidInputError):
        cases.close_case(session, worker, case.id, CaseClosing.OTHER)
    cases.close_case(session, worker, case.id, CaseClosing.OTHER, note="回老家照看老人")

    assert _open_rules(session, case.id) == []
    with pytest.raises(RuleBrokenError) as refused:
        cases.set_package(session, worker, case.id, "131")
    assert refused.value.code == "case_closed"


def test_who_saw_an_older_version_is_told(session: Session, union: Union, worker: Actor) -> None:
    case = cases.open_case(session, worker, make_graduate(session, union).id)
    seen = case.version_id
    cases.set_package(session, worker, case.id, "131", expected_version=seen)

    with pytest.raises(ConflictError):
        cases.set_package(session, worker, case.id, None, expected_version=seen)
