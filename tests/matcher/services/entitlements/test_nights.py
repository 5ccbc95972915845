"""Nights: last days are told of in time and once, what came too late ends, the September list is next year's."""

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementState
from matcher.kinds.households import FileState
from matcher.models.entitlements import EntitlementStep
from matcher.models.graduate_cases import GraduateCase
from matcher.models.tasks import Task
from matcher.services.entitlements import applications, calendar, facts, nightly, own, september
from matcher.services.entitlements.applications import StepInput
from matcher.services.entitlements.facts import About
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor, make_union
from tests.factories.entitlements import make_application, make_claimant, make_student
from tests.factories.people import make_graduate, make_household
from tests.matcher.services.entitlements.conftest import World

_CLOSING = nightly.CLOSING_RULE + "job_seeking"


def _night(session: Session) -> int:
    return sum(
        nightly.closing(session, SYSTEM, piece) for piece in nightly.open_cases(session, SYSTEM)
    )


def _tasks(session: Session, rule: str, state: str = "open") -> list[Task]:
    found = sa.select(Task).where(Task.rule == rule, Task.state == state).order_by(Task.id)
    return list(session.scalars(found))


@pytest.fixture
def autumn() -> Iterator[clock.Hands]:
    """Let it be 20 September 2026 in China."""
    with clock.set_by_hand(dt.datetime(2026, 9, 20, 4, tzinfo=dt.UTC)) as hands:
        yield hands


def test_a_last_day_near_is_a_task_of_the_case_owner_once(session: Session, world: World) -> None:
    assert _night(session) == 1
    assert _night(session) == 0

    (task,) = _tasks(session, _CLOSING)
    assert task.due_on == clock.today() + dt.timedelta(days=1)
    assert task.assignee_id == world.worker.account_id
    assert task.facts == {"entitlement": "job_seeking", "answer": "yes"}


def test_what_is_not_known_is_warned_of_too_and_a_no_is_not(session: Session, world: World) -> None:
    about = About(graduate_id=world.graduate.id)
    facts.record_facts(session, world.worker, about, {"received.job_seeking": "unknown"})
    _night(session)
    assert _tasks(session, _CLOSING)[0].facts["answer"] == "unknown"

    facts.record_facts(session, world.worker, about, {"received.job_seeking": "yes"})
    _night(session)

    assert _tasks(session, _CLOSING) == []
    assert len(_tasks(session, _CLOSING, "dropped")) == 1


def test_a_day_far_off_is_nobodys_task(session: Session, world: World) -> None:
    make_claimant(session, world.worker, world.union, closes_in=15)
    make_claimant(session, world.worker, world.union, closes_in=14)

    assert _night(session) == 2


def test_who_applies_or_whose_case_is_closed_is_warned_no_more(
    session: Session, world: World
) -> None:
    other = make_claimant(session, world.worker, world.union)
    _night(session)
    make_application(session, world.worker, world.graduate)
    session.execute(
        sa.update(GraduateCase)
        .where(GraduateCase.graduate_id == other.id)
        .values(closed_on=clock.today(), closing_reason="other")
    )

    _night(session)

    assert _tasks(session, _CLOSING) == []


def test_a_day_that_moved_moves_the_task(session: Session, world: World) -> None:
    _night(session)
    world.graduate.graduates_on = clock.today() + dt.timedelta(days=5)
    session.flush()

    _night(session)

    assert [task.due_on for task in _tasks(session, _CLOSING)] == [
        clock.today() + dt.timedelta(days=4)
    ]


def test_an_application_not_handed_in_ends_the_day_after_its_last(
    session: Session, world: World
) -> None:
    row = make_application(session, world.worker, world.graduate)
    row.due_on = clock.today()
    session.flush()
    assert nightly.expire(session, SYSTEM) == 0
    row.due_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    assert nightly.expire(session, SYSTEM) == 1
    assert nightly.expire(session, SYSTEM) == 0

    assert row.state is EntitlementState.EXPIRED
    assert _tasks(session, "entitlement.due") == []
    step = session.scalars(sa.select(EntitlementStep).order_by(EntitlementStep.id.desc())).first()
    assert step is not None
    assert step.actor_id is None


def test_what_was_handed_in_does_not_end(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate)
    applications.move(session, world.worker, row.id, StepInput(to=EntitlementState.SUBMITTED))
    row.due_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    assert nightly.expire(session, SYSTEM) == 0


def test_the_calendar_has_what_may_be_claimed_and_what_is_prepared(
    session: Session, world: World
) -> None:
    later = make_claimant(session, world.worker, world.union, closes_in=20)
    make_application(session, world.worker, later)
    make_claimant(session, world.worker, world.union, closes_in=90)

    found = calendar.list_due(session, world.worker, days=60)

    assert [(one.person.graduate_id, one.application is None) for one in found.rows] == [
        (world.graduate.id, True),
        (later.id, False),
    ]
    assert found.n_people == 3
    assert calendar.list_due(session, world.worker, days=10, code="skill").rows == []
    colleague = make_actor(session, Role.CASEWORKER, union=world.union)
    assert calendar.list_due(session, colleague, mine=False).rows == []
    approver = make_actor(session, Role.APPROVER, union=world.union)
    assert len(calendar.list_due(session, approver, mine=False).rows) == 2


def test_the_list_is_next_years_final_year_children_of_files(
    session: Session, autumn: clock.Hands
) -> None:
    city = make_union(session)
    union = make_union(session, city)
    worker = make_actor(session, Role.APPROVER, union=city)
    child = make_student(session, union, year=2027)
    make_student(session, union, year=2028)
    make_student(session, union, year=2026)
    make_student(
        session,
        union,
        year=2027,
        household=make_household(session, union, state=FileState.EXITED, is_open=False),
    )
    waiting = make_household(session, union, state=FileState.IN_APPROVAL)
    make_student(session, union, year=2027, household=waiting)
    make_student(session, make_union(session), year=2027)
    linked = make_household(session, union)
    both = make_student(session, union, year=2027, household=linked)
    both.graduate_id = make_graduate(
        session, union, household=linked, graduates_on=dt.date(2027, 7, 1)
    ).id
    make_graduate(session, union, graduates_on=dt.date(2027, 7, 1))
    session.flush()

    found = september.list_children(session, worker, september.list_year(clock.today()))

    assert [one.person.member_id for one in found.rows] == [child.id, both.id]
    assert found.year == 2027
    assert found.by_answer[EntitlementAnswer.UNKNOWN] == 2
    assert found.rows[0].offered is not None
    assert found.rows[0].offered.answer.closes_on == dt.date(2027, 6, 29)
    assert "receives_minimum" in found.rows[0].asks
    assert september.list_children(session, worker, 2027, union_id=city.id).rows == []
    assert september.unions_of(session, worker, 2027) == [(union.id, union.name)]


@pytest.mark.parametrize(
    ("day", "year", "season"),
    [
        (dt.date(2026, 8, 31), 2026, False),
        (dt.date(2026, 9, 1), 2027, True),
        (dt.date(2026, 12, 31), 2027, True),
        (dt.date(2027, 1, 1), 2027, False),
    ],
)
def test_the_year_turns_in_september(day: dt.date, year: int, season: bool) -> None:
    assert september.list_year(day) == year
    assert september.in_season(day) is season


def test_each_child_of_the_list_is_a_task_until_somebody_follows_it(
    session: Session, autumn: clock.Hands
) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    household = make_household(session, union, owner_id=worker.account_id)
    child = make_student(session, union, year=2027, household=household)

    assert nightly.september_tasks(session, SYSTEM) == 1
    assert nightly.september_tasks(session, SYSTEM) == 0
    (task,) = _tasks(session, nightly.SEPTEMBER_RULE)
    assert (task.subject_id, task.due_on) == (child.id, dt.date(2026, 9, 30))
    assert task.assignee_id == worker.account_id

    found = september.list_children(session, worker, 2027).rows[0]
    assert found.offered is not None
    applications.start(session, worker, found.person, found.offered, as_clue=True)
    nightly.september_tasks(session, SYSTEM)

    assert _tasks(session, nightly.SEPTEMBER_RULE) == []
    assert september.list_children(session, worker, 2027).n_followed == 1
    assert september.list_children(session, worker, 2027, waiting=True).rows == []


def test_out_of_season_the_tasks_of_the_list_are_dropped(
    session: Session, autumn: clock.Hands
) -> None:
    make_student(session, make_union(session), year=2027)
    nightly.september_tasks(session, SYSTEM)
    autumn.move_to(dt.datetime(2027, 1, 5, tzinfo=dt.UTC))

    assert nightly.september_tasks(session, SYSTEM) == 0
    assert _tasks(session, nightly.SEPTEMBER_RULE) == []


def test_a_graduate_reads_names_days_and_papers_and_no_reason(
    session: Session, world: World
) -> None:
    actor = make_actor(session, Role.GRADUATE, graduate=world.graduate)

    found = own.own_entitlements(session, actor)

    assert [one.code for one in found.offers if one.is_sure][:1] == ["job_seeking"]
    assert found.offers[0].closes_on == clock.today() + dt.timedelta(days=1)
    for one in found.offers:
        said = one.name + one.amount_words + "".join(one.papers)
        for word in ("困难", "零就业", "低保", "帮扶", "援助", "优先", "保底"):
            assert word not in said, (one.code, word)
    assert "difficulty" not in {one.code for one in found.offers}
    assert not any(one.is_sure for one in found.offers if one.code.startswith("union_"))


def test_what_is_on_its_way_is_shown_with_the_papers_still_wanted(
    session: Session, world: World
) -> None:
    actor = make_actor(session, Role.GRADUATE, graduate=world.graduate)
    make_application(session, world.worker, world.graduate)

    found = own.own_entitlements(session, actor)

    (row,) = found.applications
    assert row.state is EntitlementState.PREPARING
    assert "身份证复印件" in row.missing
    assert "job_seeking" not in {one.code for one in found.offers}
