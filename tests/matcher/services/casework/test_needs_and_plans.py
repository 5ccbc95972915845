"""What is not about work goes to the right body with a reply date; measures have an owner and a last day."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import MeasureState, NeedKind, ObstacleKind, ServiceKind
from matcher.models.graduate_cases import GraduateCase
from matcher.models.tasks import Task
from matcher.services.casework import cases, needs, plans
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate

_DAY = dt.timedelta(days=1)


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=make_union(session))


@pytest.fixture
def case(session: Session, worker: Actor) -> GraduateCase:
    graduate = make_graduate(session, union_id=worker.union_id)
    return make_case(session, graduate, owner_id=worker.account_id)


def _due(session: Session, case: GraduateCase, rule: str) -> list[dt.date | None]:
    found = sa.select(Task.due_on).where(
        Task.rule == rule, Task.subject_id == case.id, Task.state == TaskState.OPEN
    )
    return list(session.scalars(found))


def test_a_need_passed_on_is_awaited_until_the_reply_is_recorded(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    need = needs.add_need(session, worker, case.id, NeedKind.LEGAL, words="欠了两个月工资")
    assert not need.kind.is_about_work
    with pytest.raises(RuleBrokenError):
        needs.record_reply(session, worker, case.id, need.id, "已受理")
    with pytest.raises(InvalidInputError):
        needs.pass_on(session, worker, case.id, need.id, " ")

    needs.pass_on(session, worker, case.id, need.id, "区法律援助中心")
    assert need.reply_due_on is not None
    assert need.reply_due_on > clock.today()
    assert _due(session, case, cases.REPLY_RULE) == [need.reply_due_on]

    needs.record_reply(session, worker, case.id, need.id, "已指派律师")
    assert _due(session, case, cases.REPLY_RULE) == []
    assert [(w, r) for _, w, r in needs.list_needs(session, worker, case.id)] == [
        ("欠了两个月工资", "已指派律师")
    ]


def test_the_nearest_reply_is_the_one_the_task_speaks_of(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    days = [clock.today() + n * _DAY for n in (9, 4)]
    for day in days:
        need = needs.add_need(session, worker, case.id, NeedKind.MEDICAL)
        needs.pass_on(session, worker, case.id, need.id, "区民政局", reply_due_on=day)
    assert _due(session, case, cases.REPLY_RULE) == [days[1]]

    needs.mark_met(session, worker, case.id, need.id)
    assert _due(session, case, cases.REPLY_RULE) == [days[0]]


def test_a_measure_has_an_owner_a_last_day_and_one_result(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    due = clock.today() + 10 * _DAY
    with pytest.raises(InvalidInputError):
        plans.add_measure(
            session, worker, case.id, ServiceKind.TRAINING, "报名", clock.today() - _DAY
        )
    measure = plans.add_measure(session, worker, case.id, ServiceKind.TRAINING, "报名电工班", due)
    assert measure.owner_id == worker.account_id
    assert _due(session, case, cases.MEASURE_RULE) == [due]

    with pytest.raises(InvalidInputError):
        plans.settle_measure(session, worker, case.id, measure.id, MeasureState.DROPPED)
    plans.settle_measure(session, worker, case.id, measure.id, MeasureState.DONE, result="已开班")
    assert _due(session, case, cases.MEASURE_RULE) == []
    with pytest.raises(RuleBrokenError):
        plans.settle_measure(session, worker, case.id, measure.id, MeasureState.DONE)


def test_an_obstacle_out_of_the_way_stays_in_the_history(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    one = needs.add_obstacle(session, worker, case.id, ObstacleKind.CARE, words="照顾奶奶")
    needs.remove_obstacle(session, worker, case.id, one.id)

    ((kept, words),) = needs.list_obstacles(session, worker, case.id)
    assert (kept.removed_on, words) == (clock.today(), "照顾奶奶")


def test_a_part_is_reached_through_its_own_case_only(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    other = make_case(session, make_graduate(session), owner_id=worker.account_id)
    need = needs.add_need(session, worker, case.id, NeedKind.JOB)

    with pytest.raises(NotFoundError):
        needs.mark_met(session, worker, other.id, need.id)
