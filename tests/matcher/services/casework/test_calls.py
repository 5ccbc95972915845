"""Call mode: who is due, what a tap changes, and that ten seconds undo all of it."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.day import CallOutcome
from matcher.models.day import CallResult
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services import calendar
from matcher.services.casework.call_lists import find_target, list_calls
from matcher.services.casework.calls import record_call, undo_call
from matcher.services.casework.service_acts import standing_acts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family

Later = Callable[[dt.timedelta], None]


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    start, away = clock.now(), [dt.timedelta()]
    monkeypatch.setattr(clock, "now", lambda: start + away[0])

    def move(by: dt.timedelta) -> None:
        away[0] += by

    return move


def _case(session: Session, union: Union, worker: Actor, **changes: object) -> GraduateCase:
    _, graduate = make_family(session, union, worker)
    return make_case(session, graduate, worker, **changes)


def _key(session: Session, by: Actor, case: GraduateCase) -> str:
    return next(one.key for one in list_calls(session, by).rows if one.case_id == case.id)


def _days(count: int) -> dt.date:
    return clock.today() + dt.timedelta(days=count)


def test_promised_calls_come_first_then_who_was_not_heard_of_for_longest(
    session: Session, union: Union, worker: Actor
) -> None:
    long_ago = _case(session, union, worker, last_contact_on=_days(-40))
    never = _case(session, union, worker)
    promised = _case(session, union, worker, next_on=_days(-1), last_contact_on=_days(-2))
    _case(session, union, worker, last_contact_on=_days(-5))
    _case(session, union, worker, next_on=_days(3))
    colleague = make_colleague(session, worker)
    _case(session, union, colleague)

    found = list_calls(session, worker)

    assert [one.case_id for one in found.rows] == [promised.id, never.id, long_ago.id]
    assert found.total == 3


def test_no_more_than_forty_are_listed_but_all_are_counted(
    session: Session, union: Union, worker: Actor
) -> None:
    for _ in range(42):
        _case(session, union, worker)

    found = list_calls(session, worker)

    assert (len(found.rows), found.total) == (40, 42)


@pytest.mark.parametrize(
    ("outcome", "next_in", "reached"),
    [
        (CallOutcome.REACHED, None, True),
        (CallOutcome.NO_WISH, None, True),
        (CallOutcome.FOLLOW_UP, 5, True),
        (CallOutcome.NO_ANSWER, "working day", False),
        (CallOutcome.WRONG_NUMBER, None, False),
    ],
)
def test_a_tap_is_a_service_act_sets_the_next_date_and_moves_on(
    session: Session,
    union: Union,
    worker: Actor,
    outcome: CallOutcome,
    next_in: int | str | None,
    reached: bool,
) -> None:
    case = _case(session, union, worker)
    follow_up_on = _days(5) if outcome is CallOutcome.FOLLOW_UP else None

    row = record_call(
        session, worker, _key(session, worker, case), outcome, follow_up_on=follow_up_on
    )

    act = session.scalars(sa.select(ServiceAct)).one()
    assert (act.id, act.kind, act.outcome.value) == (
        row.act_id,
        ServiceKind.CALL_BACK,
        outcome.value,
    )
    session.refresh(case)
    expected = _days(next_in) if isinstance(next_in, int) else None
    if next_in == "working day":
        expected = calendar.add_working_days(session, clock.today(), 1).day
    assert case.next_on == expected
    assert case.last_contact_on == (clock.today() if reached else None)
    assert list_calls(session, worker).rows == []


def test_a_wrong_number_becomes_the_task_of_finding_the_right_one(
    session: Session, union: Union, worker: Actor
) -> None:
    case = _case(session, union, worker)

    record_call(session, worker, _key(session, worker, case), CallOutcome.WRONG_NUMBER)

    task = session.scalars(sa.select(Task).where(Task.rule == "call.number")).one()
    assert (task.assignee_id, task.subject_kind, task.subject_id) == (
        worker.account_id,
        "graduate",
        case.graduate_id,
    )


def test_a_result_is_undone_for_ten_seconds_with_everything_it_changed(
    session: Session, union: Union, worker: Actor, later: Later
) -> None:
    case = _case(session, union, worker, next_on=None, last_contact_on=None)
    key = _key(session, worker, case)
    row = record_call(session, worker, key, CallOutcome.FOLLOW_UP, follow_up_on=_days(9))
    assert session.scalar(sa.select(sa.func.count(Task.id)).where(Task.state == TaskState.OPEN))
    later(dt.timedelta(seconds=8))

    undo_call(session, worker, row.public_id)

    session.refresh(case)
    assert (case.next_on, case.last_contact_on) == (None, None)
    standing = session.scalars(sa.select(ServiceAct).where(standing_acts())).all()
    assert list(standing) == []
    still = sa.select(sa.func.count(Task.id)).where(Task.state == TaskState.OPEN)
    assert session.scalar(still) == 0
    assert _key(session, worker, case) == key
    with pytest.raises(RuleBrokenError):
        undo_call(session, worker, row.public_id)


def test_after_ten_seconds_a_result_stays(
    session: Session, union: Union, worker: Actor, later: Later
) -> None:
    case = _case(session, union, worker)
    row = record_call(session, worker, _key(session, worker, case), CallOutcome.REACHED)
    later(dt.timedelta(seconds=16))

    with pytest.raises(RuleBrokenError):
        undo_call(session, worker, row.public_id)
    assert session.scalars(sa.select(ServiceAct)).one().outcome is ActOutcome.REACHED


def test_a_finger_that_comes_down_twice_records_one_call(
    session: Session, union: Union, worker: Actor
) -> None:
    case = _case(session, union, worker)
    key = _key(session, worker, case)

    first = record_call(session, worker, key, CallOutcome.REACHED)
    second = record_call(session, worker, key, CallOutcome.REACHED)

    assert second.id == first.id
    assert session.scalar(sa.select(sa.func.count(ServiceAct.id))) == 1


def test_the_holder_of_an_own_household_is_called_again_by_a_task(
    session: Session, union: Union, worker: Actor, later: Later
) -> None:
    household, _ = make_family(session, union, worker)
    key = f"m-{household.public_id}"
    target = find_target(session, worker, key)
    assert target is not None
    record_call(session, worker, key, CallOutcome.FOLLOW_UP, follow_up_on=_days(2))
    assert list_calls(session, worker).rows == []
    later(dt.timedelta(days=2))

    due = list_calls(session, worker)
    row = record_call(session, worker, key, CallOutcome.REACHED)

    assert [one.key for one in due.rows] == [key]
    open_tasks = sa.select(sa.func.count(Task.id)).where(Task.state == TaskState.OPEN)
    assert session.scalar(open_tasks) == 0
    undo_call(session, worker, row.public_id)
    assert session.scalar(open_tasks) == 1


@pytest.mark.parametrize("days", [None, 0, 91])
def test_calling_again_needs_a_day_to_come(
    session: Session, union: Union, worker: Actor, days: int | None
) -> None:
    case = _case(session, union, worker)
    day = None if days is None else _days(days)

    with pytest.raises(InvalidInputError):
        record_call(
            session, worker, _key(session, worker, case), CallOutcome.FOLLOW_UP, follow_up_on=day
        )
    assert session.scalar(sa.select(sa.func.count(CallResult.id))) == 0


def test_nobody_records_a_call_to_a_colleagues_people(
    session: Session, union: Union, worker: Actor
) -> None:
    case = _case(session, union, worker)
    key = _key(session, worker, case)
    row = record_call(session, worker, key, CallOutcome.REACHED)
    colleague = make_colleague(session, worker)

    with pytest.raises(NotFoundError):
        record_call(session, colleague, key, CallOutcome.REACHED)
    with pytest.raises(NotFoundError):
        undo_call(session, colleague, row.public_id)
