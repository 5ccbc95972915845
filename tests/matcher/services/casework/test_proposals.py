"""Each summer those who graduate become proposed cases by themselves; a caseworker accepts them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import EducationLevel, Role, TaskState
from matcher.kinds.casework import ProposalState
from matcher.kinds.household_facts import SchoolLevel
from matcher.models.graduate_cases import CaseProposal, GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import HouseholdMember
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.casework import proposal_lists, proposals
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate, make_household, make_id_number, make_member

_JULY = dt.date(2026, 7, 10)


@pytest.fixture(autouse=True)
def _summer(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = dt.datetime(_JULY.year, _JULY.month, _JULY.day, 4, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: noon)


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _student(
    session: Session, union: Union, graduates: dt.date | None = _JULY, **changes: object
) -> HouseholdMember:
    fields: dict[str, object] = {"relation": "子女", "id_number": make_id_number()}
    schooling: dict[str, object] = {"level": SchoolLevel.BACHELOR, "major": "会计学"}
    for name in schooling:
        schooling[name] = changes.pop(name, schooling[name])
    household = make_household(session, union)
    member = make_member(session, household, **(fields | changes))  # type: ignore[arg-type]  # by name
    session.add(
        MemberSchooling(
            member_id=member.id,
            school="宁夏大学",
            expected_graduation_on=graduates,
            entered_at=clock.now(),
            **schooling,
        )
    )
    session.flush()
    return member


def _pending(session: Session) -> list[int]:
    found = sa.select(CaseProposal.member_id).where(CaseProposal.state == ProposalState.PROPOSED)
    return list(session.scalars(found.order_by(CaseProposal.id)))


def _ids(session: Session) -> list[int]:
    return list(session.scalars(sa.select(CaseProposal.id).order_by(CaseProposal.id)))


def test_those_who_graduate_this_year_are_proposed_once(session: Session, union: Union) -> None:
    leaving = _student(session, union)
    _student(session, union, dt.date(2027, 7, 1))
    _student(session, union, None)
    _student(session, union, level=SchoolLevel.SENIOR_HIGH)
    served = _student(session, union, graduate_id=make_graduate(session, union).id)
    make_case(session, session.get_one(Graduate, served.graduate_id))

    assert proposals.propose_cases(session, SYSTEM) == 1
    assert proposals.propose_cases(session, SYSTEM) == 0
    assert _pending(session) == [leaving.id]


def test_nobody_is_proposed_before_the_season(
    session: Session, union: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    _student(session, union)
    winter = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: winter)

    assert proposals.propose_cases(session, SYSTEM) == 0


def test_accepting_makes_the_graduates_record_from_the_file_and_opens_the_case(
    session: Session, union: Union, worker: Actor
) -> None:
    member = _student(session, union)
    proposals.propose_cases(session, SYSTEM)

    (result,) = proposals.accept_proposals(
        session, worker, _ids(session), owner_id=worker.account_id
    )

    assert result.message is None
    case = session.scalars(sa.select(GraduateCase)).one()
    graduate = session.get_one(Graduate, case.graduate_id)
    assert (graduate.name, graduate.school, graduate.education, graduate.graduates_on) == (
        member.name,
        "宁夏大学",
        EducationLevel.BACHELOR,
        _JULY,
    )
    assert (case.household_id, case.owner_id) == (member.household_id, worker.account_id)
    assert member.graduate_id == graduate.id
    assert graduate.id_number_index == member.id_number_index


def test_a_graduate_on_file_is_not_made_twice(
    session: Session, union: Union, worker: Actor
) -> None:
    number = make_id_number()
    known = make_graduate(session, union, id_number=number)
    _student(session, union, id_number=number)
    proposals.propose_cases(session, SYSTEM)

    proposals.accept_proposals(session, worker, _ids(session))

    assert session.scalars(sa.select(GraduateCase.graduate_id)).all() == [known.id]


def test_a_row_that_cannot_be_taken_says_why_and_the_others_go_on(
    session: Session, union: Union, worker: Actor
) -> None:
    bad = _student(session, union, major=None)
    _student(session, union)
    proposals.propose_cases(session, SYSTEM)

    results = proposals.accept_proposals(session, worker, _ids(session))

    assert [result.message is None for result in results] == [False, True]
    assert "专业" in (results[0].message or "")
    assert _pending(session) == [bad.id]


def test_what_was_dismissed_is_not_proposed_again_and_the_task_goes_with_the_last(
    session: Session, union: Union, worker: Actor
) -> None:
    _student(session, union)
    proposals.propose_cases(session, SYSTEM)
    open_tasks = sa.select(sa.func.count(Task.id)).where(
        Task.rule == proposals.PROPOSED_RULE, Task.state == TaskState.OPEN
    )
    assert session.scalar(open_tasks) == 1

    assert proposals.dismiss_proposals(session, worker, _ids(session)) == 1
    assert proposals.propose_cases(session, SYSTEM) == 0
    assert session.scalar(open_tasks) == 0


def test_others_proposals_are_out_of_reach(session: Session, union: Union) -> None:
    _student(session, union)
    proposals.propose_cases(session, SYSTEM)
    stranger = make_actor(session, Role.CASEWORKER)

    assert proposal_lists.list_proposals(session, stranger) == ([], 0)
    assert proposals.accept_proposals(session, stranger, _ids(session)) == []


def test_the_task_goes_to_the_nearest_office_with_a_caseworker(
    session: Session, union: Union, worker: Actor
) -> None:
    below = make_union(session, union)
    _student(session, below)
    proposals.propose_cases(session, SYSTEM)

    assert session.scalars(sa.select(Task.union_id)).all() == [worker.union_id]
    proposals.dismiss_proposals(session, worker, _ids(session))
    assert session.scalars(sa.select(Task.state)).all() == [TaskState.DROPPED]
